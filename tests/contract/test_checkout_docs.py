"""docs/checkout.md says what the code does: options, events, the hash, and programs that verify signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.checkout_page import POLICY
from chalicelib.view import SHOPPER_LIMIT_PER_SECOND
from paygate.domain import origins
from paygate.domain.signing import sign_checkout
from paygate.operations.seed_test_merchant import TEST_CHECKOUT_SECRET, TEST_KEY_ID, TEST_ORIGINS
from paygate_local.settings import ROOT
from paygate_local.shop import PORT
from tests.contract.checkout_texts import PAGE, SDK, SITE, taken_by_sdk, union

BLOCKS = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROSE = BLOCKS.sub("", PAGE)
ONE_LINE = " ".join(PROSE.split())
CODE = set(re.findall(r"`([^`]+)`", PROSE))
ORDER, PAYMENT = "order_0VbmER3sQxrsJE8xABzGKF", "pay_0VbmER4jcrDzQYQsxtnPRX"
SIGNATURE = sign_checkout(TEST_CHECKOUT_SECRET, ORDER, PAYMENT)
CALL_NODE = """
const { verified } = await import(process.argv[1]);
console.log(JSON.stringify(JSON.parse(process.argv[2]).map(([order, response]) => verified(order, response))));
"""
CALL_PYTHON = """
import json, runpy, sys
verified = runpy.run_path(sys.argv[1])["verified"]
print(json.dumps([verified(order, response) for order, response in json.loads(sys.argv[2])]))
"""
PROGRAMS = {
    "verify.mjs": ("node", "--input-type=module", "-e", CALL_NODE),
    "verify.py": (sys.executable, "-c", CALL_PYTHON),
}


def test_the_published_hash_is_the_files() -> None:
    digest = hashlib.sha384((SITE / "checkout.js").read_bytes()).digest()
    right = f"sha384-{base64.b64encode(digest).decode()}"
    published = re.findall(r'"(sha384-[^"]*)"', PAGE)
    assert published == [right], f"checkout.js has changed; the hash in docs/checkout.md must be {right}"


@pytest.mark.parametrize("name", ["OPTIONS", "PREFILL", "THEME", "MODAL", "EVENTS"])
def test_everything_that_the_sdk_takes_is_explained(name: str) -> None:
    words = {word for text in CODE for word in re.findall(r"[\w.]+", text)}
    assert taken_by_sdk(name)
    assert taken_by_sdk(name) <= words


def test_the_attributes_are_those_that_a_button_may_have() -> None:
    button = SDK[SDK.index("function openFrom") : SDK.index("let next;")]
    read = {
        re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name) for name in re.findall(r"paygate\w+", button)
    }
    assert {f"data-{name}" for name in read} == {text for text in CODE if text.startswith("data-paygate-")}


def test_the_codes_and_reasons_are_those_of_the_types() -> None:
    rows = re.findall(r"^\| (`[A-Z_]+`.*?) \| (.*?) \|", PROSE, re.MULTILINE)
    assert {code for codes, _ in rows for code in re.findall(r"`(\w+)`", codes)} == union("FailureCode")
    assert {reason for _, reasons in rows for reason in re.findall(r"`([A-Z_]+)`", reasons)} == union("OrderReason")


def test_the_numbers_and_names_are_those_of_the_code() -> None:
    page = (SITE / "checkout" / "checkout.js").read_text(encoding="utf-8")
    seconds = {
        name: int(re.sub("_", "", text)) // 1000 for name, text in re.findall(r"const (\w+)_MS = ([\d_]+)", SDK + page)
    }
    for said in (
        f"no payment page after {seconds['LOAD_TIMEOUT']} seconds, or no order after {seconds['LOAD_LIMIT']}",
        f"{SHOPPER_LIMIT_PER_SECOND} requests a second",
        f"Up to {origins.ORIGINS_MAX}, with `https://`",
        f"The test merchant's secret is `{TEST_CHECKOUT_SECRET}`",
        f"the test merchant allows `{TEST_ORIGINS[0]}` and `{TEST_ORIGINS[1]}`",
        f"open at http://localhost:{PORT}.",
        f"`{POLICY.partition(';')[0]}`",
    ):
        assert said in ONE_LINE, said
    assert f'"{TEST_KEY_ID}"' in PAGE
    languages = {path.stem for path in (SITE / "checkout" / "locales").glob("*.js")}
    assert set(re.findall(r"(?:English|Hindi|Arabic) \(`(\w+)`", ONE_LINE)) == languages


def test_every_origin_of_the_example_may_be_allowed() -> None:
    (example,) = re.findall(r"'(\{\"allowed_origins.*?\})'", PAGE)
    wanted: list[str] = json.loads(example)["allowed_origins"]
    for origin in wanted:
        origins.check_allowed_origin(origin)
    assert wanted[1:] == list(TEST_ORIGINS)


def test_every_route_that_is_named_exists() -> None:
    openapi: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    named = set(re.findall(r"\b(GET|POST|PATCH) (?:http://localhost:3000/api/v1)?(/[\w/-]+)", PAGE))
    assert len(named) >= 4
    for method, path in named:
        assert method.lower() in openapi["paths"][f"/v1{path}"]


@pytest.mark.parametrize("file", PROGRAMS)
def test_a_program_verifies_what_paygate_has_signed_and_nothing_else(file: str, tmp_path: Path) -> None:
    good = {"paymentId": PAYMENT, "orderId": ORDER, "signature": SIGNATURE}
    other = sign_checkout(TEST_CHECKOUT_SECRET, "order_cheaper", PAYMENT)
    wrong = [
        (ORDER, {**good, "signature": SIGNATURE[:-1] + ("0" if SIGNATURE[-1] != "0" else "1")}),
        (ORDER, {**good, "signature": SIGNATURE.upper()}),
        (ORDER, {**good, "signature": SIGNATURE + "0"}),
        (ORDER, {**good, "signature": ""}),
        (ORDER, {**good, "signature": "é" * 64}),
        (ORDER, {**good, "signature": None}),
        (ORDER, {"paymentId": PAYMENT, "orderId": ORDER}),
        (ORDER, {**good, "paymentId": "pay_another"}),
        (ORDER, {**good, "signature": sign_checkout("chksec_of_another_merchant", ORDER, PAYMENT)}),
        (ORDER, {**good, "orderId": "order_cheaper", "signature": other}),
        ("order_dearer", good),
        (ORDER, {}),
    ]
    cases = [(ORDER, good), *wrong, (ORDER, good)]
    done = run(file, tmp_path, cases, TEST_CHECKOUT_SECRET)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [True, *(False for _ in wrong), True]


@pytest.mark.parametrize("file", PROGRAMS)
def test_a_program_without_a_secret_does_not_start(file: str, tmp_path: Path) -> None:
    done = run(file, tmp_path, [], "")
    assert done.returncode != 0
    assert "CHECKOUT_SECRET is missing" in done.stderr


def run(file: str, folder: Path, cases: list[Any], secret: str) -> subprocess.CompletedProcess[str]:
    """The page's program of that name, asked about each order and response."""
    (text,) = (block for block in BLOCKS.findall(PAGE) if f" {file}" in block.splitlines()[0])
    path = folder / file
    path.write_text(text, encoding="utf-8")
    address = path.as_uri() if file.endswith(".mjs") else str(path)
    environment = {**os.environ, "CHECKOUT_SECRET": secret}
    command = [*PROGRAMS[file], address, json.dumps(cases)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_no_line_is_too_long() -> None:
    assert [line for line in PAGE.splitlines() if len(line) > 128] == []

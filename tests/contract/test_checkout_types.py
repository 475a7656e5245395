"""checkout.d.ts says what checkout.js does, and a TypeScript compiler takes it and refuses wrong usage."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from paygate.adapters.acquirers import simulator
from paygate.domain import errors
from paygate_local.node_packages import TYPESCRIPT
from paygate_local.settings import ROOT
from tests.contract.checkout_texts import PAGE, SDK, SITE, TYPES, members, taken_by_sdk, union

STRICT = ("--noEmit", "--strict", "--noUncheckedIndexedAccess", "--pretty", "false")
BROWSER = ("--target", "es2022", "--lib", "es2022,dom", "--module", "esnext", "--moduleResolution", "bundler")
CODE_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A shopper's requests have keys of their own, each for one body.
NEVER_TOLD = {"IDEMPOTENCY_KEY_REUSED"}


def compiled(folder: Path) -> str:
    """What the compiler has to say about the programs of the folder; nothing if all is well."""
    if not TYPESCRIPT.ready():
        TYPESCRIPT.make()  # `make test` has made it
    shutil.copy(SITE / "checkout.d.ts", folder)
    compiler = TYPESCRIPT.folder / "node_modules" / "typescript" / "lib" / "tsc.js"
    programs = sorted(path.name for path in folder.glob("*.ts"))
    command = ["node", str(compiler), *STRICT, *BROWSER, *programs]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 or done.stdout, done.stderr
    return done.stdout


def snippets() -> Iterator[tuple[str, str]]:
    """The programs for browsers on docs/checkout.md."""
    blocks = CODE_BLOCK.findall(PAGE)
    for number, (language, text) in enumerate(blocks):
        if language == "js" and "node:" not in text:
            yield f"module-{number}.ts", text
        for script in re.findall(r"<script>\n(.*?)</script>", text, re.DOTALL) if language == "html" else ():
            yield f"script-{number}.ts", f"{script}\nexport {{}};\n"


def test_a_compiler_takes_good_usage_and_refuses_wrong_usage(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests/contract/typescript/usage.ts", tmp_path)
    assert compiled(tmp_path) == ""


def test_a_compiler_takes_the_programs_of_the_page(tmp_path: Path) -> None:
    found = dict(snippets())
    assert sorted(name.rpartition("-")[0] for name in found) == ["module", "script"]
    for name, text in found.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert compiled(tmp_path) == ""


def test_the_readme_shows_the_five_lines_of_the_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [text for language, text in CODE_BLOCK.findall(readme) if language == "html"]
    assert shown == [next(text for language, text in CODE_BLOCK.findall(PAGE) if language == "html")]


def test_a_mistake_is_found(tmp_path: Path) -> None:
    """Or the tests above would prove nothing."""
    (tmp_path / "wrong.ts").write_text('new PaymentGateway({ key: "key_test_abc123" });\n', encoding="utf-8")
    assert "'orderId' is missing" in compiled(tmp_path)


def test_options_and_events_are_those_of_the_sdk() -> None:
    assert members("Options") == taken_by_sdk("OPTIONS")
    assert members("Prefill") == taken_by_sdk("PREFILL")
    assert members("Theme") == taken_by_sdk("THEME")
    assert members("Modal") == taken_by_sdk("MODAL")
    assert members("Events") == taken_by_sdk("EVENTS")
    assert set(re.findall(r'^  "paygate:([\w.]+)"', TYPES, re.MULTILINE)) == taken_by_sdk("EVENTS")


def test_methods_are_those_of_the_sdk() -> None:
    sdk_class = SDK[SDK.index("class PaymentGateway") : SDK.index("/** The checkout of a button")]
    public = set(re.findall(r"^    (\w+)\(.*\) \{$", sdk_class, re.MULTILINE))
    declared = TYPES[TYPES.index("declare class") : TYPES.index("declare namespace")]
    assert set(re.findall(r"^  (\w+)[(<]", declared, re.MULTILINE)) == public


def test_codes_and_reasons_are_those_of_the_code() -> None:
    api = {error.code for error in vars(errors).values() if isinstance(error, type) and hasattr(error, "code")}
    assert union("FailureCode") == (api - NEVER_TOLD) | {"PAYMENT_FAILED", "LOAD_FAILED"}
    declines = {*simulator.FAILING_VPAS.values(), *simulator.FAILING_CARDS.values()}
    assert declines <= union("PaymentReason")
    reasons = (SITE / "checkout" / "reasons.js").read_text(encoding="utf-8")
    same = re.search(r"const SAME = \{(.*?)\};", reasons, re.DOTALL)
    assert same is not None
    assert set(re.findall(r"^  (\w+):", same[1], re.MULTILINE)) <= union("PaymentReason")
    told = set(re.findall(r'"([A-Z]{3,}(?:_[A-Z]+)+)"', reasons)) - union("FailureCode")
    assert union("OrderReason") == told | {"ORIGIN_NOT_ALLOWED"}

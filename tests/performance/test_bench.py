"""The bench itself works: it measures what it says, and leaves nothing behind. Never asserts how fast anything is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from paygate_local.settings import ROOT
from tests.conftest import RUN_HOME
from tests.performance.bench.report import BEGIN, END
from tests.performance.bench.template import Template

FIGURES = ("create_payment", "create_refund", "settle", "settle_refund")


def run_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.performance.bench", "--home", str(RUN_HOME / "bench"), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "infra:layers/core/python"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "performance.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    return path


@pytest.fixture(scope="module")
def result(document: Path) -> Any:
    done = run_bench("--quick", "--only", ",".join((*FIGURES, "isolation")), "--write", str(document))
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((RUN_HOME / "bench" / "result.json").read_text())


def test_every_figure_that_was_asked_for_has_its_numbers(result: Any) -> None:
    assert set(result["figures"]) == {"noop", *FIGURES, "isolation_alone", "isolation"}
    for name in ("noop", *FIGURES):
        metrics = result["figures"][name]["metrics"]
        assert metrics["cpu_ms"] > 0
        assert metrics["per_calibration"] > 0
        assert 0 < metrics["p50_ms"] <= metrics["p99_ms"]


def test_a_payment_costs_more_than_an_empty_function_and_speaks_to_its_servers(result: Any) -> None:
    metrics = result["figures"]["create_payment"]["metrics"]
    assert metrics["per_noop"] > 1
    assert metrics["postgres"] >= 1
    assert metrics["aws AmazonSQS.SendMessage"] == 1


def test_a_settled_payment_shares_its_batchs_round_trips(result: Any) -> None:
    assert 0 < result["figures"]["settle"]["metrics"]["postgres"] < 1


@pytest.mark.parametrize(("refund", "payment"), [("create_refund", "create_payment"), ("settle_refund", "settle")])
def test_a_refund_is_compared_with_a_payment(result: Any, refund: str, payment: str) -> None:
    refunds, payments = (result["figures"][name]["metrics"] for name in (refund, payment))
    assert refunds["per_payment"] > 0
    assert "per_payment" not in payments
    assert result["budgets"][refund]["per_payment"] > 0


def test_webhooks_beside_endpoints_that_hang_are_compared_with_those_beside_none(result: Any) -> None:
    metrics = result["figures"]["isolation"]["metrics"]
    assert metrics["ratio"] > 0
    assert 0 < metrics["p50_ms"] <= metrics["p99_ms"]
    assert result["budgets"]["isolation"]["ratio"] == 1.5
    # Not how fast anything is, but that hanging endpoints kept nobody waiting.
    assert metrics["holds"] == 0


def test_the_machine_and_the_budgets_are_told(result: Any) -> None:
    assert all(result["machine"][name] for name in ("cpu", "cores", "python", "postgres"))
    assert result["budgets"]["create_payment"]["scaled_ms"] > 0
    assert result["figures"]["create_payment"]["met"] in (True, False)


def test_the_table_goes_between_the_documents_markers(result: Any, document: Path) -> None:
    text = document.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| POST /payments" in text


def test_nothing_is_left_running(result: Any) -> None:
    home = str(RUN_HOME / "bench")
    places = [[process.info["cwd"] or "", *(process.info["cmdline"] or ())] for process in _processes()]
    assert [place for place in places if any(part.startswith(home) for part in place)] == []


def test_an_unknown_figure_is_named() -> None:
    done = run_bench("--only", "create_payments")
    assert done.returncode == 1
    assert "create_payments" in done.stderr


def test_a_template_is_read_as_cloudformation_reads_it() -> None:
    document = {
        "Parameters": {"Mode": {"Type": "String", "Default": "off"}},
        "Conditions": {"On": {"Fn::Equals": [{"Ref": "Mode"}, "on"]}, "Off": {"Fn::Not": [{"Condition": "On"}]}},
        "Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}},
    }
    value = {
        "url": {"Ref": "Jobs"},
        "text": {"Fn::Sub": ["${a}-${Mode}-${AWS::Region}", {"a": {"Fn::Join": ["+", ["x", "y"]]}}]},
        "choice": {"Fn::If": ["Off", "was off", "was on"]},
        "none": {"Fn::If": ["On", 1, {"Ref": "AWS::NoValue"}]},
    }
    template = Template(document, {"Mode": "off"}, endpoint="http://localhost", prefix="p")
    assert template.resolve(value) == {
        "url": "http://localhost/000000000000/p-Jobs",
        "text": "x+y-off-us-east-1",
        "choice": "was off",
    }


def _processes() -> list[psutil.Process]:
    return list(psutil.process_iter(["cwd", "cmdline"]))

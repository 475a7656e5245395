from __future__ import annotations

import os
import sys

import pytest

from localstack_process_executor.settings import Settings


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAMBDA_PROCESS_PYTHON", raising=False)
    monkeypatch.delenv("LAMBDA_PROCESS_CONCURRENCY", raising=False)


def test_defaults_are_this_python_and_two_environments_for_each_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert Settings.read() == Settings(python=sys.executable, concurrency=6)


def test_variables_are_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    Settings.read()
    monkeypatch.setenv("LAMBDA_PROCESS_PYTHON", "/opt/python")
    monkeypatch.setenv("LAMBDA_PROCESS_CONCURRENCY", "7")
    assert Settings.read() == Settings(python="/opt/python", concurrency=7)


def test_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = Settings.read()
    monkeypatch.setenv("LAMBDA_PROCESS_PYTHON", "")
    monkeypatch.setenv("LAMBDA_PROCESS_CONCURRENCY", "")
    assert Settings.read() == defaults


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two", " "])
def test_a_concurrency_that_is_no_positive_whole_number_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("LAMBDA_PROCESS_CONCURRENCY", value)
    with pytest.raises(ValueError, match=r"LAMBDA_PROCESS_CONCURRENCY must be .*at least 1, not '"):
        Settings.read()

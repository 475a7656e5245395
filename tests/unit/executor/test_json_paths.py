from __future__ import annotations

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest


def test_a_path_is_parsed_once_and_an_unknown_one_anew(localstack: None, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(path: str) -> object:
        parsed.append(path)
        return object()

    ext = SimpleNamespace(parse=parse)
    package = ModuleType("jsonpath_ng")
    package.ext = ext  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jsonpath_ng", package)
    monkeypatch.setitem(sys.modules, "jsonpath_ng.ext", ext)
    importlib.import_module("localstack_process_executor.json_paths").remember_json_paths()
    assert ext.parse("$.a") is ext.parse("$.a")
    assert ext.parse("$.b") is not ext.parse("$.a")
    assert parsed == ["$.a", "$.b"]

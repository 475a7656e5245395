"""Which environment variables each function needs, read off its source.

A function uses properties of Wiring; these use other properties and settings; each setting comes from variables that
`read_config` reads. All three steps are followed in the syntax trees, so nobody has to keep a table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from paygate_local.settings import ROOT

PACKAGE = ROOT / "layers" / "core" / "python" / "paygate"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")


def variables_of_config() -> set[str]:
    """Every variable that paygate/config.py reads."""
    return set().union(*_variables_by_setting().values())


def variables_needed(code: Path) -> set[str]:
    """The variables that the function in this folder needs; without those of AWS, which Lambda sets."""
    used = {name for path in code.rglob("*.py") for name in _attributes(_parse(path))}
    by_setting = _variables_by_setting()
    # read_config insists on these, whoever calls it.
    needed = {variable for variable in variables_of_config() if variable.endswith("_SECRET_ID")}
    for name in _reachable(used):
        needed |= by_setting.get(name, set())
    return {name for name in needed if not name.startswith("AWS_")}


def _reachable(used: set[str]) -> set[str]:
    """Properties of Wiring and Config that are used, directly or by one that is."""
    members: dict[str, set[str]] = {}
    for path, class_name in ((PACKAGE / "wiring.py", "Wiring"), (PACKAGE / "config.py", "Config")):
        (body,) = (
            node.body for node in ast.walk(_parse(path)) if isinstance(node, ast.ClassDef) and node.name == class_name
        )
        for item in body:
            if isinstance(item, ast.FunctionDef) and item.name != "__init__":
                members[item.name] = set(_attributes(item))
            elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                members[item.target.id] = set()
    found: set[str] = set()
    waiting = used & members.keys()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= (members[name] & members.keys()) - found
    return found


def _variables_by_setting() -> dict[str, set[str]]:
    tree = _parse(PACKAGE / "config.py")
    helpers = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    function = helpers.pop("read_config")
    # Some settings are made by helpers that read variables of their own.
    local = {name: _variables(node, {}) for name, node in helpers.items()}
    for node in function.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            local[node.targets[0].id] = _variables(node.value, {})
    (call,) = (node.value for node in function.body if isinstance(node, ast.Return))
    assert isinstance(call, ast.Call)
    return {keyword.arg: _variables(keyword.value, local) for keyword in call.keywords if keyword.arg}


def _variables(node: ast.AST, local: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and _VARIABLE.fullmatch(part.value):
            found.add(part.value)
        elif isinstance(part, ast.Name):
            found |= local.get(part.id, set())
    return found


def _attributes(node: ast.AST) -> Iterator[str]:
    return (part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute))


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))

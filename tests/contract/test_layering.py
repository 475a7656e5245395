"""The package's shape: arrows point inward, imports are free of effects, one module reads the environment."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from paygate_local.settings import ROOT

LAYER = ROOT / "layers" / "core" / "python"
PACKAGE = LAYER / "paygate"
FUNCTIONS = ROOT / "functions"
LINES_MAX = 300
STDLIB = sys.stdlib_module_names
OPERATION_MODULES = sorted(path for path in (PACKAGE / "operations").rglob("*.py"))
DOMAIN_MODULES = sorted(path for path in (PACKAGE / "domain").rglob("*.py"))
ADAPTER_MODULES = sorted(path for path in (PACKAGE / "adapters").rglob("*.py"))
FUNCTION_MODULES = sorted(FUNCTIONS.rglob("*.py"))
OWN_MODULES = sorted(
    path
    for folder in ("layers", "functions", "infra", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if ".aws-sam" not in path.parts
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOMAIN_MODULES, ids=_name)
def test_domain_knows_only_itself(path: Path) -> None:
    assert _outside(path, ("paygate.domain",)) == set()


@pytest.mark.parametrize("path", OPERATION_MODULES, ids=_name)
def test_operations_know_only_the_domain_and_each_other(path: Path) -> None:
    assert _outside(path, ("paygate.domain", "paygate.operations")) == set()


@pytest.mark.parametrize("path", ADAPTER_MODULES, ids=_name)
def test_adapters_know_neither_operations_nor_wiring(path: Path) -> None:
    own = {name for name in _imports(path) if _within(name, ("paygate",))}
    assert {
        name for name in own if not _within(name, ("paygate.adapters", "paygate.domain", "paygate.config"))
    } == set()


@pytest.mark.parametrize("path", FUNCTION_MODULES, ids=_name)
def test_functions_know_no_adapter(path: Path) -> None:
    ours = [f"paygate.{name}" for name in ("operations", "wiring", "domain", "log", "config", "consumer")]
    assert _outside(path, (*ours, "chalicelib", "chalice", "pydantic", "iso4217", "aws_lambda_powertools")) == set()
    if not path.is_relative_to(FUNCTIONS / "api"):
        assert not [name for name in _imports(path) if _within(name, ("chalicelib", "chalice"))]


def test_only_config_reads_the_environment() -> None:
    readers = {
        path
        for folder in (ROOT / "layers", FUNCTIONS)
        for path in folder.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "getenv", "import environ"))
    }
    assert readers == {PACKAGE / "config.py"}


@pytest.mark.parametrize("path", OWN_MODULES, ids=_name)
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_MAX


# Imports every module and prints what happened meanwhile that should not. A read of the environment counts if it comes
# from a file of ours, because third-party packages read theirs; a file counts if it is no code of the interpreter, of
# the installed packages or of ours.
_PROBE = """
import json, os, sys
package, prefixes, modules = sys.argv[1], tuple(json.loads(sys.argv[2])), json.loads(sys.argv[3])
effects = []

class Environment(type(os.environ)):
    def __getitem__(self, key):
        frame = sys._getframe(1)
        while frame.f_code.co_filename in ("<frozen os>", "<frozen _collections_abc>", os.__file__):
            frame = frame.f_back
        if frame.f_code.co_filename.startswith(package):
            effects.append(f"{frame.f_code.co_filename} reads {key}")
        return super().__getitem__(key)

os.environ.__class__ = Environment

def watch(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.", "os.system")):
        effects.append(f"{event} {arguments[1:]}")
    elif event == "open" and isinstance(arguments[0], str):
        path = os.path.realpath(arguments[0])
        code = path.startswith(prefixes) or path.startswith(package) and path.endswith((".py", ".pyc"))
        if not code or set(arguments[1] or "") & set("wax+"):
            effects.append(f"open {path} {arguments[1]}")

sys.dont_write_bytecode = True
sys.addaudithook(watch)
for module in modules:
    __import__(module)
# The watch itself must work, or silence would prove nothing.
count = len(effects)
open("/etc/hostname").close()
exec(compile("import os; os.environ.get('PATH'); os.getenv('HOME')", package + "/probe.py", "exec"))
assert len(effects) == count + 3, effects
print(json.dumps(effects[:count]))
"""


def test_importing_the_package_has_no_effects() -> None:
    modules = [
        ".".join(path.relative_to(LAYER).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGE.rglob("*.py"))
    ]
    prefixes = [str(Path(prefix).resolve()) for prefix in (sys.prefix, sys.base_prefix)]
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, str(PACKAGE), json.dumps(prefixes), json.dumps(modules)],
        env={"PYTHONPATH": str(LAYER), "PATH": "/usr/bin", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def _outside(path: Path, allowed: tuple[str, ...]) -> set[str]:
    """What a module imports apart from the standard library and the allowed packages."""
    return {name for name in _imports(path) if name.partition(".")[0] not in STDLIB and not _within(name, allowed)}


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _imports(path: Path) -> set[str]:
    """What a file imports, also inside functions; `from a import b` counts as a.b where that is a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            base = node.module or ""
            if base.partition(".")[0] == "paygate":
                found |= {
                    f"{base}.{alias.name}" if _is_module(f"{base}.{alias.name}") else base for alias in node.names
                }
            else:
                found.add(base)
    return found


def _is_module(name: str) -> bool:
    path = LAYER.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()

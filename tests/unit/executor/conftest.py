from __future__ import annotations

import importlib
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from localstack_process_executor import process
from localstack_process_executor.reaper import Reaper
from tests.support.polling import eventually
from tests.unit.executor import fake_runtime
from tests.unit.executor.support import FakeCode, MakeFunction

if TYPE_CHECKING:
    from localstack_process_executor.executor import ProcessRuntimeExecutor

THREADS = ("function-", "runtime-api-")


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[None]:
    """Let a test use loopback sockets and processes, and see to it that none outlives it, also when it fails."""
    before = set(psutil.Process().children(recursive=True))
    reaper = Reaper()
    monkeypatch.setattr(process, "_REAPER", reaper)
    yield
    if reaper._helper is not None:
        reaper._helper.communicate(timeout=10)  # the end of its input: it kills what is still listed, and ends
    left = set(psutil.Process().children(recursive=True)) - before
    for child in left:
        child.kill()
    psutil.wait_procs(left, timeout=10)
    assert not left
    eventually(lambda: not [thread.name for thread in threading.enumerate() if thread.name.startswith(THREADS)])


@dataclass
class InvocationResult:
    request_id: str
    payload: bytes | None
    is_error: bool
    logs: str | None
    executed_version: str | None = None


class RuntimeExecutor:
    def __init__(self, id: str, function_version: object) -> None:
        self.id = id
        self.function_version = function_version


class AssignmentService:
    """Replaced by tests that call it."""

    get_environment = None


def on_infra_start() -> Callable[[Any], Any]:
    return lambda hook: hook


STAND_INS: dict[str, dict[str, object]] = {
    "localstack": {},
    "localstack.runtime": {"hooks": SimpleNamespace(on_infra_start=on_infra_start)},
    "localstack.services": {},
    "localstack.services.lambda_": {},
    "localstack.services.lambda_.invocation": {},
    "localstack.services.lambda_.invocation.assignment": {"AssignmentService": AssignmentService},
    "localstack.services.lambda_.invocation.lambda_models": {
        "FunctionVersion": SimpleNamespace,
        "InvocationResult": InvocationResult,
    },
    "localstack.services.lambda_.invocation.plugins": {"RuntimeExecutorPlugin": object},
    "localstack.services.lambda_.invocation.runtime_executor": {"RuntimeExecutor": RuntimeExecutor},
}


@pytest.fixture
def localstack() -> Iterator[None]:
    """LocalStack has an environment of its own; here, stand-ins take the place of the few names that are imported."""
    package = importlib.import_module("localstack_process_executor")
    with pytest.MonkeyPatch.context() as patch:
        for name, members in STAND_INS.items():
            module = ModuleType(name)
            vars(module).update(members)
            patch.setitem(sys.modules, name, module)
        yield
    for name in ("executor", "plugin"):
        sys.modules.pop(f"localstack_process_executor.{name}", None)
        vars(package).pop(name, None)


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that the executor starts in place of a Python with awslambdaric."""
    program = tmp_path / "runtime"
    program.write_text(f"#!{sys.executable} -S\n{Path(fake_runtime.__file__).read_text()}")
    program.chmod(0o755)
    monkeypatch.setenv("LAMBDA_PROCESS_PYTHON", str(program))
    # With no LANG, Python itself would add LC_CTYPE to its environment.
    monkeypatch.setenv("LANG", "C.UTF-8")
    return program


@pytest.fixture
def make_function(localstack: None, runtime: Path, tmp_path: Path) -> Iterator[MakeFunction]:
    made: list[ProcessRuntimeExecutor] = []

    def make(
        source: str, *, timeout: float = 10, layers: tuple[Path, ...] = (), started: bool = True
    ) -> ProcessRuntimeExecutor:
        root = tmp_path / f"task-{len(made)}"
        root.mkdir()
        (root / "app.py").write_text(textwrap.dedent(source))
        config = SimpleNamespace(
            code=FakeCode(root),
            handler="app.handler",
            layers=[SimpleNamespace(code=FakeCode(layer)) for layer in layers],
            memory_size=128,
            timeout=timeout,
        )
        version = SimpleNamespace(config=config, id=SimpleNamespace(qualifier="$LATEST"))
        executor_module = importlib.import_module("localstack_process_executor.executor")
        executor: ProcessRuntimeExecutor = executor_module.ProcessRuntimeExecutor("environment-1", version)
        made.append(executor)
        if started:
            executor.start({"FROM_LOCALSTACK": "yes"})
        return executor

    yield make
    for executor in made:
        executor.stop()

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from types import ModuleType

import pytest

from tests.support.polling import eventually


@pytest.fixture
def plugin(localstack: None) -> ModuleType:
    return importlib.import_module("localstack_process_executor.plugin")


class Environments:
    """Stands in for LocalStack's assignment service, and counts how many environments run at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.running = self.most = 0

    @contextlib.contextmanager
    def get_environment(self, version_manager_id: str, function_version: str, provisioning_type: str) -> Iterator[str]:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        yield f"{version_manager_id}/{function_version}/{provisioning_type}"
        with self._lock:
            self.running -= 1


@pytest.fixture
def environments(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Environments:
    monkeypatch.setenv("LAMBDA_PROCESS_CONCURRENCY", "2")
    # The hook replaces a method, so each test has a class of its own.
    service = type("AssignmentService", (Environments,), {})
    monkeypatch.setattr(plugin, "AssignmentService", service)
    plugin.bound_environments()
    environments: Environments = service()
    return environments


def test_the_plugin_loads_the_executor_by_the_name_process(plugin: ModuleType) -> None:
    executor = importlib.import_module("localstack_process_executor.executor")
    assert plugin.ProcessRuntimeExecutorPlugin.name == "process"
    assert plugin.ProcessRuntimeExecutorPlugin().load() is executor.ProcessRuntimeExecutor


def test_an_environment_is_obtained_from_localstack_unchanged(environments: Environments) -> None:
    with environments.get_environment("version-1", "version", "on-demand") as environment:
        assert environment == "version-1/version/on-demand"
    assert environments.running == 0


def test_environments_of_a_version_beyond_the_bound_wait_for_a_free_one(environments: Environments) -> None:
    ends: SimpleQueue[None] = SimpleQueue()

    def run() -> None:
        with environments.get_environment("version-1", "version", "on-demand"):
            ends.get(timeout=10)

    with ThreadPoolExecutor(6) as pool:
        runs = [pool.submit(run) for _ in range(6)]
        eventually(lambda: environments.running == 2, seconds=10)
        for _ in runs:
            ends.put(None)
    assert [run.exception() for run in runs] == [None] * 6
    assert environments.most == 2


def test_versions_do_not_wait_for_each_other(environments: Environments) -> None:
    with contextlib.ExitStack() as stack:
        for version in ("version-1", "version-1", "version-2", "version-2"):
            stack.enter_context(environments.get_environment(version, "version", "on-demand"))
        assert environments.running == 4


def test_a_failed_invocation_gives_its_place_back(environments: Environments) -> None:
    for _ in range(3):
        with (
            pytest.raises(RuntimeError, match="lost"),
            environments.get_environment("version-1", "version", "on-demand"),
        ):
            raise RuntimeError("lost")


def test_a_bad_setting_fails_when_localstack_starts(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_PROCESS_CONCURRENCY", "none")
    with pytest.raises(ValueError, match="LAMBDA_PROCESS_CONCURRENCY"):
        plugin.bound_environments()

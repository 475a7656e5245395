"""What LocalStack finds by entry point: the executor, and a bound on how many environments run at once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

from localstack_process_executor.settings import Settings


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):
    """Chosen with `LAMBDA_RUNTIME_EXECUTOR=process`."""

    name = "process"

    def load(self, *args: Any, **kwargs: Any) -> type:
        from localstack_process_executor.executor import ProcessRuntimeExecutor

        return ProcessRuntimeExecutor


@hooks.on_infra_start()
def bound_environments() -> None:
    """Let at most LAMBDA_PROCESS_CONCURRENCY invocations of a version run; the others wait for a free environment.

    LocalStack starts an environment for every invocation that finds none free, which for a burst of a hundred
    requests would be a hundred interpreters. A function's reserved concurrency is checked before this and refuses,
    as on AWS.
    """
    original = AssignmentService.get_environment
    limit = Settings.read().concurrency
    gates: dict[str, threading.BoundedSemaphore] = {}

    @contextlib.contextmanager
    def get_environment(
        self: AssignmentService, version_manager_id: str, function_version: Any, provisioning_type: Any
    ) -> Iterator[Any]:
        # setdefault, unlike a defaultdict, lets the first burst of invocations see one gate.
        gate = gates.setdefault(version_manager_id, threading.BoundedSemaphore(limit))
        with gate, original(self, version_manager_id, function_version, provisioning_type) as environment:
            yield environment

    AssignmentService.get_environment = get_environment

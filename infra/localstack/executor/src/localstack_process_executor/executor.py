"""LocalStack's runtime executor interface on top of function processes."""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from localstack_process_executor.process import FunctionProcess, describe_exit
from localstack_process_executor.report import Report
from localstack_process_executor.runtime_api import Outcome, PendingInvocation, RuntimeApi, error_payload
from localstack_process_executor.settings import Settings

LOG = logging.getLogger(__name__)
# The variables a Lambda environment has from its image rather than from the function's configuration.
INHERITED_VARIABLES = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")
# As on AWS, a longer init goes on in the first invocation and counts towards its timeout. LocalStack's own limit is
# 20 s, after which it would stop the environment, and the invocation would end with no log lines.
INIT_SECONDS_MAX = 10


@dataclass(frozen=True)
class _Sandbox:
    """A function process and what serves it; a crash or a timeout ends both."""

    api: RuntimeApi
    process: FunctionProcess
    started: float

    def ended_idle(self) -> bool:
        """Whether the process came up but has gone since; one that never came up has its failure still to tell."""
        ready = self.api.ready
        return self.process.ended.done() and ready.done() and ready.result() is None

    def close(self) -> None:
        self.process.kill()
        self.api.close()


class ProcessRuntimeExecutor(RuntimeExecutor):
    """One execution environment: a process that is started again when it has crashed or timed out.

    A failed init does not fail `start`: Lambda, too, answers the invocation with it, and so its log lines reach
    CloudWatch Logs.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._variables: dict[str, str] = {}
        self._sandbox: _Sandbox | None = None
        self._init_seconds: float | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def start(self, env_vars: dict[str, str]) -> None:
        self._variables = {name: str(value) for name, value in env_vars.items()}
        self._wait_ready(self._launch(), INIT_SECONDS_MAX)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            self._shut_down()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one event and return its result with all log lines; never raises for what the function does."""
        request_id = payload["invoke-id"]
        began = time.monotonic()
        deadline = began + self.function_version.config.timeout
        # The sandbox is held here, as `stop` may take it away from another thread at any moment.
        sandbox = self._sandbox
        if sandbox is None or sandbox.ended_idle():
            sandbox = self._launch()
        outcome, status = self._init_failure(sandbox, request_id, deadline)
        if outcome is None:
            began = time.monotonic()
            outcome, status = self._run(sandbox, payload, deadline)
        logs = self._logs(sandbox, request_id, time.monotonic() - began, status)
        if status is not None:
            with self._lock:
                self._shut_down()
        return InvocationResult(request_id, outcome.payload, is_error=outcome.is_error, logs=logs)

    def _launch(self) -> _Sandbox:
        config = self.function_version.config
        task_root = config.code.get_unzipped_code_location()
        with self._lock:
            self._shut_down()
            if self._stopped:
                raise RuntimeError("the execution environment has been stopped")
            api = RuntimeApi()
            started = time.monotonic()
            try:
                process = FunctionProcess(
                    Settings.read().python, config.handler, task_root, self._environment(task_root, api.address)
                )
            except BaseException:
                api.close()
                raise
            self._sandbox = _Sandbox(api, process, started)
            return self._sandbox

    def _environment(self, task_root: Path, runtime_api: str) -> dict[str, str]:
        # LocalStack does not apply layers, so each layer's python/ folder goes on the path here, after the function's
        # own code. AWS merges layers in the order they are listed, so that a later one hides an earlier one's files:
        # https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html
        layers = [layer.code.get_unzipped_code_location() / "python" for layer in self.function_version.config.layers]
        inherited = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
        return {
            **inherited,
            **self._variables,
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "LAMBDA_TASK_ROOT": str(task_root),
            "PYTHONPATH": os.pathsep.join(map(str, [task_root, *reversed(layers)])),
            "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's code folder is read-only
        }

    def _wait_ready(self, sandbox: _Sandbox, timeout_seconds: float) -> None:
        if not sandbox.api.ready.done():
            _wait_first(timeout_seconds, sandbox.api.ready, sandbox.process.ended)
            self._init_seconds = time.monotonic() - sandbox.started

    def _init_failure(
        self, sandbox: _Sandbox, request_id: str, deadline: float
    ) -> tuple[Outcome, str] | tuple[None, None]:
        """Wait until the process asks for work; the outcome and the status for the REPORT line if it will not."""
        self._wait_ready(sandbox, deadline - time.monotonic())
        if not sandbox.api.ready.done():
            return self._no_answer(sandbox, request_id)
        error = sandbox.api.ready.result()
        return (None, None) if error is None else (Outcome(error, is_error=True), "error")

    def _run(self, sandbox: _Sandbox, payload: dict[str, str], deadline: float) -> tuple[Outcome, str | None]:
        """Submit the event and wait for its outcome; with a status for the REPORT line if the function gave none."""
        left_seconds = deadline - time.monotonic()
        invocation = PendingInvocation(
            payload["invoke-id"],
            payload["payload"].encode(),
            {
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + left_seconds) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": payload["invoked-function-arn"],
                "Lambda-Runtime-Trace-Id": payload["trace-id"],
            },
        )
        sandbox.api.submit(invocation)
        _wait_first(left_seconds, invocation.outcome, sandbox.process.ended)
        if invocation.outcome.done():
            return invocation.outcome.result(), None
        return self._no_answer(sandbox, invocation.request_id)

    def _no_answer(self, sandbox: _Sandbox, request_id: str) -> tuple[Outcome, str]:
        """What Lambda answers for a function that has ended or is out of time."""
        if sandbox.process.ended.done():
            error_type, status = "Runtime.ExitError", "error"
            words = describe_exit(sandbox.process.ended.result())
        else:
            error_type, status = "Sandbox.Timedout", "timeout"
            words = self._timeout_words()
        return Outcome(error_payload(error_type, f"RequestId: {request_id} Error: {words}"), is_error=True), status

    def _timeout_words(self) -> str:
        return f"Task timed out after {self.function_version.config.timeout:.2f} seconds"

    def _logs(self, sandbox: _Sandbox, request_id: str, duration_seconds: float, status: str | None) -> str:
        report = Report(
            request_id=request_id,
            version=self.function_version.id.qualifier,
            duration_seconds=duration_seconds,
            memory_size_mb=self.function_version.config.memory_size,
            peak_memory_bytes=sandbox.process.peak_memory_bytes(),
            init_seconds=self._init_seconds,
            status=status,
        )
        self._init_seconds = None
        output = sandbox.process.take_output()
        if output and not output.endswith("\n"):
            output += "\n"
        if status == "timeout":
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            output += f"{now} {request_id} {self._timeout_words()}\n\n"
        return report.start_line() + output + report.end_lines()

    def _shut_down(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://{sandbox.api.address}" if (sandbox := self._sandbox) else ""

    def get_logs(self) -> str:
        return sandbox.process.take_output() if (sandbox := self._sandbox) else ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code and every layer before the first invocation needs them."""
        for code in (function_version.config.code, *(layer.code for layer in function_version.config.layers)):
            code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Nothing is deleted: after a change of configuration the next version runs on the very same folders."""


def _wait_first(timeout_seconds: float, *futures: Future[Any]) -> None:
    wait(futures, timeout=max(0.0, timeout_seconds), return_when=FIRST_COMPLETED)

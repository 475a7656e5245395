"""LocalStack's runtime executor interface on top of function processes."""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from localstack_process_executor.process import FunctionProcess, describe_exit
from localstack_process_executor.report import Report
from localstack_process_executor.runtime_api import Outcome, PendingInvocation, RuntimeApi, error_payload
from localstack_process_executor.settings import Settings

LOG = logging.getLogger(__name__)
# The variables a Lambda environment has from its image rather than from the function's configuration.
INHERITED_VARIABLES = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")


class ProcessRuntimeExecutor(RuntimeExecutor):
    """One execution environment: a process that is started again when it has crashed or timed out.

    A failed init does not fail `start`: Lambda, too, answers the invocation with it, and so its log lines reach
    CloudWatch Logs.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._variables: dict[str, str] = {}
        self._api: RuntimeApi | None = None
        self._process: FunctionProcess | None = None
        self._ended: Future[int] = Future()
        self._init_seconds: float | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def start(self, env_vars: dict[str, str]) -> None:
        self._variables = {name: str(value) for name, value in env_vars.items()}
        self._launch()
        self._await_init(timeout_seconds=None)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            self._shut_down()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one event and return its result with all log lines; never raises for what the function does."""
        config = self.function_version.config
        request_id = payload["invoke-id"]
        deadline = time.monotonic() + config.timeout
        status: str | None = None
        if self._process is None or not self._process.running():
            self._launch()
        init_failure = self._await_init(config.timeout)
        started = time.monotonic()
        if init_failure is not None:
            outcome, status = Outcome(init_failure, is_error=True), "error"
        else:
            invocation = self._submit(request_id, payload, deadline)
            outcome, status = self._await_outcome(invocation, deadline)
        logs = self._logs(request_id, time.monotonic() - started, status)
        if status is not None:
            with self._lock:
                self._shut_down()
        return InvocationResult(request_id, outcome.payload, is_error=outcome.is_error, logs=logs)

    def _launch(self) -> None:
        config = self.function_version.config
        task_root = config.code.get_unzipped_code_location()
        with self._lock:
            self._shut_down()
            if self._stopped:
                raise RuntimeError("the execution environment has been stopped")
            self._api = RuntimeApi()
            self._started = time.monotonic()
            self._process = FunctionProcess(
                Settings.read().python, config.handler, task_root, self._environment(task_root, self._api.address)
            )
            self._ended = _future_of_end(self._process)

    def _environment(self, task_root: Path, runtime_api: str) -> dict[str, str]:
        # LocalStack does not apply layers, so each layer's python/ folder goes on the path here, as on AWS after
        # the function's own code: https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html
        layers = [layer.code.get_unzipped_code_location() / "python" for layer in self.function_version.config.layers]
        inherited = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
        return {
            **inherited,
            **self._variables,
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "LAMBDA_TASK_ROOT": str(task_root),
            "PYTHONPATH": os.pathsep.join(map(str, [task_root, *layers])),
            "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's code folder is read-only
        }

    def _await_init(self, timeout_seconds: float | None) -> bytes | None:
        """Wait until the process asks for work; the error payload if it will not."""
        assert self._api is not None and self._process is not None
        ready, ended = self._api.ready, self._ended
        if not ready.done():
            wait([ready, ended], timeout=timeout_seconds, return_when=FIRST_COMPLETED)
            self._init_seconds = time.monotonic() - self._started
        if ready.done():
            return ready.result()
        if ended.done():
            return error_payload(
                "Runtime.ExitError", f"Error: Runtime exited with error: {describe_exit(ended.result())}"
            )
        return error_payload("Sandbox.Timedout", f"Error: Task timed out after {timeout_seconds or 0:.2f} seconds")

    def _submit(self, request_id: str, payload: dict[str, str], deadline: float) -> PendingInvocation:
        assert self._api is not None
        left_seconds = deadline - time.monotonic()
        invocation = PendingInvocation(
            request_id,
            payload["payload"].encode(),
            {
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + left_seconds) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": payload["invoked-function-arn"],
                "Lambda-Runtime-Trace-Id": payload["trace-id"],
            },
        )
        self._api.submit(invocation)
        return invocation

    def _await_outcome(self, invocation: PendingInvocation, deadline: float) -> tuple[Outcome, str | None]:
        """The function's answer, or what Lambda says when there is none; the status for its REPORT line if it failed."""
        wait(
            [invocation.outcome, self._ended],
            timeout=max(0.0, deadline - time.monotonic()),
            return_when=FIRST_COMPLETED,
        )
        prefix = f"RequestId: {invocation.request_id} Error: "
        if invocation.outcome.done():
            return invocation.outcome.result(), None
        if self._ended.done():
            words = f"{prefix}Runtime exited with error: {describe_exit(self._ended.result())}"
            return Outcome(error_payload("Runtime.ExitError", words), is_error=True), "error"
        words = f"{prefix}Task timed out after {self.function_version.config.timeout:.2f} seconds"
        return Outcome(error_payload("Sandbox.Timedout", words), is_error=True), "timeout"

    def _logs(self, request_id: str, duration_seconds: float, status: str | None) -> str:
        assert self._process is not None
        config = self.function_version.config
        report = Report(
            request_id=request_id,
            version=self.function_version.id.qualifier,
            duration_seconds=duration_seconds,
            memory_size_mb=config.memory_size,
            peak_memory_bytes=self._process.peak_memory_bytes(),
            init_seconds=self._init_seconds,
            status=status,
        )
        self._init_seconds = None
        output = self._process.take_output()
        if output and not output.endswith("\n"):
            output += "\n"
        if status == "timeout":
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            output += f"{now} {request_id} Task timed out after {config.timeout:.2f} seconds\n\n"
        return report.start_line() + output + report.end_lines()

    def _shut_down(self) -> None:
        if self._process is not None:
            self._process.kill()
        if self._api is not None:
            self._api.close()
        self._process = self._api = None

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://{self._api.address}" if self._api else ""

    def get_logs(self) -> str:
        return self._process.take_output() if self._process else ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code and every layer before the first invocation needs them."""
        for code in (function_version.config.code, *(layer.code for layer in function_version.config.layers)):
            code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Layers stay unpacked: another version may run on them."""
        function_version.config.code.destroy_cached()


def _future_of_end(process: FunctionProcess) -> Future[int]:
    ended: Future[int] = Future()
    thread = threading.Thread(target=lambda: ended.set_result(process.wait_ended()), name=f"function-end-{process.pid}")
    thread.daemon = True
    thread.start()
    return ended

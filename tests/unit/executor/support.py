"""What the executor's tests share: a look at processes, and a stand-in function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psutil

if TYPE_CHECKING:
    from localstack_process_executor.executor import ProcessRuntimeExecutor


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie, which only waits for its parent to take note, does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@dataclass
class FakeCode:
    """Code or a layer as LocalStack keeps it: unpacked in a folder."""

    root: Path
    prepared: bool = False

    def get_unzipped_code_location(self) -> Path:
        return self.root

    def prepare_for_execution(self) -> None:
        self.prepared = True

    def destroy_cached(self) -> None:
        self.prepared = False


class MakeFunction(Protocol):
    """Makes an executor for a function with this source; it is started unless that is left to the test."""

    def __call__(
        self, source: str, *, timeout: float = 10, layers: tuple[Path, ...] = (), started: bool = True
    ) -> ProcessRuntimeExecutor: ...


@dataclass(frozen=True)
class Answer:
    """The result of an invocation, with its payload decoded."""

    content: Any
    is_error: bool
    logs: str


def invoke(executor: ProcessRuntimeExecutor, event: object = None, request_id: str = "request-1") -> Answer:
    result = executor.invoke(
        {
            "invoke-id": request_id,
            "invoked-function-arn": "arn:aws:lambda:us-east-1:000000000000:function:fake",
            "payload": json.dumps(event),
            "trace-id": "Root=1-2-3",
        }
    )
    assert result.request_id == request_id
    return Answer(json.loads(result.payload), result.is_error, result.logs)

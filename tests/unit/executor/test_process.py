from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localstack_process_executor.process import FunctionProcess, describe_exit
from tests.support.polling import eventually
from tests.unit.executor.support import alive

Start = Callable[[str], FunctionProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a shell script as the function process."""
    processes: list[FunctionProcess] = []

    def start_script(script: str) -> FunctionProcess:
        program = tmp_path / "python"
        program.write_text("#!/bin/sh\n" + textwrap.dedent(script))
        program.chmod(0o755)
        processes.append(FunctionProcess(str(program), "app.handler", tmp_path, {"PATH": "/usr/bin:/bin"}))
        return processes[-1]

    yield start_script
    for process in processes:
        process.kill()


def test_the_runtime_client_is_started_with_the_handler_in_the_task_root(start: Start, tmp_path: Path) -> None:
    process = start('echo "$@"; pwd')
    assert process.ended.result(timeout=10) == 0
    assert process.take_output() == f"-m awslambdaric app.handler\n{tmp_path}\n"


def test_output_of_both_streams_is_taken_once(start: Start) -> None:
    process = start("echo one; echo two >&2")
    process.ended.result(timeout=10)
    assert process.take_output() == "one\ntwo\n"
    assert process.take_output() == ""


def test_output_beyond_a_pipe_full_does_not_block(start: Start) -> None:
    process = start("head -c 1000000 /dev/zero | tr '\\0' x")
    assert process.ended.result(timeout=10) == 0
    taken = ""

    def complete() -> bool:
        nonlocal taken
        taken += process.take_output()
        return len(taken) == 1_000_000

    eventually(complete)


def test_output_beyond_the_limit_is_dropped(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localstack_process_executor.process.LOG_BYTES_MAX", 100_000)
    process = start("head -c 1000000 /dev/zero")
    assert process.ended.result(timeout=10) == 0
    assert len(process.take_output()) < 100_000 + 65_536


def test_output_that_never_ends_does_not_hold_up_the_taking(start: Start) -> None:
    process = start("exec yes")
    eventually(lambda: process.take_output() != "")


def test_kill_ends_the_process_and_its_children(start: Start) -> None:
    process = start("sleep 60 & echo $!; wait")
    child = _printed_pid(process)
    process.kill()
    assert process.ended.result(timeout=0) == -9
    eventually(lambda: not alive(child))


def test_children_do_not_outlive_a_process_that_ends_by_itself(start: Start) -> None:
    process = start("sleep 60 & echo $!; exit 3")
    assert process.ended.result(timeout=10) == 3
    child = int(process.take_output())
    eventually(lambda: not alive(child))


def test_killing_an_ended_process_is_no_error(start: Start) -> None:
    process = start("exit 3")
    process.ended.result(timeout=10)
    process.kill()
    assert process.ended.result() == 3


def test_peak_memory_is_known_while_it_runs_and_remembered_afterwards(start: Start) -> None:
    process = start("echo ready; exec sleep 60")
    eventually(lambda: process.take_output() == "ready\n")
    peak = process.peak_memory_bytes()
    assert 0 < peak < 100 * 1024 * 1024
    process.kill()
    assert process.peak_memory_bytes() == peak


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "Runtime exited without providing a reason"),
        (1, "Runtime exited with error: exit status 1"),
        (-9, "Runtime exited with error: signal: killed"),
        (-11, "Runtime exited with error: signal: segmentation fault"),
        (-7, "Runtime exited with error: signal: 7"),
    ],
)
def test_an_end_is_described_in_lambdas_words(status: int, words: str) -> None:
    assert describe_exit(status) == words


def _printed_pid(process: FunctionProcess) -> int:
    printed = ""

    def complete() -> bool:
        nonlocal printed
        printed += process.take_output()
        return printed.endswith("\n")

    eventually(complete)
    return int(printed)

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.polling import eventually
from tests.unit.executor.support import MakeFunction, alive, invoke

# Does what the event says; by default it tells its process. It sleeps for the tests that end it before it is done.
OBEDIENT = """
import os, subprocess, sys, time
def handler(event, context):
    event = event or {}
    print("working", flush=True)
    if "exit" in event:
        os._exit(event["exit"])
    if "kill" in event:
        os.kill(os.getpid(), event["kill"])
    if "child_to" in event:
        with open(event["child_to"], "w") as file:
            print(subprocess.Popen(["sleep", "60"]).pid, os.getpid(), file=file)
    if "sleep" in event:
        time.sleep(event["sleep"])
    return os.getpid()
"""
# Takes until a file appears, which it looks for every 10 ms.
SLOW_INIT = """
import os, time
print("working", flush=True)
with open({begun!r}, "w") as file:
    print(os.getpid(), file=file)
while not os.path.exists({go_on!r}):
    time.sleep(0.01)
def handler(event, context):
    return os.getpid()
"""
TIMED_OUT = re.compile(
    r"START RequestId: one Version: \$LATEST\n"
    r"working\n"
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z one Task timed out after 0\.50 seconds\n\n"
    r"END RequestId: one\n"
    r"REPORT RequestId: one\tDuration: [5-9]\d\d\.\d\d ms\t.*\tStatus: timeout\t\n"
)


def test_a_timeout_is_reported_as_lambda_does(make_function: MakeFunction) -> None:
    executor = make_function(OBEDIENT, timeout=0.5)
    answer = invoke(executor, {"sleep": 60}, request_id="one")
    assert answer.is_error
    assert answer.content == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: one Error: Task timed out after 0.50 seconds",
    }
    assert TIMED_OUT.fullmatch(answer.logs)


def test_a_timeout_kills_the_process_and_its_children(make_function: MakeFunction, tmp_path: Path) -> None:
    executor = make_function(OBEDIENT, timeout=0.5)
    assert invoke(executor, {"child_to": str(tmp_path / "pids"), "sleep": 60}).is_error
    child, process = map(int, (tmp_path / "pids").read_text().split())
    assert not alive(process)
    eventually(lambda: not alive(child))


def test_the_invocation_after_a_timeout_has_a_new_process(make_function: MakeFunction) -> None:
    executor = make_function(OBEDIENT)
    first = invoke(executor).content
    executor.function_version.config.timeout = 0.1
    assert invoke(executor, {"sleep": 60}).is_error
    executor.function_version.config.timeout = 10
    after = invoke(executor)
    assert not after.is_error
    assert after.content != first
    assert "Init Duration:" in after.logs


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"exit": 3}, "Runtime exited with error: exit status 3"),
        ({"exit": 0}, "Runtime exited without providing a reason"),
        ({"kill": 9}, "Runtime exited with error: signal: killed"),
    ],
)
def test_a_crash_is_reported_with_how_the_process_ended(
    make_function: MakeFunction, event: dict[str, int], reason: str
) -> None:
    executor = make_function(OBEDIENT)
    answer = invoke(executor, event, request_id="one")
    assert answer.is_error
    assert answer.content == {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: one Error: {reason}"}
    assert answer.logs.startswith("START RequestId: one Version: $LATEST\nworking\nEND RequestId: one\nREPORT ")
    assert answer.logs.endswith("\tStatus: error\t\n")


def test_the_invocation_after_a_crash_has_a_new_process(make_function: MakeFunction) -> None:
    executor = make_function(OBEDIENT)
    first = invoke(executor).content
    assert invoke(executor, {"exit": 1}).is_error
    after = invoke(executor)
    assert not after.is_error
    assert after.content != first


def test_a_process_that_went_away_between_invocations_is_replaced(make_function: MakeFunction) -> None:
    executor = make_function("""
        import os, threading
        def handler(event, context):
            if event:
                threading.Timer(0.05, os._exit, [1]).start()
            return os.getpid()
    """)
    first = invoke(executor, "leave").content
    eventually(lambda: f"function-end-{first}" not in {thread.name for thread in threading.enumerate()})
    after = invoke(executor)
    assert not after.is_error
    assert after.content != first


def test_a_failed_init_is_the_invocations_answer_with_its_log_lines(make_function: MakeFunction) -> None:
    executor = make_function("print('starting')\nraise ValueError('no such setting')")
    answer = invoke(executor, request_id="one")
    assert answer.is_error
    assert answer.content == {"errorType": "ValueError", "errorMessage": "no such setting"}
    assert "\nstarting\n[ERROR] ValueError: no such setting\nEND RequestId: one\n" in answer.logs
    assert answer.logs.endswith("\tStatus: error\t\n")


def test_a_failed_init_is_not_run_twice_for_one_invocation(make_function: MakeFunction, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    source = f"open({str(runs)!r}, 'a').write('x')\nraise ValueError"
    executor = make_function(source)
    invoke(executor)
    assert runs.read_text() == "x"
    invoke(executor)
    assert runs.read_text() == "xx"


def test_a_crash_during_init_is_the_invocations_answer_with_its_log_lines(make_function: MakeFunction) -> None:
    executor = make_function("import os\nprint('starting', flush=True)\nos._exit(4)")
    answer = invoke(executor, request_id="one")
    assert answer.content == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: one Error: Runtime exited with error: exit status 4",
    }
    assert "\nstarting\n" in answer.logs
    assert answer.logs.endswith("\tStatus: error\t\n")


def test_an_init_longer_than_start_waits_goes_on_in_the_invocation(
    make_function: MakeFunction, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    go_on = tmp_path / "go_on"
    executor = make_function(SLOW_INIT.format(go_on=str(go_on), begun=str(tmp_path / "begun")), started=False)
    monkeypatch.setattr("localstack_process_executor.executor.INIT_SECONDS_MAX", 0.01)
    executor.start({})
    go_on.touch()
    answer = invoke(executor)
    assert answer.content == int((tmp_path / "begun").read_text())
    assert "Init Duration:" in answer.logs


def test_an_init_that_takes_too_long_is_a_timeout(
    make_function: MakeFunction, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    executor = make_function(SLOW_INIT.format(go_on="/nowhere", begun=str(begun)), timeout=0.5, started=False)
    monkeypatch.setattr("localstack_process_executor.executor.INIT_SECONDS_MAX", 0.01)
    executor.start({})
    eventually(begun.exists)
    answer = invoke(executor, request_id="one")
    assert answer.content == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: one Error: Task timed out after 0.50 seconds",
    }
    assert TIMED_OUT.fullmatch(answer.logs)


def test_an_environment_stopped_during_an_invocation_answers_it(make_function: MakeFunction, tmp_path: Path) -> None:
    executor = make_function(OBEDIENT)
    started = tmp_path / "pids"

    def stop_when_started() -> None:
        eventually(started.exists)
        executor.stop()

    with ThreadPoolExecutor(1) as pool:
        stop = pool.submit(stop_when_started)
        answer = invoke(executor, {"child_to": str(started), "sleep": 60}, request_id="one")
        stop.result()
    assert answer.content == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: one Error: Runtime exited with error: signal: killed",
    }


def test_a_python_that_cannot_be_started_fails_the_start(
    make_function: MakeFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = make_function(OBEDIENT, started=False)
    monkeypatch.setenv("LAMBDA_PROCESS_PYTHON", "/nowhere/python")
    with pytest.raises(FileNotFoundError, match="/nowhere/python"):
        executor.start({})

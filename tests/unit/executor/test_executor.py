from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from tests.support.polling import eventually
from tests.unit.executor.support import MakeFunction, alive, invoke

PID = """
import os
def handler(event, context):
    return os.getpid()
"""
FIGURES = r"Duration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: [1-9]\d* MB\t"
# What Python code itself can see of its surroundings, before any of it is added by a library.
ENVIRONMENT = """
import os
def handler(event, context):
    return dict(os.environ)
"""


def test_an_environment_keeps_its_process_between_invocations(make_function: MakeFunction) -> None:
    executor = make_function(PID)
    assert invoke(executor).content == invoke(executor).content


def test_the_function_gets_the_event_and_its_answer_is_returned(make_function: MakeFunction) -> None:
    executor = make_function("def handler(event, context): return {'got': event}")
    answer = invoke(executor, {"text": "zażółć"})
    assert (answer.content, answer.is_error) == ({"got": {"text": "zażółć"}}, False)


def test_the_function_gets_its_deadline_arn_and_trace(make_function: MakeFunction) -> None:
    executor = make_function("def handler(event, context): return context.headers", timeout=30)
    now = time.time()
    headers = invoke(executor, request_id="request-7").content
    assert headers["Lambda-Runtime-Aws-Request-Id"] == "request-7"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"].endswith(":function:fake")
    assert headers["Lambda-Runtime-Trace-Id"] == "Root=1-2-3"
    assert now + 29 < int(headers["Lambda-Runtime-Deadline-Ms"]) / 1000 < time.time() + 30


def test_an_exception_is_an_error_that_keeps_the_process(make_function: MakeFunction) -> None:
    executor = make_function("""
        import os
        def handler(event, context):
            if event == "fail":
                raise ValueError("no")
            return os.getpid()
    """)
    pid = invoke(executor).content
    failed = invoke(executor, "fail")
    assert (failed.content, failed.is_error) == ({"errorType": "ValueError", "errorMessage": "no"}, True)
    assert "Status:" not in failed.logs
    assert invoke(executor).content == pid


def test_logs_are_the_functions_output_between_lambdas_own_lines(make_function: MakeFunction) -> None:
    executor = make_function("""
        print("starting")
        def handler(event, context):
            print("working", end="")
    """)
    first, second = (invoke(executor, request_id=request_id).logs for request_id in ("one", "two"))
    assert re.fullmatch(
        r"START RequestId: one Version: \$LATEST\nstarting\nworking\nEND RequestId: one\n"
        rf"REPORT RequestId: one\t{FIGURES}Init Duration: \d+\.\d\d ms\t\n",
        first,
    )
    assert re.fullmatch(
        r"START RequestId: two Version: \$LATEST\nworking\nEND RequestId: two\n"
        rf"REPORT RequestId: two\t{FIGURES}\n",
        second,
    )


def test_output_beyond_a_pipe_full_does_not_block_the_function(make_function: MakeFunction) -> None:
    executor = make_function("def handler(event, context): print('y' * 1_000_000)")
    logs = invoke(executor).logs
    assert "y" * 1_000_000 in logs


def test_output_that_goes_on_after_the_answer_does_not_delay_it(make_function: MakeFunction) -> None:
    executor = make_function("""
        import subprocess
        def handler(event, context):
            subprocess.Popen(["yes"])
    """)
    assert not invoke(executor).is_error
    assert not invoke(executor).is_error


def test_layers_are_searched_after_the_code_the_last_first(make_function: MakeFunction, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "python").mkdir(parents=True)
        (tmp_path / name / "python" / "shared.py").write_text(f"NAME = {name!r}")
        (tmp_path / name / "python" / f"only_{name}.py").touch()
        (tmp_path / name / "python" / "app.py").write_text("raise RuntimeError")
    executor = make_function(
        """
        import only_one, only_two, os, shared
        def handler(event, context):
            return shared.NAME, os.environ["PYTHONPATH"], os.environ["LAMBDA_TASK_ROOT"], os.getcwd()
        """,
        layers=(tmp_path / "one", tmp_path / "two"),
    )
    name, path, task_root, working_folder = invoke(executor).content
    # AWS unpacks layers over each other in the order they are listed, so that the last one wins.
    assert name == "two"
    assert path.split(os.pathsep) == [task_root, f"{tmp_path}/two/python", f"{tmp_path}/one/python"]
    assert task_root == working_folder


def test_the_function_sees_only_its_own_environment_variables(
    make_function: MakeFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    for name in ("LD_LIBRARY_PATH", "TMPDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/me")
    seen = invoke(make_function(ENVIRONMENT)).content
    assert re.fullmatch(r"127\.0\.0\.1:\d+", seen.pop("AWS_LAMBDA_RUNTIME_API"))
    assert seen.pop("PYTHONPATH") == seen.pop("LAMBDA_TASK_ROOT")
    assert seen == {
        "PATH": os.environ["PATH"],
        "HOME": "/home/me",
        "LANG": "C.UTF-8",
        "FROM_LOCALSTACK": "yes",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def test_the_functions_configuration_overrides_what_is_inherited(make_function: MakeFunction) -> None:
    executor = make_function(ENVIRONMENT, started=False)
    executor.start({"HOME": "/configured"})
    assert invoke(executor).content["HOME"] == "/configured"


def test_stop_kills_the_process_and_its_children(make_function: MakeFunction) -> None:
    executor = make_function("""
        import os, subprocess
        def handler(event, context):
            return os.getpid(), subprocess.Popen(["sleep", "60"]).pid
    """)
    process, child = invoke(executor).content
    assert alive(process)
    assert alive(child)
    executor.stop()
    eventually(lambda: not alive(process) and not alive(child))


def test_a_stopped_environment_is_not_started_again(make_function: MakeFunction) -> None:
    executor = make_function(PID)
    executor.stop()
    executor.stop()
    with pytest.raises(RuntimeError, match="has been stopped"):
        invoke(executor)


def test_addresses_are_on_the_loopback_interface(make_function: MakeFunction) -> None:
    executor = make_function(PID)
    assert executor.get_address() == executor.get_endpoint_from_executor() == "127.0.0.1"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", executor.get_runtime_endpoint())
    executor.stop()
    assert executor.get_runtime_endpoint() == ""


def test_output_so_far_can_be_read_without_an_invocation(make_function: MakeFunction) -> None:
    executor = make_function("print('starting', flush=True)\ndef handler(event, context): pass")
    assert executor.get_logs() == "starting\n"
    executor.stop()
    assert executor.get_logs() == ""


def test_a_version_is_prepared_with_its_layers_and_the_next_version_finds_both(
    make_function: MakeFunction, tmp_path: Path
) -> None:
    executor = make_function(PID, layers=(tmp_path,), started=False)
    version = executor.function_version
    prepared = [version.config.code, version.config.layers[0].code]
    executor.prepare_version(version)
    assert [code.prepared for code in prepared] == [True, True]
    executor.cleanup_version(version)
    assert [code.prepared for code in prepared] == [True, True]

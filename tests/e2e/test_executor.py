"""The process executor in the deployed LocalStack, by way of a function and a layer of the test's own."""

from __future__ import annotations

import base64
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.support.polling import eventually

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

    from tests.support.stack import TestStack

LAYER = "WORDS = 'from the layer'\n"
# Does what the event says and tells about itself. It sleeps where an invocation must last: to outlive its time limit,
# or until another one, which runs at the same time, has come too.
CODE = """
import os, time
import words

def handler(event, context):
    print("working", flush=True)
    if "exit" in event:
        os._exit(event["exit"])
    if "meet" in event:
        open(os.path.join(event["meet"], event["name"]), "w").close()
        while len(os.listdir(event["meet"])) < 2:
            time.sleep(0.01)
    time.sleep(event.get("sleep", 0))
    return {"pid": os.getpid(), "words": words.WORDS, "request_id": context.aws_request_id}
"""


@dataclass(frozen=True)
class Answer:
    """What an invocation returned, and the tail of its log."""

    payload: dict[str, Any]
    is_error: bool
    log: str


@dataclass(frozen=True)
class Function:
    """A function that exists for these tests only."""

    name: str
    client: LambdaClient
    logs: CloudWatchLogsClient

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.name}"

    def invoke(self, **event: object) -> Answer:
        response = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event), LogType="Tail")
        return Answer(
            json.loads(response["Payload"].read()),
            "FunctionError" in response,
            base64.b64decode(response["LogResult"]).decode(),
        )

    def logged(self, request_id: str) -> list[str]:
        """The lines about one request that have reached CloudWatch Logs."""
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=self.log_group)
        return [event["message"] for page in pages for event in page["events"] if request_id in event["message"]]


def zipped(path: str, text: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(path, text)
    return archive.getvalue()


@pytest.fixture(scope="module")
def function(stack: TestStack) -> Iterator[Function]:
    name = f"executor-test-{uuid.uuid4().hex[:8]}"
    client: LambdaClient = stack.aws("lambda")
    function = Function(name, client, stack.aws("logs"))
    with ExitStack() as cleanup:
        function.logs.create_log_group(logGroupName=function.log_group)
        cleanup.callback(function.logs.delete_log_group, logGroupName=function.log_group)
        layer = client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped("python/words.py", LAYER)})
        cleanup.callback(client.delete_layer_version, LayerName=name, VersionNumber=layer["Version"])
        client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/executor-test",
            Handler="app.handler",
            Code={"ZipFile": zipped("app.py", CODE)},
            Layers=[layer["LayerVersionArn"]],
            Timeout=3,
            MemorySize=128,
        )
        cleanup.callback(client.delete_function, FunctionName=name)
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        yield function


def test_a_warm_environment_keeps_its_process_which_imports_from_the_layer(function: Function) -> None:
    first, second = function.invoke(), function.invoke()
    assert not first.is_error, first
    assert first.payload["words"] == "from the layer"
    assert second.payload["pid"] == first.payload["pid"]
    assert "Init Duration:" not in second.log


def test_a_timeout_is_reported_and_ends_the_process(function: Function) -> None:
    pid = function.invoke().payload["pid"]
    answer = function.invoke(sleep=60)
    assert answer.is_error
    assert answer.payload["errorType"] == "Sandbox.Timedout"
    assert answer.payload["errorMessage"].endswith("Error: Task timed out after 3.00 seconds")
    assert "working\n" in answer.log
    assert answer.log.endswith("\tStatus: timeout\t\n")
    assert not psutil.pid_exists(pid)
    after = function.invoke()
    assert not after.is_error
    assert after.payload["pid"] != pid


def test_a_crash_is_reported_and_followed_by_a_new_process(function: Function) -> None:
    pid = function.invoke().payload["pid"]
    answer = function.invoke(exit=3)
    assert answer.is_error
    assert answer.payload["errorType"] == "Runtime.ExitError"
    assert answer.payload["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert "working\n" in answer.log
    assert answer.log.endswith("\tStatus: error\t\n")
    after = function.invoke()
    assert not after.is_error
    assert after.payload["pid"] != pid


def test_simultaneous_invocations_run_in_processes_of_their_own(function: Function, tmp_path: Path) -> None:
    # Each invocation waits in its handler for the other, so that both must be running at once.
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda name: function.invoke(meet=str(tmp_path), name=name), ("one", "two")))
    assert [answer.is_error for answer in answers] == [False, False], answers
    assert answers[0].payload["pid"] != answers[1].payload["pid"]


def test_report_lines_reach_cloudwatch_logs(function: Function) -> None:
    request_id = function.invoke().payload["request_id"]

    def report() -> str | None:
        return next((line for line in function.logged(request_id) if line.startswith("REPORT ")), None)

    line = eventually(report, what="the REPORT line in CloudWatch Logs")
    assert line.startswith(f"REPORT RequestId: {request_id}\tDuration: ")
    assert any(line.startswith(f"START RequestId: {request_id} ") for line in function.logged(request_id))

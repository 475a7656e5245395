"""`make logs`: follows the functions' CloudWatch logs and the servers' log files."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import botocore.exceptions

from paygate_local.deploy import aws_client
from paygate_local.problems import Problem
from paygate_local.processes import Daemon
from paygate_local.progress import OUT
from paygate_local.services import Services
from paygate_local.settings import ROOT, STACK_NAME, StackSettings

POLL_SECONDS = 1.0
LOOK_BACK_SECONDS = 60


def follow(settings: StackSettings, function: str) -> None:
    """Print new lines until interrupted, beginning a minute ago. Raises Problem for a function that there is not."""
    names = sorted(path.name for path in (ROOT / "functions").iterdir() if (path / "app.py").exists())
    if function and function not in names:
        raise Problem(f"There is no function {function}", f"Choose one of {', '.join(names)}.")
    services = Services(settings)
    if services.localstack_session() is None:
        raise Problem("LocalStack does not run", "Run make up first.")
    sources = [FunctionLog(settings, name) for name in ([function] if function else names)]
    tails = [] if function else [FileTail(daemon) for daemon in services.daemons]
    followed: tuple[FunctionLog | FileTail, ...] = (*sources, *tails)
    while True:
        for source in followed:
            for line in source.new_lines():
                OUT.print(f"[cyan]{source.name:<17}[/]", end="")
                OUT.print(line, markup=False)
        time.sleep(POLL_SECONDS)


class FunctionLog:
    """One function's log group in LocalStack's CloudWatch Logs."""

    def __init__(self, settings: StackSettings, name: str) -> None:
        self.name = name
        # process_payments is the template's ProcessPaymentsFunction, so paygate-ProcessPaymentsFunction-<suffix>; the
        # api's has no suffix.
        resource = "".join(word.capitalize() for word in name.split("_"))
        self._prefix = f"/aws/lambda/{STACK_NAME}-{resource}Function"
        self._client = aws_client(settings, "logs")
        self._since_ms = int((time.time() - LOOK_BACK_SECONDS) * 1000)
        self._seen: set[str] = set()

    def new_lines(self) -> Iterator[str]:
        for event in self._events():
            if event["eventId"] not in self._seen:
                self._seen.add(event["eventId"])
                self._since_ms = max(self._since_ms, event["timestamp"] - 5_000)
                yield event["message"].rstrip()

    def _events(self) -> Iterator[dict[str, Any]]:
        try:
            for group in self._client.describe_log_groups(logGroupNamePrefix=self._prefix)["logGroups"]:
                pages = self._client.get_paginator("filter_log_events")
                for page in pages.paginate(logGroupName=group["logGroupName"], startTime=self._since_ms):
                    yield from page["events"]
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            raise Problem(f"LocalStack stopped answering ({type(error).__name__})", "Run make up.") from error


class FileTail:
    """What is appended to a server's log file."""

    def __init__(self, daemon: Daemon) -> None:
        self.name = daemon.name
        self._path = daemon.log_file
        self._position = self._path.stat().st_size if self._path.exists() else 0

    def new_lines(self) -> Iterator[str]:
        if not self._path.exists():
            return
        with self._path.open(errors="replace") as log:
            log.seek(self._position)
            text = log.read()
            self._position = log.tell()
        yield from (line for line in re.split(r"\r?\n", text) if line.strip())

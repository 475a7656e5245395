"""Card numbers that nobody else has, and every place of a stack where one could have been left."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import redis
import requests

from paygate.domain.cards import passes_luhn
from tests.support.rows import rows_of
from tests.support.stack import TestStack

DIGITS = "0123456789"
# What was built and deployed was there before any card.
UNINTERESTING = {"build"}


def new_number() -> str:
    """A Visa number of this test's own, which the simulator takes."""
    start = "4" + "".join(secrets.choice(DIGITS) for _ in range(10)) + "4242"
    return next(start + digit for digit in DIGITS if passes_luhn(start + digit))


def forms_of(number: str) -> dict[str, bytes]:
    """How a number could be written down: plain, in groups, in hexadecimal, or within something in base64."""
    groups = [number[start : start + 4] for start in range(0, len(number), 4)]
    forms = {"plain": number, "spaces": " ".join(groups), "hyphens": "-".join(groups), "hex": number.encode().hex()}
    for offset in range(3):
        # Base64 looks different for each position within three bytes; the edges depend on what stands beside.
        encoded = base64.b64encode(b"\0" * offset + number.encode()).decode()
        forms[f"base64, offset {offset}"] = encoded[4 if offset else 0 : -4]
    return {name: text.encode() for name, text in forms.items()}


def places(stack: TestStack) -> Iterator[tuple[str, bytes]]:
    """Everything that the stack keeps, by where it is kept."""
    yield from _database(stack)
    yield from _redis(stack)
    yield from _queues(stack)
    yield from _logs(stack)
    yield from _workflows(stack)
    yield from _files(stack.settings.home)


def _database(stack: TestStack) -> Iterator[tuple[str, bytes]]:
    with rows_of(stack.services.database_url) as rows:
        tables = rows.column("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for table in tables:
            for row in rows.column(f"SELECT row_to_json(t)::text FROM {table} AS t"):  # noqa: S608  names of our own
                yield f"table {table}", row.encode()


def _redis(stack: TestStack) -> Iterator[tuple[str, bytes]]:
    with redis.Redis.from_url(stack.services.redis_url) as client:
        for key in client.scan_iter():
            yield f"redis {key!r}", key
            yield f"redis {key!r}", client.dump(key) or b""
            if client.type(key) == b"string":
                yield f"redis {key!r}", client.get(key) or b""


def _queues(stack: TestStack) -> Iterator[tuple[str, bytes]]:
    for url in stack.aws("sqs").list_queues().get("QueueUrls", []):
        # LocalStack's own way to look at messages without taking them.
        answer = requests.get(
            f"{stack.aws_endpoint_url}/_aws/sqs/messages",
            params={"QueueUrl": url, "ShowInvisible": "true", "ShowDelayed": "true"},
            headers={"Accept": "application/json"},
            timeout=10,
        )
        answer.raise_for_status()
        yield f"queue {url.rpartition('/')[2]}", answer.content


def _logs(stack: TestStack) -> Iterator[tuple[str, bytes]]:
    logs = stack.aws("logs")
    groups = logs.get_paginator("describe_log_groups").paginate()
    for group in (group["logGroupName"] for page in groups for group in page["logGroups"]):
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            for event in page["events"]:
                yield f"log {group}", event["message"].encode()


def _workflows(stack: TestStack) -> Iterator[tuple[str, bytes]]:
    workflows = stack.aws("stepfunctions")
    for machine in workflows.list_state_machines()["stateMachines"]:
        for execution in workflows.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]:
            told = workflows.describe_execution(executionArn=execution["executionArn"])
            yield f"execution {execution['name']}", json.dumps(told, default=str).encode()


def _files(home: Path) -> Iterator[tuple[str, bytes]]:
    """Logs, data files, write-ahead logs and dumps, as they lie on the disk."""
    for path in home.rglob("*"):
        if path.relative_to(home).parts[0] in UNINTERESTING or not path.is_file():
            continue
        try:
            yield f"file {path.relative_to(home)}", path.read_bytes()
        except FileNotFoundError:
            continue  # the servers tidy up meanwhile

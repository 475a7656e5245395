"""SQS, Secrets Manager, KMS and Step Functions as far as the functions call them, in a process of its own.

Every call is counted. Run as `python -m tests.performance.bench.aws_stub`: prints its port, ends with its standard
input. Paths under `/_bench/` are the driver's: `secrets` adds secrets, `calls` tells the counts, `take` hands out sent
messages, `clear` forgets them.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from hashlib import md5
from typing import Any

from tests.performance.bench.http_server import Request, announce_and_wait, serve_http

Parameters = dict[str, Any]
MESSAGES_MAX = 100_000


class AwsStub:
    """The state of the services."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._calls: Counter[str] = Counter()
        self._messages: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=MESSAGES_MAX))
        self._numbers = itertools.count(1)
        self._operations: dict[str, Callable[[Parameters], Parameters]] = {
            "AmazonSQS.SendMessage": self._send_message,
            "AmazonSQS.SendMessageBatch": self._send_message_batch,
            "AmazonSQS.GetQueueAttributes": self._queue_attributes,
            "secretsmanager.BatchGetSecretValue": self._secret_values,
            "secretsmanager.GetSecretValue": lambda given: self._secret(given["SecretId"]),
            "AWSStepFunctions.StartExecution": self._start_execution,
            "TrentService.Encrypt": self._encrypt,
            "TrentService.Decrypt": self._decrypt,
        }

    def answer(self, request: Request) -> tuple[int, bytes]:
        if request.path.startswith("/_bench/"):
            return 200, self._control(request.path.removeprefix("/_bench/"), request.body)
        target = request.headers.get("x-amz-target", "")
        self._calls[target] += 1
        operation = self._operations.get(target)
        if operation is None:
            return 400, _json({"__type": "UnknownOperationException", "message": f"the bench knows no {target}"})
        try:
            return 200, _json(operation(json.loads(request.body)))
        except (KeyError, ValueError) as error:
            return 400, _json({"__type": "ValidationException", "message": f"{target}: {error!r}"})

    def _control(self, path: str, body: bytes) -> bytes:
        given = json.loads(body or b"{}")
        if path == "secrets":
            self._secrets.update(given)
        elif path == "calls":
            return _json(self._calls)
        elif path == "take":
            waiting = self._messages[given["queue"]]
            return _json([waiting.popleft() for _ in range(min(given["count"], len(waiting)))])
        elif path == "clear":
            self._messages.clear()
        return b"{}"

    def _send_message(self, given: Parameters) -> Parameters:
        return self._keep(given["QueueUrl"], given["MessageBody"])

    def _send_message_batch(self, given: Parameters) -> Parameters:
        url, entries = given["QueueUrl"], given["Entries"]
        if not 1 <= len(entries) <= 10:
            raise ValueError(f"a batch of {len(entries)}")
        kept = [{"Id": entry["Id"], **self._keep(url, entry["MessageBody"])} for entry in entries]
        return {"Successful": kept, "Failed": []}

    def _keep(self, url: str, body: str) -> Parameters:
        self._messages[url].append(body)
        digest = md5(body.encode(), usedforsecurity=False).hexdigest()
        return {"MessageId": f"00000000-0000-4000-8000-{next(self._numbers):012d}", "MD5OfMessageBody": digest}

    def _queue_attributes(self, given: Parameters) -> Parameters:
        waiting = str(len(self._messages[given["QueueUrl"]]))
        return {"Attributes": {name: waiting if name.endswith("Messages") else "0" for name in given["AttributeNames"]}}

    def _start_execution(self, given: Parameters) -> Parameters:
        name = given["name"]
        if not 1 <= len(name) <= 80:
            raise ValueError(f"the name {name}")
        json.loads(given["input"])
        arn = given["stateMachineArn"].replace(":stateMachine:", ":execution:")
        return {"executionArn": f"{arn}:{name}", "startDate": 1_767_225_600}

    def _secret_values(self, given: Parameters) -> Parameters:
        return {"SecretValues": [self._secret(arn) for arn in given["SecretIdList"]], "Errors": []}

    def _secret(self, arn: str) -> Parameters:
        return {"ARN": arn, "Name": arn.rpartition(":")[2], "SecretString": self._secrets[arn], "VersionId": "1"}

    def _encrypt(self, given: Parameters) -> Parameters:
        context = given.get("EncryptionContext", {})
        sealed = _json({"context": context, "plaintext": given["Plaintext"]})
        return {"CiphertextBlob": base64.b64encode(sealed).decode(), "KeyId": given["KeyId"]}

    def _decrypt(self, given: Parameters) -> Parameters:
        sealed = json.loads(base64.b64decode(given["CiphertextBlob"]))
        if sealed["context"] != given.get("EncryptionContext", {}):
            raise ValueError("the encryption context is another one")
        return {"Plaintext": sealed["plaintext"], "KeyId": given.get("KeyId", "")}


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


async def main() -> None:
    port = await serve_http(AwsStub().answer)
    await announce_and_wait(json.dumps({"port": port}))


if __name__ == "__main__":
    asyncio.run(main())

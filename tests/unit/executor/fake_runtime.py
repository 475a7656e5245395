"""Stands in for `python -m awslambdaric HANDLER`: a client of the Runtime API with nothing but the standard library."""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
from types import SimpleNamespace

PREFIX = "/2018-06-01/runtime/"


def main() -> None:
    if sys.argv[1:3] != ["-m", "awslambdaric"]:
        raise SystemExit(f"unexpected command line: {sys.argv}")
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def call(method: str, path: str, content: bytes | None = None) -> tuple[http.client.HTTPMessage, bytes]:
        api.request(method, PREFIX + path, content)
        response = api.getresponse()
        return response.headers, response.read()

    def describe(error: Exception) -> bytes:
        sys.stdout.write(f"[ERROR] {type(error).__name__}: {error}\n")
        sys.stdout.flush()
        return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()

    module, _, name = sys.argv[3].partition(".")
    try:
        handler = getattr(importlib.import_module(module), name)
    except Exception as error:
        call("POST", "init/error", describe(error))
        raise SystemExit(1) from None
    while True:
        headers, event = call("GET", "invocation/next")
        path = f"invocation/{headers['Lambda-Runtime-Aws-Request-Id']}"
        try:
            answer = handler(json.loads(event), SimpleNamespace(headers=dict(headers)))
        except Exception as error:
            call("POST", f"{path}/error", describe(error))
        else:
            sys.stdout.flush()
            call("POST", f"{path}/response", json.dumps(answer).encode())


if __name__ == "__main__":
    main()

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

    def call(method: str, path: str, content: object = None) -> tuple[http.client.HTTPMessage, bytes]:
        api.request(method, PREFIX + path, None if content is None else json.dumps(content))
        response = api.getresponse()
        return response.headers, response.read()

    def describe(error: Exception) -> dict[str, str]:
        print(f"[ERROR] {type(error).__name__}: {error}", flush=True)
        return {"errorType": type(error).__name__, "errorMessage": str(error)}

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
            call("POST", f"{path}/response", answer)


if __name__ == "__main__":
    main()

"""Serves what a snippet of docs/webhooks.md defines, `read`: 204 if it takes a webhook, 400 if it raises."""

from __future__ import annotations

import os
import runpy
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

read = runpy.run_path(sys.argv[1])["read"]


class Handler(BaseHTTPRequestHandler):
    """Any path, one request for each connection."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            status = 204 if read(body, dict(self.headers))["event"] else 400
        except Exception as error:
            print(repr(error), flush=True)  # noqa: T201  a log for whoever looks into a failed test
            status = 400
        self.send_response(status)
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()

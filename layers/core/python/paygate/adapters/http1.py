"""HTTP/1.1 for calls to AWS: one connection kept open, one write for each request, httptools to read the answer.

http.client would cost each call a quarter of a millisecond of CPU, most of it in an e-mail parser for the headers.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping

import httptools

from paygate.adapters.sockets import has_hung_up, open_socket

READ_BYTES = 65_536
ANSWER_BYTES_MAX = 4 * 1024 * 1024


class HttpConnection:
    """Posts to one host. Not safe for use by several threads."""

    def __init__(self, host: str, port: int, *, secure: bool, timeout_seconds: float) -> None:
        self._host = host
        self._port = port
        self._secure = secure
        self._timeout_seconds = timeout_seconds
        self._socket: socket.socket | None = None

    def post(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a POST to `/`. Raises OSError; the next call then connects anew."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST / HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        try:
            connection = self._usable_socket()
            connection.sendall(head.encode("latin-1") + body)
            return self._read_answer(connection)
        except BaseException:
            # What comes next on this connection could be the answer to this very request.
            self.close()
            raise

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _usable_socket(self) -> socket.socket:
        if self._socket is not None and has_hung_up(self._socket):
            self.close()
        if self._socket is None:
            self._socket = open_socket(
                self._host, self._port, timeout_seconds=self._timeout_seconds, secure=self._secure
            )
        return self._socket

    def _read_answer(self, connection: socket.socket) -> tuple[int, bytes]:
        answer = _Answer()
        parser = answer.parser
        while not answer.complete:
            data = connection.recv(READ_BYTES)
            if not data:
                raise ConnectionError("the server hung up within its answer")
            try:
                parser.feed_data(data)
            except httptools.HttpParserError as error:
                raise ConnectionError("the answer is not HTTP") from error
            if len(answer.body) > ANSWER_BYTES_MAX:
                raise ConnectionError("the answer is too long")
        status: int = parser.get_status_code()
        if not answer.keep_alive:
            self.close()
        return status, bytes(answer.body)


class _Answer:
    """Collects what httptools calls out."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body = bytearray()
        self.complete = False
        self.keep_alive = False

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        if self.parser.get_status_code() < 200:
            return  # 100 Continue and the like; the answer comes after it
        self.complete = True
        # Afterwards the parser is ready for another answer and has forgotten this one's headers.
        self.keep_alive = self.parser.should_keep_alive()

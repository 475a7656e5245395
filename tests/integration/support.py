"""What the integration tests share: real queues, faulty servers, certificates."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from paygate.adapters.aws_json import SQS, AwsJsonClient, Service
from paygate.adapters.queues import SqsQueue
from paygate.config import AwsCredentials

REGION = "us-east-1"
CREDENTIALS = AwsCredentials("test", "test", "")
DRIP_SECONDS_MAX = 10

Answer = Callable[[socket.socket], None]


def aws_client(service: Service, endpoint_url: str) -> AwsJsonClient:
    return AwsJsonClient(service, REGION, CREDENTIALS, endpoint_url=endpoint_url, timeout_seconds=5)


class RealQueue(SqsQueue):
    """An SQS queue of the test's own."""

    def __init__(self, client: AwsJsonClient) -> None:
        self._name = f"test-{secrets.token_hex(8)}"
        self.url: str = client.call("CreateQueue", {"QueueName": self._name})["QueueUrl"]
        self._messages = client
        super().__init__(client, self.url)

    def received(self) -> list[str]:
        """The ids of all messages that are visible now; they are in flight afterwards."""
        ids: list[str] = []
        while True:
            answer = self._messages.call("ReceiveMessage", {"QueueUrl": self.url, "MaxNumberOfMessages": 10})
            messages = answer.get("Messages") or []
            if not messages:
                return ids
            bodies = [json.loads(message["Body"]) for message in messages]
            assert all(list(body) == ["id"] for body in bodies)
            ids += [body["id"] for body in bodies]


@contextmanager
def queue_that_is_down() -> Iterator[SqsQueue]:
    """A queue whose endpoint refuses connections."""
    with refusing_port() as port:
        url = f"http://127.0.0.1:{port}"
        client = aws_client(SQS, url)
        yield SqsQueue(client, f"{url}/123456789012/down")
        client.close()


@contextmanager
def refusing_port() -> Iterator[int]:
    """A port that refuses connections for as long as the block runs: it is taken, but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@dataclass
class FaultyServer:
    """A merchant's server that misbehaves; `requests` holds head and body of each request that came in."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0


@contextmanager
def faulty_server(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[FaultyServer]:
    """Read one request from each connection and then do `answer` to it, which ends when the client hangs up."""
    scheme = "https" if tls else "http"
    server = FaultyServer("")

    def serve(stream: socket.socket) -> None:
        server.requests.append(read_request(stream))
        answer(stream)

    def count() -> None:
        server.connections += 1

    with tcp_server(serve, tls, count) as port:
        server.url = f"{scheme}://127.0.0.1:{port}/webhooks"
        yield server


@contextmanager
def tcp_server(
    serve: Answer, tls: ssl.SSLContext | None = None, connected: Callable[[], object] = int
) -> Iterator[int]:
    """A port where `serve` gets each connection, one after the other; what it breaks ends its connection alone."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return  # shut down
                connected()
                with connection, suppress(OSError):
                    connection.settimeout(10)
                    with tls.wrap_socket(connection, server_side=True) if tls else connection as stream:
                        serve(stream)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=15)
            assert not thread.is_alive()


def reply(status: str, body: bytes = b"", *headers: str) -> Answer:
    """An HTTP reply such as `reply("500 Internal Server Error")`."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return send(f"{head}Connection: close\r\n\r\n".encode() + body)


def send(data: bytes) -> Answer:
    """These bytes and then the end."""
    return lambda connection: connection.sendall(data)


def say_nothing(connection: socket.socket) -> None:
    """Keep the client waiting until it gives up."""
    connection.recv(1)


def drip(start: bytes, piece: bytes, *, seconds: float = DRIP_SECONDS_MAX) -> Answer:
    """`start`, and then `piece` again and again, slowly, until the client gives up (or should have long ago)."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(0.02)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(TimeoutError):
                if not connection.recv(1):
                    return
            connection.sendall(piece)

    return answer


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate: what a server shows, and the file that makes a client trust it."""

    server: ssl.SSLContext
    file: Path


def certificate_for(host: str, folder: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key_file)
    return Certificate(server, file)


def read_request(connection: socket.socket) -> bytes:
    """Head and body of one request. Raises ConnectionError if the client hangs up within it."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.lower().splitlines() if line.startswith(b"content-length:")), 0
    )
    while len(body) < length:
        part = _more(connection)
        data, body = data + part, body + part
    return data


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(64 * 1024)
    if not part:
        raise ConnectionError("the client hung up within its request")
    return part

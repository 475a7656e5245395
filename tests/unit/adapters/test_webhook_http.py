from __future__ import annotations

import ssl
from typing import Any

import pytest
import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    IncompleteRead,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from paygate.adapters import webhook_http
from paygate.adapters.names import UNRESOLVED_REASON
from paygate.adapters.webhook_clock import Clock
from paygate.adapters.webhook_connections import PinnedRequest
from paygate.adapters.webhook_errors import ERROR_LENGTH_MAX, one_line
from paygate.adapters.webhook_http import READ_BYTES_MAX, STORED_BYTES_MAX, HttpWebhookSender
from paygate.domain.errors import AddressRefusedError
from paygate.domain.webhooks import USER_AGENT, Timings

URL = "https://shop.example/hooks?token=secret"


class FakeAnswer:
    """An answer whose body comes in the given parts; an error among them is raised when its turn comes."""

    def __init__(self, status: int, *parts: bytes | Exception, **headers: str) -> None:
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.parts = list(parts)
        self.closed = False

    def read1(self, amount: int, *, decode_content: bool) -> bytes:
        assert not decode_content
        part = self.parts.pop(0) if self.parts else b""
        if isinstance(part, Exception):
            raise part
        return part[:amount]

    def close(self) -> None:
        self.closed = True


class Asked:
    request: PinnedRequest | None = None
    clock: Clock
    verify: str | bool


def sender_with(monkeypatch: pytest.MonkeyPatch, outcome: FakeAnswer | Exception) -> tuple[HttpWebhookSender, Asked]:
    """A sender whose host resolves and whose adapter gives `outcome`, and what the adapter was asked."""
    sender = HttpWebhookSender(allow_loopback=False)
    asked = Asked()

    def send(request: PinnedRequest, *, timeout: Clock, verify: str | bool) -> FakeAnswer:
        asked.request, asked.clock, asked.verify = request, timeout, verify
        timeout.sent = True
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(sender._adapter, "send", send)
    monkeypatch.setattr(webhook_http, "resolve_allowed", lambda host, port, **options: "93.184.216.34")
    return sender, asked


def test_an_answer_is_reported_with_all_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = FakeAnswer(202, b"tha", b"nks", Retry_After="120")
    sender, asked = sender_with(monkeypatch, answer)
    report = sender.post("https://shop.example:8443/hooks", b"{}", {"webhook-id": "evt_1"})
    assert (report.status, report.error_kind, report.error, report.body) == (202, None, None, "thanks")
    assert (report.address, report.retry_after, report.truncated) == ("93.184.216.34", "120", False)
    assert report.delivered
    assert report.timings == Timings(dns_ms=report.timings.dns_ms)
    assert report.timings.dns_ms is not None
    assert report.request_headers == {
        "User-Agent": USER_AGENT,
        "webhook-id": "evt_1",
        "Host": "shop.example:8443",
        "Accept-Encoding": "identity",
        "Content-Length": "2",
    }
    assert answer.closed
    request = asked.request
    assert request is not None
    assert (request.method, request.url, request.body) == ("POST", "https://shop.example:8443/hooks", b"{}")
    assert (request.scheme, request.host, request.port) == ("https", "shop.example", 8443)
    assert dict(request.headers) == report.request_headers
    assert asked.verify is True
    assert 0 < asked.clock.left() <= 15


def with_cause(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


NO_POOL: Any = None
CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
CERTIFICATE.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("error", "kind", "line"),
    [
        (requests.exceptions.ConnectTimeout(), "timeout", "The receiver could not be reached in time."),
        (
            with_cause(ConnectTimeoutError(), TimeoutError("timed out")),
            "timeout",
            "The receiver could not be reached in time.",
        ),
        (requests.exceptions.ReadTimeout(), "timeout", "The receiver did not answer completely in time."),
        (TimeoutError("the time is up"), "timeout", "The receiver did not answer completely in time."),
        (
            with_cause(requests.exceptions.ConnectionError(), TimeoutError("while sending")),
            "timeout",
            "The receiver did not answer completely in time.",
        ),
        (
            with_cause(requests.exceptions.SSLError(), CERTIFICATE),
            "tls_error",
            "No secure connection came about: self-signed certificate.",
        ),
        (requests.exceptions.InvalidURL(URL), "invalid_url", "The webhook URL is not one that can be called."),
        (
            with_cause(requests.exceptions.ConnectionError(URL), ConnectionRefusedError(111, "Connection refused")),
            "connection_error",
            "The connection failed: Connection refused.",
        ),
        (
            with_cause(NewConnectionError(NO_POOL, URL), OSError(101, "Network is unreachable")),
            "connection_error",
            "The connection failed: Network is unreachable.",
        ),
        (
            requests.exceptions.InvalidHeader(),
            "connection_error",
            "The connection failed: InvalidHeader.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_no_answer_is_a_report_that_tells_why_without_the_url(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str, line: str
) -> None:
    sender, _ = sender_with(monkeypatch, error)
    report = sender.post(URL, b"{}", {})
    assert (report.status, report.error_kind, report.body, report.delivered) == (None, kind, "", False)
    assert report.error == line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ReadTimeoutError(NO_POOL, "", "stalled"), "timeout"),
        (ProtocolError("reset"), "connection_error"),
        (IncompleteRead(3, 97), "connection_error"),
        (SSLError("bad record"), "tls_error"),
    ],
    ids=["stalled", "reset", "cut short", "garbled"],
)
@pytest.mark.parametrize("status", [200, 500])
def test_a_body_that_breaks_off_keeps_its_status_and_is_no_delivery(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str, status: int
) -> None:
    answer = FakeAnswer(status, b"abc", error)
    sender, _ = sender_with(monkeypatch, answer)
    report = sender.post(URL, b"{}", {})
    assert (report.status, report.error_kind, report.delivered) == (status, kind, False)
    assert (report.body, report.truncated) == ("abc", False)
    assert answer.closed


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AddressRefusedError("Not there."), "address_refused"),
        (AddressRefusedError("No such name.", reason=UNRESOLVED_REASON), "dns_error"),
    ],
    ids=["refused", "unresolved"],
)
def test_an_address_that_must_not_be_called_is_a_report(
    monkeypatch: pytest.MonkeyPatch, error: AddressRefusedError, kind: str
) -> None:
    sender, asked = sender_with(monkeypatch, FakeAnswer(200))
    sender._refused = frozenset({(None, 9001)})

    def refuse(host: str, port: int, **options: Any) -> str:
        assert (host, port) == ("shop.example", 443)
        assert options == {"allow_loopback": False, "refused": {(None, 9001)}}
        raise error

    monkeypatch.setattr(webhook_http, "resolve_allowed", refuse)
    report = sender.post(URL, b"{}", {})
    assert (report.status, report.error_kind, report.error) == (None, kind, error.description)
    assert (report.address, report.request_headers, asked.request) == (None, {}, None)


def test_what_was_not_sent_is_not_reported_as_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = sender_with(monkeypatch, FakeAnswer(200))

    def send(request: PinnedRequest, **_: Any) -> FakeAnswer:
        raise requests.exceptions.ConnectTimeout

    monkeypatch.setattr(sender._adapter, "send", send)
    report = sender.post(URL, b"{}", {})
    assert (report.address, report.request_headers) == ("93.184.216.34", {})


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
def test_a_redirect_is_refused_and_says_where_it_leads(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    sender, _ = sender_with(monkeypatch, FakeAnswer(status, b"no", Location="http://10.0.0.5/" + "x" * 1_000))
    report = sender.post(URL, b"{}", {})
    assert (report.status, report.error_kind, report.body, report.delivered) == (
        status,
        "redirect_refused",
        "no",
        False,
    )
    assert report.error is not None
    assert report.error.startswith("The receiver redirects to http://10.0.0.5/xxx")
    assert report.error.endswith(", and redirects are never followed.")
    assert report.error.count("x") < 200


def test_a_redirect_whose_body_breaks_off_is_still_one(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = sender_with(monkeypatch, FakeAnswer(302, ProtocolError("reset")))
    report = sender.post(URL, b"{}", {})
    assert (report.status, report.error_kind) == (302, "redirect_refused")


def test_a_long_body_is_read_and_kept_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = FakeAnswer(200, *[b"x" * 10_000] * 1_000)
    sender, _ = sender_with(monkeypatch, answer)
    report = sender.post(URL, b"{}", {})
    assert (report.status, report.truncated, report.delivered) == (200, True, True)
    assert report.body == "x" * STORED_BYTES_MAX
    assert 1_000 - len(answer.parts) == -(-READ_BYTES_MAX // 10_000)


@pytest.mark.parametrize(
    ("content", "truncated"),
    [
        (b"x" * STORED_BYTES_MAX, False),
        (b"x" * (STORED_BYTES_MAX + 1), True),
        (b"\xff" * (STORED_BYTES_MAX // 3), False),
        # As text it is three times as long.
        (b"\xff" * (STORED_BYTES_MAX // 3 + 1), True),
    ],
    ids=["all", "one more", "all as text", "one more as text"],
)
def test_it_is_said_when_there_was_more_than_is_kept(
    monkeypatch: pytest.MonkeyPatch, content: bytes, truncated: bool
) -> None:
    sender, _ = sender_with(monkeypatch, FakeAnswer(200, content))
    report = sender.post(URL, b"{}", {})
    assert report.truncated is truncated
    assert len(report.body.encode()) <= STORED_BYTES_MAX


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"a\x00b", "a\ufffdb"), (b"\xff", "\ufffd"), ("zoë 😀".encode(), "zoë 😀"), (b"", "")],
)
def test_a_body_is_kept_as_text_that_postgres_can_hold(
    monkeypatch: pytest.MonkeyPatch, content: bytes, text: str
) -> None:
    sender, _ = sender_with(monkeypatch, FakeAnswer(500, content))
    assert sender.post(URL, b"{}", {}).body == text


@pytest.mark.parametrize(
    ("header", "kept"), [("120", "120"), ("\x00 soon\r\n", "soon"), ("9" * 1_000, "9" * 100), ("", "")]
)
def test_retry_after_is_kept_as_it_came_within_limits(monkeypatch: pytest.MonkeyPatch, header: str, kept: str) -> None:
    sender, _ = sender_with(monkeypatch, FakeAnswer(503, Retry_After=header))
    assert sender.post(URL, b"{}", {}).retry_after == kept


def test_a_line_is_one_that_postgres_can_hold() -> None:
    assert one_line("a\r\nb\x00c\u2028d\ud800e\x1b[31m") == "a b c d e [31m"
    assert len(one_line("x" * 10_000)) == ERROR_LENGTH_MAX


def test_a_time_that_is_up_before_the_connection_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, asked = sender_with(monkeypatch, FakeAnswer(200))
    monkeypatch.setattr(webhook_http, "TOTAL_TIMEOUT_SECONDS", 0.0)
    report = sender.post(URL, b"{}", {})
    assert (report.status, report.error_kind, asked.request) == (None, "timeout", None)

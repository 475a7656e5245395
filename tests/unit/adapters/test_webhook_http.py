from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import requests
from urllib3.exceptions import IncompleteRead, ProtocolError, ReadTimeoutError

from paygate.adapters import webhook_http
from paygate.adapters.webhook_http import READ_BYTES_MAX, STORED_BYTES_MAX, HttpWebhookSender
from paygate.domain.errors import AddressRefusedError


class FakeResponse:
    """A response whose body comes in the given parts; an error among them is raised when its turn comes."""

    def __init__(self, status: int, *parts: bytes | Exception) -> None:
        self.status_code = status
        self.raw = self
        self.parts = list(parts)
        self.closed = False

    def read1(self, amount: int, *, decode_content: bool) -> bytes:
        assert not decode_content
        part = self.parts.pop(0) if self.parts else b""
        if isinstance(part, Exception):
            raise part
        return part[:amount]

    def __enter__(self) -> FakeResponse:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True


def sender_with(monkeypatch: pytest.MonkeyPatch, outcome: FakeResponse | Exception) -> tuple[HttpWebhookSender, Any]:
    """A sender whose host resolves and whose session gives `outcome`, and what the session was asked."""
    sender = HttpWebhookSender(allow_loopback=False)
    asked = SimpleNamespace(url=None, headers={}, options={})

    def send(request: requests.PreparedRequest, **options: Any) -> FakeResponse:
        asked.url, asked.headers, asked.options = request.url, request.headers, options
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(sender._adapter, "send", send)
    monkeypatch.setattr(webhook_http, "resolve_allowed", lambda host, port, *, allow_loopback: "93.184.216.34")
    return sender, asked


def test_an_answer_is_reported_with_its_body(monkeypatch: pytest.MonkeyPatch) -> None:
    response = FakeResponse(202, b"tha", b"nks")
    sender, asked = sender_with(monkeypatch, response)
    report = sender.post("https://shop.example:8443/hooks", b"{}", {"webhook-id": "evt_1"})
    assert (report.status, report.error_kind, report.body) == (202, None, "thanks")
    assert asked.url == "https://shop.example:8443/hooks"
    assert asked.options["verify"] is True
    assert asked.headers["Host"] == "shop.example:8443"
    assert asked.headers["webhook-id"] == "evt_1"
    assert response.closed


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.exceptions.ConnectTimeout(), "timeout"),
        (requests.exceptions.ReadTimeout(), "timeout"),
        (requests.exceptions.SSLError(), "tls_error"),
        (requests.exceptions.ConnectionError(), "connection_error"),
        (requests.exceptions.InvalidURL(), "connection_error"),
        (requests.exceptions.InvalidHeader(), "connection_error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_no_answer_is_a_report(monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str) -> None:
    sender, _ = sender_with(monkeypatch, error)
    report = sender.post("https://shop.example/", b"{}", {})
    assert (report.status, report.error_kind, report.body, report.delivered) == (None, kind, "", False)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ReadTimeoutError(None, "", "stalled"), "timeout"),  # type: ignore[arg-type]
        (ProtocolError("reset"), "connection_error"),
        (IncompleteRead(3, 97), "connection_error"),
    ],
    ids=["stalled", "reset", "cut short"],
)
def test_a_body_that_breaks_off_is_a_report_and_no_delivery(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str
) -> None:
    response = FakeResponse(200, b"abc", error)
    sender, _ = sender_with(monkeypatch, response)
    report = sender.post("https://shop.example/", b"{}", {})
    assert (report.status, report.error_kind, report.delivered) == (None, kind, False)
    assert response.closed


def test_an_address_that_must_not_be_called_is_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, asked = sender_with(monkeypatch, FakeResponse(200))

    def refuse(host: str, port: int, *, allow_loopback: bool) -> str:
        assert (host, port, allow_loopback) == ("shop.example", 443, False)
        raise AddressRefusedError("no")

    monkeypatch.setattr(webhook_http, "resolve_allowed", refuse)
    report = sender.post("https://shop.example/", b"{}", {})
    assert (report.status, report.error_kind) == (None, "address_refused")
    assert asked.url is None


def test_a_long_body_is_read_and_kept_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    response = FakeResponse(200, *[b"x" * 10_000] * 1_000)
    sender, _ = sender_with(monkeypatch, response)
    report = sender.post("https://shop.example/", b"{}", {})
    assert report.status == 200
    assert report.body == "x" * STORED_BYTES_MAX
    assert 1_000 - len(response.parts) == -(-READ_BYTES_MAX // 10_000)


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"a\x00b", "a\ufffdb"), (b"\xff", "\ufffd"), ("zoë 😀".encode(), "zoë 😀"), (b"", "")],
)
def test_a_body_is_kept_as_text_that_postgres_can_hold(
    monkeypatch: pytest.MonkeyPatch, content: bytes, text: str
) -> None:
    sender, _ = sender_with(monkeypatch, FakeResponse(500, content))
    assert sender.post("https://shop.example/", b"{}", {}).body == text

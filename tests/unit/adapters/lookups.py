"""What tests of the addresses that webhooks may go to share: name servers that answer as wanted, and the sender."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from paygate.adapters.webhook_http import HttpWebhookSender
from paygate.domain.webhooks import WebhookResponse


def answer_with(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[tuple[str, int]]:
    """Let every name have these addresses; what is asked is kept."""
    asked: list[tuple[str, int]] = []

    def getaddrinfo(host: str, port: int, *, type: int) -> list[tuple[Any, ...]]:
        asked.append((host, port))
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [(family, type, 6, "", (address, port)) for family, address in zip(families, addresses, strict=True)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def send(
    url: str, *, allow_loopback: bool, refused: frozenset[tuple[str | None, int]] = frozenset()
) -> WebhookResponse:
    """What the sender reports; it must not get as far as a socket."""
    report = HttpWebhookSender(allow_loopback=allow_loopback, refused=refused).post(url, b"{}", {})
    assert (report.status, report.address, report.request_headers, report.delivered) == (None, None, {}, False)
    return report

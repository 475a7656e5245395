"""Webhooks connect to nothing but the address that was vetted, whatever names, redirects and the environment say.

Every attempt to connect is noted, and what must stay untouched is a server that really listens.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from paygate.adapters.webhook_http import HttpWebhookSender
from paygate.domain.webhooks import WebhookResponse
from tests.integration.support import certificate_for, faulty_server, reply

Connects = list[tuple[str, int]]


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> Connects:
    """Where this process has connected to since the test began."""
    seen: Connects = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        seen.append(address[:2])
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return seen


def answer_with(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Give one of the answers to each look-up, the last one for ever; what is asked is kept."""
    asked: list[str] = []
    left = list(answers)

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def post(sender: HttpWebhookSender, url: str) -> WebhookResponse:
    return sender.post(url, b"{}", {"webhook-id": "evt_1"})


HERE = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "017700000001", "[::ffff:127.0.0.1]", "0.0.0.0"]


@pytest.mark.parametrize("host", HERE)
def test_a_deployed_gateway_does_not_connect_to_its_own_machine(connects: Connects, host: str) -> None:
    sender = HttpWebhookSender(allow_loopback=False)
    with faulty_server(reply("200 OK")) as server:
        # Only https:// URLs get as far as the look-up.
        report = post(sender, server.url.replace("http:", "https:").replace("127.0.0.1", host))
        assert server.connections == 0
    assert (report.status, report.error_kind) == (None, "address_refused")
    assert "(loopback)" in (report.error or "") or "0.0.0.0/8" in (report.error or "")
    assert connects == []


@pytest.mark.parametrize("host", HERE[:-1])
@pytest.mark.parametrize("anywhere", [False, True], ids=["one address", "every loopback address"])
def test_the_local_profile_does_not_connect_to_the_gateways_own_servers(
    connects: Connects, host: str, anywhere: bool
) -> None:
    with faulty_server(reply("200 OK")) as own, faulty_server(reply("200 OK")) as merchant:
        refused = frozenset({(None if anywhere else "127.0.0.1", port_of(own.url))})
        sender = HttpWebhookSender(allow_loopback=True, refused=refused)
        report = post(sender, own.url.replace("127.0.0.1", host))
        assert (report.status, report.error_kind, own.connections) == (None, "address_refused", 0)
        assert (report.error or "").endswith(" belongs to the gateway itself.")
        assert connects == []
        assert post(sender, merchant.url).status == 200
        assert connects == [("127.0.0.1", port_of(merchant.url))]
        sender.close()


def test_a_name_that_changes_its_mind_gains_nothing(connects: Connects, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the second look-up, which must never be, would lead to the server behind the gateway's lines."""
    with faulty_server(reply("200 OK")) as inner:
        asked = answer_with(monkeypatch, "127.0.0.2", "127.0.0.1")
        sender = HttpWebhookSender(allow_loopback=True, refused=frozenset({("127.0.0.1", port_of(inner.url))}))
        report = post(sender, inner.url.replace("127.0.0.1", "rebind.example"))
        assert inner.connections == 0
    assert (report.error_kind, report.address) == ("connection_error", "127.0.0.2")
    assert asked == ["rebind.example"]
    assert connects == [("127.0.0.2", port_of(inner.url))]


def test_the_public_address_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_with(monkeypatch, "93.184.216.34", "10.0.0.5")
    called: Connects = []

    def refuse(self: socket.socket, address: Any) -> None:
        called.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    report = post(HttpWebhookSender(allow_loopback=False), "https://rebind.example/hooks")
    assert (asked, called) == (["rebind.example"], [("93.184.216.34", 443)])
    assert (report.error_kind, report.error) == ("connection_error", "The connection failed: Connection refused.")


def test_each_webhook_is_checked_anew_also_while_a_connection_is_open(
    connects: Connects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept connection belongs to an address, so a name that has moved does not get what is sent to its new one."""

    def stay(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.recv(1)

    with faulty_server(stay) as server:
        asked = answer_with(monkeypatch, "127.0.0.1", "10.0.0.5")
        sender = HttpWebhookSender(allow_loopback=True)
        url = server.url.replace("127.0.0.1", "moving.example")
        assert post(sender, url).status == 200
        report = post(sender, url)
        assert (report.status, report.error_kind) == (None, "address_refused")
        assert (len(server.requests), asked) == (1, ["moving.example"] * 2)
        assert len(connects) == 1
        sender.close()


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_leads_nowhere(connects: Connects, status: str) -> None:
    sender = HttpWebhookSender(allow_loopback=True)
    with faulty_server(reply("200 OK")) as inner:
        with faulty_server(reply(status, b"", f"Location: {inner.url}")) as server:
            report = post(sender, server.url)
        assert inner.connections == 0
    assert (report.status, report.error_kind) == (int(status[:3]), "redirect_refused")
    assert report.error == f"The receiver redirects to {inner.url}, and redirects are never followed."
    assert connects == [("127.0.0.1", port_of(server.url))]


def test_proxies_and_netrc_of_the_environment_play_no_part(
    connects: Connects, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login merchant password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    sender = HttpWebhookSender(allow_loopback=True)
    with faulty_server(reply("502 Bad Gateway")) as proxy, faulty_server(reply("200 OK")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        report = post(sender, server.url)
        assert (proxy.connections, server.connections, report.status) == (0, 1, 200)
        assert b"authorization" not in server.requests[0].lower()
    assert connects == [("127.0.0.1", port_of(server.url))]


def test_over_tls_the_pinned_address_still_has_to_prove_the_name(
    connects: Connects, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = certificate_for("merchant.example", tmp_path)
    names: list[str | None] = []
    certificate.server.sni_callback = lambda connection, name, context: names.append(name)
    sender = HttpWebhookSender(allow_loopback=True)
    sender.verify = str(certificate.file)
    answer_with(monkeypatch, "127.0.0.1")
    with faulty_server(reply("200 OK"), certificate.server) as server:
        for name in ("merchant.example", "merchant.example.", "other.example"):
            report = post(sender, server.url.replace("127.0.0.1", name))
            assert report.status == (None if name == "other.example" else 200)
        assert b"Host: merchant.example:" in server.requests[0]
        assert len(server.requests) == 2
    assert (report.error_kind, report.address, report.request_headers) == ("tls_error", "127.0.0.1", {})
    assert names == ["merchant.example", "merchant.example", "other.example"]
    assert {address for address, _ in connects} == {"127.0.0.1"}

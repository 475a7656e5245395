"""Looking up where a webhook goes: which address is taken, what cannot be resolved, and name servers that hang."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from paygate.adapters import names
from paygate.adapters.ssrf import resolve_allowed
from paygate.domain.errors import AddressRefusedError
from tests.unit.adapters.lookups import answer_with, send

pytestmark = pytest.mark.usefixtures("nothing_connects")


@pytest.mark.parametrize(
    ("addresses", "preferred"),
    [
        (("93.184.216.34", "1.1.1.1", "2606:4700::1111"), "93.184.216.34"),
        (("2606:4700::1111", "93.184.216.34"), "93.184.216.34"),
        (("2606:4700::1111", "2606:4700::2222"), "2606:4700::1111"),
    ],
)
def test_the_first_address_of_a_name_is_the_one_to_connect_to_and_ipv4_comes_first(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...], preferred: str
) -> None:
    asked = answer_with(monkeypatch, *addresses)
    assert resolve_allowed("shop.example", 8443, allow_loopback=False) == preferred
    assert asked == [("shop.example", 8443)]


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        OSError("no network"),
        UnicodeEncodeError("idna", "x" * 64, 0, 64, "label too long"),
        ValueError("embedded null character"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_name_that_cannot_be_resolved_is_an_error_of_its_own(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(AddressRefusedError, match=r"gone\.example cannot be resolved") as raised:
        resolve_allowed("gone.example", 443, allow_loopback=False)
    assert (raised.value.field, raised.value.reason) == ("url", "URL_NOT_RESOLVED")
    report = send("https://gone.example/", allow_loopback=False)
    assert report.error_kind == "dns_error"
    assert "gone.example cannot be resolved" in (report.error or "")


def test_a_name_without_an_address_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch)
    report = send("https://empty.example/", allow_loopback=False)
    assert (report.error_kind, report.timings.dns_ms is None) == ("dns_error", False)
    assert "empty.example cannot be resolved: it has no address" in (report.error or "")


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Name servers that do not answer until the event is set; afterwards all look-ups have come to their end."""
    speak = threading.Event()

    def getaddrinfo(host: str, port: int, *, type: int) -> list[tuple[Any, ...]]:
        speak.wait(timeout=60)
        return [(socket.AF_INET, type, 6, "", ("93.184.216.34", port))]

    slots = threading.Semaphore(names.LOOKUPS_MAX)
    monkeypatch.setattr(names, "_slots", slots)
    monkeypatch.setattr(names, "DNS_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield speak
    speak.set()
    for _ in range(names.LOOKUPS_MAX):
        assert slots.acquire(timeout=30)


def test_a_name_server_that_does_not_answer_has_its_limit(silence: threading.Event) -> None:
    report = send("https://slow.example/", allow_loopback=False)
    assert report.error_kind == "dns_error"
    assert "slow.example cannot be resolved: there was no answer within 0.05 s" in (report.error or "")
    assert report.timings.dns_ms is not None
    assert 45 <= report.timings.dns_ms < 5_000


def test_look_ups_that_hang_have_a_limit_in_number(silence: threading.Event) -> None:
    for number in range(names.LOOKUPS_MAX):
        with pytest.raises(AddressRefusedError, match="there was no answer"):
            resolve_allowed(f"slow-{number}.example", 443, allow_loopback=False)
    with pytest.raises(AddressRefusedError, match="too many look-ups are under way"):
        resolve_allowed("one-more.example", 443, allow_loopback=False)
    # Addresses need no look-up.
    assert resolve_allowed("93.184.216.34", 443, allow_loopback=False) == "93.184.216.34"
    silence.set()
    names.DNS_TIMEOUT_SECONDS = 30
    assert resolve_allowed("at-last.example", 443, allow_loopback=False) == "93.184.216.34"


def test_threads_of_look_ups_are_kept_and_do_not_keep_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "93.184.216.34")
    resolve_allowed("first.example", 443, allow_loopback=False)
    threads = {thread for thread in threading.enumerate() if thread.name == "paygate-dns"}
    for number in range(50):
        resolve_allowed(f"{number}.example", 443, allow_loopback=False)
    later = {thread for thread in threading.enumerate() if thread.name == "paygate-dns"}
    assert all(thread.daemon for thread in later)
    # One more may come about when an answer is taken before its thread has said that it is free.
    assert len(later - threads) <= 1

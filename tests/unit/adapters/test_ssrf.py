from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from paygate.adapters.ssrf import check_address, resolve_allowed
from paygate.domain.errors import AddressRefusedError

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "11.0.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2600:1f18::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
    "::ffff:8.8.8.8",
]
LOOPBACK = [
    "127.0.0.1",
    "127.0.0.53",
    "127.255.255.255",
    "::1",
    "::1%1",
    "::ffff:127.0.0.1",
    "::ffff:127.1.2.3",
]
REFUSED = [
    pytest.param("0.0.0.0", id="this host"),
    pytest.param("0.1.2.3", id="this network"),
    pytest.param("10.0.0.1", id="RFC 1918, 10/8"),
    pytest.param("10.255.255.255", id="RFC 1918, 10/8, last"),
    pytest.param("100.64.0.1", id="CGNAT"),
    pytest.param("100.100.100.200", id="CGNAT, Alibaba's metadata"),
    pytest.param("100.127.255.255", id="CGNAT, last"),
    pytest.param("169.254.0.1", id="link-local"),
    pytest.param("169.254.169.254", id="link-local, metadata"),
    pytest.param("169.254.170.2", id="link-local, ECS credentials"),
    pytest.param("172.16.0.1", id="RFC 1918, 172.16/12"),
    pytest.param("172.31.255.255", id="RFC 1918, 172.16/12, last"),
    pytest.param("192.0.0.1", id="protocol assignments"),
    pytest.param("192.0.0.9", id="PCP anycast"),
    pytest.param("192.0.0.170", id="NAT64 discovery"),
    pytest.param("192.0.0.192", id="protocol assignments, Oracle's metadata"),
    pytest.param("192.0.2.1", id="TEST-NET-1"),
    pytest.param("192.88.99.1", id="6to4 relay"),
    pytest.param("192.168.0.1", id="RFC 1918, 192.168/16"),
    pytest.param("192.168.255.255", id="RFC 1918, 192.168/16, last"),
    pytest.param("198.18.0.1", id="benchmarks"),
    pytest.param("198.19.255.255", id="benchmarks, last"),
    pytest.param("198.51.100.1", id="TEST-NET-2"),
    pytest.param("203.0.113.1", id="TEST-NET-3"),
    pytest.param("224.0.0.1", id="multicast"),
    pytest.param("239.255.255.250", id="multicast, SSDP"),
    pytest.param("240.0.0.1", id="reserved"),
    pytest.param("255.255.255.255", id="broadcast"),
    pytest.param("::", id="unspecified v6"),
    pytest.param("::ffff:0.0.0.0", id="mapped this host"),
    pytest.param("::ffff:10.0.0.1", id="mapped RFC 1918"),
    pytest.param("::ffff:100.64.0.1", id="mapped CGNAT"),
    pytest.param("::ffff:169.254.169.254", id="mapped metadata"),
    pytest.param("::ffff:192.0.0.192", id="mapped protocol assignments"),
    pytest.param("::ffff:224.0.0.1", id="mapped multicast"),
    pytest.param("::127.0.0.1", id="IPv4-compatible loopback"),
    pytest.param("::10.0.0.1", id="IPv4-compatible RFC 1918"),
    pytest.param("::ffff:0:127.0.0.1", id="IPv4-translated loopback"),
    pytest.param("64:ff9b::10.0.0.1", id="NAT64"),
    pytest.param("64:ff9b::8.8.8.8", id="NAT64 of a public address"),
    pytest.param("64:ff9b:1::1", id="NAT64, local use"),
    pytest.param("100::1", id="discard only"),
    pytest.param("200::1", id="unassigned, used by overlay networks"),
    pytest.param("2001::1", id="Teredo"),
    pytest.param("2001:0:4136:e378:8000:63bf:3fff:fdd2", id="Teredo, with an address inside"),
    pytest.param("2001:2::1", id="benchmarks v6"),
    pytest.param("2001:10::1", id="ORCHID"),
    pytest.param("2001:20::1", id="ORCHIDv2"),
    pytest.param("2001:db8::1", id="documentation v6"),
    pytest.param("2002:7f00:1::", id="6to4 of loopback"),
    pytest.param("2002:a00:1::1", id="6to4 of RFC 1918"),
    pytest.param("2002:808:808::1", id="6to4 of a public address"),
    pytest.param("3fff::1", id="documentation v6, new"),
    pytest.param("4000::1", id="unassigned"),
    pytest.param("5f00::1", id="segment routing"),
    pytest.param("fc00::1", id="ULA"),
    pytest.param("fd00:ec2::254", id="ULA, EC2 metadata"),
    pytest.param("fe80::1", id="link-local v6"),
    pytest.param("fe80::1%eth0", id="link-local v6 with its zone"),
    pytest.param("febf::1", id="link-local v6, last"),
    pytest.param("fec0::1", id="site-local v6"),
    pytest.param("ff02::1", id="multicast v6"),
    pytest.param("ff0e::1", id="global multicast v6"),
]
either_profile = pytest.mark.parametrize("allow_loopback", [False, True])


def answer_with(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[tuple[str, int]]:
    """Let every name have these addresses; what is asked is kept."""
    asked: list[tuple[str, int]] = []

    def getaddrinfo(host: str, port: int, *, type: int) -> list[tuple[Any, ...]]:
        asked.append((host, port))
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [(family, type, 6, "", (address, port)) for family, address in zip(families, addresses, strict=True)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@either_profile
@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str, allow_loopback: bool) -> None:
    check_address(ip_address(address), allow_loopback=allow_loopback)


@either_profile
@pytest.mark.parametrize("address", REFUSED)
def test_other_addresses_are_refused_also_by_the_local_profile(address: str, allow_loopback: bool) -> None:
    with pytest.raises(AddressRefusedError) as raised:
        check_address(ip_address(address), allow_loopback=allow_loopback)
    assert (raised.value.field, raised.value.reason) == ("url", "URL_NOT_ALLOWED")
    assert str(ip_address(address)) in raised.value.description


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_is_refused(address: str) -> None:
    with pytest.raises(AddressRefusedError, match="is a loopback address"):
        check_address(ip_address(address), allow_loopback=False)


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_is_allowed_by_the_local_profile(address: str) -> None:
    check_address(ip_address(address), allow_loopback=True)


def test_the_first_address_of_a_name_is_the_one_to_connect_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_with(monkeypatch, "93.184.216.34", "1.1.1.1", "2606:4700::1111")
    assert resolve_allowed("shop.example", 8443, allow_loopback=False) == "93.184.216.34"
    assert asked == [("shop.example", 8443)]


@pytest.mark.parametrize(
    "addresses",
    [
        ("10.0.0.1",),
        ("93.184.216.34", "10.0.0.1"),
        ("10.0.0.1", "93.184.216.34"),
        ("93.184.216.34", "1.1.1.1", "fe80::1%2"),
        ("2606:4700::1111", "::1"),
        ("93.184.216.34", "169.254.169.254"),
    ],
)
def test_a_name_with_any_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    answer_with(monkeypatch, *addresses)
    with pytest.raises(AddressRefusedError):
        resolve_allowed("shop.example", 443, allow_loopback=False)


def test_the_local_profile_resolves_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "127.0.0.1")
    assert resolve_allowed("localhost", 8080, allow_loopback=True) == "127.0.0.1"


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        OSError("no network"),
        UnicodeEncodeError("idna", "x" * 64, 0, 64, "label too long"),
    ],
)
def test_a_name_that_cannot_be_resolved_is_refused(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(AddressRefusedError, match=r"gone\.example cannot be resolved"):
        resolve_allowed("gone.example", 443, allow_loopback=False)

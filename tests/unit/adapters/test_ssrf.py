"""Which addresses webhooks may go to, by themselves and as what a name leads to."""

from __future__ import annotations

import pytest

from paygate.adapters.ssrf import resolve_allowed
from paygate.domain.errors import AddressRefusedError
from tests.unit.adapters.lookups import answer_with, send

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "11.0.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "192.167.255.255",
    "192.169.0.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2600:1f18::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
]
TEN = "10.0.0.0/8 (private network)"
LINK_LOCAL = "169.254.0.0/16 (link-local, clouds' metadata services)"
LOOPBACK = "127.0.0.0/8 (loopback)"
PROTOCOLS = "192.0.0.0/24 (protocol assignments, some clouds' metadata service)"
CGNAT = "100.64.0.0/10 (carrier-grade NAT, some clouds' metadata service)"
# What is refused by every profile: the host as a URL may have it, the address that it is, the range that this is in.
REFUSED = [
    ("0.0.0.0", "0.0.0.0", "0.0.0.0/8 (this network)"),
    ("0", "0.0.0.0", "0.0.0.0/8 (this network)"),
    ("0.1.2.3", "0.1.2.3", "0.0.0.0/8 (this network)"),
    ("10.0.0.1", "10.0.0.1", TEN),
    ("10.255.255.255", "10.255.255.255", TEN),
    ("10.1", "10.0.0.1", TEN),
    ("012.0.0.1", "10.0.0.1", TEN),
    ("0xa.0.0.1", "10.0.0.1", TEN),
    ("0x0a000001", "10.0.0.1", TEN),
    ("167772161", "10.0.0.1", TEN),
    ("10.0.0.1.", "10.0.0.1", TEN),
    ("100.64.0.1", "100.64.0.1", CGNAT),
    ("100.100.100.200", "100.100.100.200", CGNAT),
    ("100.127.255.255", "100.127.255.255", CGNAT),
    ("169.254.0.1", "169.254.0.1", LINK_LOCAL),
    ("169.254.169.254", "169.254.169.254", LINK_LOCAL),
    ("169.254.43518", "169.254.169.254", LINK_LOCAL),
    ("2852039166", "169.254.169.254", LINK_LOCAL),
    ("0xa9fea9fe", "169.254.169.254", LINK_LOCAL),
    ("0251.0376.0251.0376", "169.254.169.254", LINK_LOCAL),
    ("0xA9.0xFE.169.0376", "169.254.169.254", LINK_LOCAL),
    ("169.254.170.2", "169.254.170.2", LINK_LOCAL),
    ("172.16.0.1", "172.16.0.1", "172.16.0.0/12 (private network)"),
    ("172.31.255.255", "172.31.255.255", "172.16.0.0/12 (private network)"),
    ("192.0.0.1", "192.0.0.1", PROTOCOLS),
    ("192.0.0.9", "192.0.0.9", PROTOCOLS),
    ("192.0.0.192", "192.0.0.192", PROTOCOLS),
    ("192.0.2.1", "192.0.2.1", "192.0.2.0/24 (documentation)"),
    ("192.88.99.1", "192.88.99.1", "192.88.99.0/24 (6to4 relays)"),
    ("192.168.0.1", "192.168.0.1", "192.168.0.0/16 (private network)"),
    ("192.168.257", "192.168.1.1", "192.168.0.0/16 (private network)"),
    ("192.168.255.255", "192.168.255.255", "192.168.0.0/16 (private network)"),
    ("198.18.0.1", "198.18.0.1", "198.18.0.0/15 (benchmarks)"),
    ("198.19.255.255", "198.19.255.255", "198.18.0.0/15 (benchmarks)"),
    ("198.51.100.1", "198.51.100.1", "198.51.100.0/24 (documentation)"),
    ("203.0.113.1", "203.0.113.1", "203.0.113.0/24 (documentation)"),
    ("224.0.0.1", "224.0.0.1", "224.0.0.0/4 (multicast)"),
    ("239.255.255.250", "239.255.255.250", "224.0.0.0/4 (multicast)"),
    ("240.0.0.1", "240.0.0.1", "240.0.0.0/4 (reserved)"),
    ("255.255.255.255", "255.255.255.255", "255.255.255.255/32 (broadcast)"),
    ("4294967295", "255.255.255.255", "255.255.255.255/32 (broadcast)"),
    ("[::]", "::", "::/128 (unspecified)"),
    ("[0:0:0:0:0:0:0:0]", "::", "::/128 (unspecified)"),
    ("[::ffff:0.0.0.0]", "0.0.0.0", "0.0.0.0/8 (this network)"),
    ("[::ffff:10.0.0.1]", "10.0.0.1", TEN),
    ("[::ffff:a00:1]", "10.0.0.1", TEN),
    ("[0:0:0:0:0:FFFF:A9FE:A9FE]", "169.254.169.254", LINK_LOCAL),
    ("[::ffff:100.64.0.1]", "100.64.0.1", CGNAT),
    ("[::ffff:192.0.0.192]", "192.0.0.192", PROTOCOLS),
    ("[::ffff:224.0.0.1]", "224.0.0.1", "224.0.0.0/4 (multicast)"),
    ("[::127.0.0.1]", "::7f00:1", "::/96 (IPv4-compatible)"),
    ("[::10.0.0.1]", "::a00:1", "::/96 (IPv4-compatible)"),
    ("[::ffff:0:127.0.0.1]", "::ffff:0:7f00:1", "::ffff:0:0:0/96 (IPv4-translated)"),
    ("[64:ff9b::10.0.0.1]", "64:ff9b::a00:1", "64:ff9b::/96 (NAT64)"),
    ("[64:ff9b::8.8.8.8]", "64:ff9b::808:808", "64:ff9b::/96 (NAT64)"),
    ("[64:ff9b:1::1]", "64:ff9b:1::1", "64:ff9b:1::/48 (NAT64 of a local network)"),
    ("[100::1]", "100::1", "100::/64 (discard only)"),
    ("[2001::1]", "2001::1", "2001::/32 (Teredo)"),
    ("[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::/32 (Teredo)"),
    ("[2001:2::1]", "2001:2::1", "2001::/23 (protocol assignments)"),
    ("[2001:20::1]", "2001:20::1", "2001::/23 (protocol assignments)"),
    ("[2001:db8::1]", "2001:db8::1", "2001:db8::/32 (documentation)"),
    ("[2002:7f00:1::]", "2002:7f00:1::", "2002::/16 (6to4)"),
    ("[2002:808:808::1]", "2002:808:808::1", "2002::/16 (6to4)"),
    ("[3fff::1]", "3fff::1", "3fff::/20 (documentation)"),
    ("[5f00::1]", "5f00::1", "5f00::/16 (segment routing)"),
    ("[fc00::1]", "fc00::1", "fc00::/7 (private network)"),
    ("[fd00:ec2::254]", "fd00:ec2::254", "fc00::/7 (private network)"),
    ("[fe80::1]", "fe80::1", "fe80::/10 (link-local)"),
    ("[febf::1]", "febf::1", "fe80::/10 (link-local)"),
    ("[fec0::1]", "fec0::1", "fec0::/10 (site-local)"),
    ("[ff02::1]", "ff02::1", "ff00::/8 (multicast)"),
    ("[ff0e::1]", "ff0e::1", "ff00::/8 (multicast)"),
]
OUTSIDE = ["200::1", "400::1", "4000::1", "8000::1", "e000::1", "1fff:ffff::1"]
THIS_MACHINE = [
    ("127.0.0.1", "127.0.0.1", LOOPBACK),
    ("127.0.0.53", "127.0.0.53", LOOPBACK),
    ("127.255.255.255", "127.255.255.255", LOOPBACK),
    ("127.1", "127.0.0.1", LOOPBACK),
    ("127.0.1", "127.0.0.1", LOOPBACK),
    ("2130706433", "127.0.0.1", LOOPBACK),
    ("0x7f000001", "127.0.0.1", LOOPBACK),
    ("0x7F.1", "127.0.0.1", LOOPBACK),
    ("017700000001", "127.0.0.1", LOOPBACK),
    ("0177.0.0.1", "127.0.0.1", LOOPBACK),
    ("127.0.0.1.", "127.0.0.1", LOOPBACK),
    ("[::1]", "::1", "::1/128 (loopback)"),
    ("[0:0:0:0:0:0:0:1]", "::1", "::1/128 (loopback)"),
    ("[::ffff:127.0.0.1]", "127.0.0.1", LOOPBACK),
    ("[::ffff:7f01:203]", "127.1.2.3", LOOPBACK),
]
# What names have for addresses, and the first of these that is refused.
ANSWERS = [
    (("10.0.0.5",), "10.0.0.5", TEN),
    (("93.184.216.34", "10.0.0.5"), "10.0.0.5", TEN),
    (("10.0.0.5", "93.184.216.34"), "10.0.0.5", TEN),
    (("93.184.216.34", "1.1.1.1", "fe80::1%2"), "fe80::1", "fe80::/10 (link-local)"),
    (("93.184.216.34", "169.254.169.254"), "169.254.169.254", LINK_LOCAL),
    (("::ffff:169.254.169.254",), "169.254.169.254", LINK_LOCAL),
    (("2606:4700::1111", "fd00:ec2::254"), "fd00:ec2::254", "fc00::/7 (private network)"),
    (("64:ff9b::a9fe:a9fe",), "64:ff9b::a9fe:a9fe", "64:ff9b::/96 (NAT64)"),
]
NAMES = ["shop.example", "shop.example.", "metadata", "SHOP.example", "metadata.google.internal", "a_b.example"]
either_profile = pytest.mark.parametrize("allow_loopback", [False, True], ids=["deployed", "local"])
pytestmark = pytest.mark.usefixtures("nothing_connects")


@either_profile
@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str, allow_loopback: bool) -> None:
    assert resolve_allowed(address, 443, allow_loopback=allow_loopback) == address


def test_a_public_address_may_be_written_in_any_way() -> None:
    for host in ("8.8.8.8", "8.8.8.8.", "8.8.2056", "134744072", "0x08080808", "010.8.8.8", "::ffff:8.8.8.8"):
        assert resolve_allowed(host, 443, allow_loopback=False) == "8.8.8.8"


@either_profile
@pytest.mark.parametrize(("host", "address", "rule"), REFUSED)
def test_other_addresses_are_refused_also_by_the_local_profile(
    host: str, address: str, rule: str, allow_loopback: bool
) -> None:
    report = send(f"https://{host}/hooks", allow_loopback=allow_loopback)
    assert report.error_kind == "address_refused"
    assert report.error is not None
    subject = address if host.strip("[]") == address else f"{host.strip('[]').lower()} leads to {address}, which"
    assert report.error == f"The webhook URL is not allowed: {subject} is in {rule}."


@either_profile
@pytest.mark.parametrize("address", OUTSIDE)
def test_ipv6_that_is_not_given_out_is_refused(address: str, allow_loopback: bool) -> None:
    report = send(f"https://[{address}]/", allow_loopback=allow_loopback)
    assert report.error == f"The webhook URL is not allowed: {address} is outside 2000::/3 (public IPv6)."


@pytest.mark.parametrize(("host", "address", "rule"), THIS_MACHINE)
def test_loopback_is_refused(host: str, address: str, rule: str) -> None:
    report = send(f"https://{host}:8443/", allow_loopback=False)
    assert report.error_kind == "address_refused"
    assert report.error is not None
    assert report.error.endswith(f" is in {rule}.")
    assert address in report.error


@pytest.mark.parametrize(("host", "address", "rule"), THIS_MACHINE)
def test_loopback_is_allowed_by_the_local_profile(host: str, address: str, rule: str) -> None:
    assert resolve_allowed(host.strip("[]"), 8443, allow_loopback=True) == address


@pytest.mark.parametrize("zone", ["fe80::1%eth0", "fe80::1%25eth0", "fe80::1%1"])
def test_a_zone_does_not_hide_what_an_address_is(zone: str) -> None:
    with pytest.raises(AddressRefusedError, match=r"leads to fe80::1, which is in fe80::/10 \(link-local\)"):
        resolve_allowed(zone, 443, allow_loopback=True)
    with pytest.raises(AddressRefusedError, match=r"leads to ::1, which is in ::1/128 \(loopback\)"):
        resolve_allowed(zone.replace("fe80", ""), 443, allow_loopback=False)


@either_profile
@pytest.mark.parametrize(("addresses", "address", "rule"), ANSWERS)
def test_a_name_with_any_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...], address: str, rule: str, allow_loopback: bool
) -> None:
    asked = answer_with(monkeypatch, *addresses)
    report = send("https://merchant.example/hooks", allow_loopback=allow_loopback)
    assert report.error_kind == "address_refused"
    assert report.error == f"The webhook URL is not allowed: merchant.example leads to {address}, which is in {rule}."
    assert asked == [("merchant.example", 443)]


@pytest.mark.parametrize("name", NAMES)
def test_any_form_of_name_is_refused_by_what_it_leads_to(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    answer_with(monkeypatch, "10.0.0.5")
    report = send(f"https://{name}/hooks", allow_loopback=True)
    assert report.error == f"The webhook URL is not allowed: {name.lower()} leads to 10.0.0.5, which is in {TEN}."


@pytest.mark.parametrize("name", ["localhost", "localhost.", "app.localhost", "localtest.me"])
@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("::1", "127.0.0.1"), ("93.184.216.34", "::1")])
def test_names_of_this_machine_are_for_the_local_profile(
    monkeypatch: pytest.MonkeyPatch, name: str, addresses: tuple[str, ...]
) -> None:
    answer_with(monkeypatch, *addresses)
    report = send(f"https://{name}:8443/", allow_loopback=False)
    assert report.error_kind == "address_refused"
    assert "(loopback)" in (report.error or "")
    assert resolve_allowed(name, 8443, allow_loopback=True) in addresses


def test_refusals_point_to_the_field_and_have_a_reason() -> None:
    with pytest.raises(AddressRefusedError) as raised:
        resolve_allowed("10.0.0.5", 443, allow_loopback=False)
    assert (raised.value.field, raised.value.reason) == ("url", "URL_NOT_ALLOWED")


OWN = frozenset({("127.0.0.1", 9001), (None, 4566), ("93.184.216.34", 8443), ("::1", 9002)})


@pytest.mark.parametrize(
    ("host", "port", "subject"),
    [
        ("127.0.0.1", 9001, "127.0.0.1:9001"),
        ("127.1", 9001, "127.1 leads to 127.0.0.1:9001, which"),
        ("[::ffff:127.0.0.1]", 9001, "::ffff:127.0.0.1 leads to 127.0.0.1:9001, which"),
        ("127.0.0.1", 4566, "127.0.0.1:4566"),
        ("127.9.9.9", 4566, "127.9.9.9:4566"),
        ("[::1]", 4566, "[::1]:4566"),
        ("[::1]", 9002, "[::1]:9002"),
        ("93.184.216.34", 8443, "93.184.216.34:8443"),
    ],
)
def test_the_gateways_own_servers_are_not_even_called_by_the_local_profile(host: str, port: int, subject: str) -> None:
    report = send(f"http://{host}:{port}/2018-06-01/runtime/invocation/next", allow_loopback=True, refused=OWN)
    assert report.error_kind == "address_refused"
    assert report.error == f"The webhook URL is not allowed: {subject} belongs to the gateway itself."


def test_a_name_that_leads_to_a_server_of_the_gateway_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "::1", "127.0.0.1")
    for port, address in ((9001, "127.0.0.1:9001"), (4566, "[::1]:4566")):
        report = send(f"http://localhost:{port}/", allow_loopback=True, refused=OWN)
        assert (report.error or "").endswith(f": localhost leads to {address}, which belongs to the gateway itself.")


def test_other_ports_and_addresses_than_the_gateways_are_not_refused() -> None:
    for host, port in (("127.0.0.2", 9001), ("127.0.0.1", 9003), ("93.184.216.34", 4566), ("::1", 9001)):
        assert resolve_allowed(host, port, allow_loopback=True, refused=OWN) == host


@pytest.mark.parametrize(
    "url",
    [
        "https://good.example@10.0.0.1/",
        "https://user:secret@127.0.0.1/",
        "https://good.example\\@10.0.0.1/",
        "https://127.0.0.1:22/",
        "https://10.0.0.1:25/",
        "https://shop.example:6667/",
        "http://shop.example/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "https://[fe80::1%25eth0]/",
        "https://%31%32%37.0.0.1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://127.0.0.1#@shop.example/",
        "https://[::1].shop.example/",
        "https:///127.0.0.1/",
        "",
    ],
)
def test_a_stored_url_that_is_no_longer_allowed_is_not_called(url: str) -> None:
    report = send(url, allow_loopback=False)
    assert report.error_kind == "invalid_url"
    assert (report.error or "").startswith("The webhook URL ")
    assert "secret" not in (report.error or "")

"""Keeps webhooks from being aimed at the gateway's own network (promise P5).

A host name is resolved once; every address that it has must be allowed, and the connection goes to the very address
that was checked, so a name that changes its mind between check and connect (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_network

from paygate.adapters.names import Address, addresses_of
from paygate.domain.errors import AddressRefusedError

# Whatever is not a single host of the public internet. The table is our own, and does not ask `is_global`, whose answer
# differs between Python versions. The first range that fits is the one that a refusal names. Sources:
# https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry, .../ipv6-address-space
REFUSED_RANGES = tuple(
    (ip_network(text), meaning)
    for text, meaning in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private network"),
        ("100.64.0.0/10", "carrier-grade NAT, some clouds' metadata service"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local, clouds' metadata services"),
        ("172.16.0.0/12", "private network"),
        ("192.0.0.0/24", "protocol assignments, some clouds' metadata service"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relays"),
        ("192.168.0.0/16", "private network"),
        ("198.18.0.0/15", "benchmarks"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("::ffff:0:0:0/96", "IPv4-translated"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64 of a local network"),
        ("100::/64", "discard only"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private network"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
# All of IPv6 that is given out to hosts of the public internet.
IPV6_PUBLIC = ip_network("2000::/3")

# The only ranges that the local profile may open.
LOOPBACK = frozenset(f"is in {network} ({meaning})" for network, meaning in REFUSED_RANGES if meaning == "loopback")

# Where something of the gateway's own listens: an address, or None for every loopback address, and a port.
OwnServers = frozenset[tuple[str | None, int]]


def resolve_allowed(host: str, port: int, *, allow_loopback: bool, refused: OwnServers = frozenset()) -> str:
    """The address to connect to for `host`, IPv4 if it has one.

    Raises AddressRefusedError: with the reason URL_NOT_ALLOWED, naming the rule and the address, if any address of the
    host breaks one; with URL_NOT_RESOLVED if it has none or does not say so in time.

    `allow_loopback` is set by the local profile alone, where merchants' servers run on the same machine; `refused` are
    servers there that are never called: the gateway's own, LocalStack's, Lambda's runtime API.
    """
    addresses = [canonical(address) for address in addresses_of(host, port)]
    for address in addresses:
        check_address(address, port, host=host, allow_loopback=allow_loopback, refused=refused)
    # Servers on a developer's machine often listen on IPv4 alone, while localhost has both kinds.
    return str(min(addresses, key=lambda address: address.version))


def check_address(address: Address, port: int, *, host: str, allow_loopback: bool, refused: OwnServers) -> None:
    """Raises AddressRefusedError for a `canonical` address that is not a public host's, or where a server of the
    gateway's own listens; `host` is what led to it.
    """
    found, rule = str(address), refused_range(address)
    if (rule in LOOPBACK and (None, port) in refused) or (found, port) in refused:
        named, rule = f"{_bracketed(address)}:{port}", "belongs to the gateway itself"
    elif rule is None or (allow_loopback and rule in LOOPBACK):
        return
    else:
        named = found
    subject = named if host == found else f"{host} leads to {named}, which"
    raise AddressRefusedError(
        f"The webhook URL is not allowed: {subject} {rule}.", field="url", reason="URL_NOT_ALLOWED"
    )


def canonical(address: Address) -> Address:
    """The address without its zone (fe80::1%eth0), and the IPv4 address of one that is mapped into IPv6."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


@lru_cache(maxsize=1024)
def refused_range(address: Address) -> str | None:
    """The rule that the address breaks, such as "is in 10.0.0.0/8 (private network)"; None for a public host's."""
    for network, meaning in REFUSED_RANGES:
        if address.version == network.version and address in network:
            return f"is in {network} ({meaning})"
    if address.version == 6 and address not in IPV6_PUBLIC:
        return f"is outside {IPV6_PUBLIC} (public IPv6)"
    return None


def _bracketed(address: Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)

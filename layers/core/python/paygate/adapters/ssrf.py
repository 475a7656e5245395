"""Keeps webhooks from being aimed at the gateway's own network (promise P5).

A host name is resolved once; every address that it has must be allowed, and the connection goes to the very address
that was checked, so a name that changes its mind between check and connect (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from paygate.domain.errors import AddressRefusedError

Address = IPv4Address | IPv6Address

# All of IPv6 that is given out to hosts of the public internet; whatever lies outside is local, translated (such as
# IPv4-compatible addresses and NAT64), multicast or unassigned:
# https://www.iana.org/assignments/ipv6-address-space
IPV6_PUBLIC = ip_network("2000::/3")
# Ranges that `is_global` lets through, in some Python version at least, but which lead into other networks or to no
# single host: https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
EXTRA_REFUSED = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments, some clouds' metadata service
        "192.88.99.0/24",  # 6to4 relays
        "224.0.0.0/4",  # multicast
        "2001::/23",  # protocol assignments, with Teredo, which carries an IPv4 address
        "2002::/16",  # 6to4, carries an IPv4 address
        "3fff::/20",  # documentation
    )
)


def resolve_allowed(host: str, port: int, *, allow_loopback: bool) -> str:
    """The address to connect to for `host`. Raises AddressRefusedError naming the rule and the address.

    `allow_loopback` is set by the local profile alone, where merchants' servers run on the same machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _refused(f"{host} cannot be resolved") from error
    addresses = [ip_address(entry[4][0]) for entry in found]
    for address in addresses:
        check_address(address, allow_loopback=allow_loopback)
    # Servers on a developer's machine often listen on IPv4 alone, while localhost has both kinds.
    return str(min(addresses, key=lambda address: address.version))


def check_address(address: Address, *, allow_loopback: bool) -> None:
    """Raises AddressRefusedError for an address that is not a public host's."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    real: Address = mapped or address
    if real.is_loopback:
        if allow_loopback:
            return
        raise _refused(f"{address} is a loopback address")
    if not real.is_global or (real.version == 6 and real not in IPV6_PUBLIC):
        raise _refused(f"{address} is not a public address")
    for network in EXTRA_REFUSED:
        if real.version == network.version and real in network:
            raise _refused(f"{address} is in {network}, which is not a public host's")


def _refused(rule: str) -> AddressRefusedError:
    return AddressRefusedError(f"The webhook URL is not allowed: {rule}.", field="url", reason="URL_NOT_ALLOWED")

"""Makes LocalStack listen where GATEWAY_LISTEN says.

LocalStack 4.9 passes over the host of an IPv4 address and listens on all interfaces, which is harmless in a container.
As a plain process it would let anyone on the network deploy and run functions as this user.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from localstack.runtime import hooks


@hooks.on_runtime_create()
def listen_on_configured_hosts() -> None:
    """Give each endpoint of the runtime server the interface of its own host."""
    from localstack.runtime.server import twisted as server

    original = server.TwistedRuntimeServer.register
    endpoints = server.endpoints

    def register(self: Any, gateway: Any, listen: Any, ssl_creds: Any = None) -> None:
        hosts = {address.port: address.host for address in listen}

        def tcp4(reactor: Any, port: int) -> Any:
            return endpoints.TCP4ServerEndpoint(reactor, port, interface=hosts[port])

        server.endpoints = SimpleNamespace(TCP4ServerEndpoint=tcp4, TCP6ServerEndpoint=endpoints.TCP6ServerEndpoint)
        try:
            original(self, gateway, listen, ssl_creds)
        finally:
            server.endpoints = endpoints

    server.TwistedRuntimeServer.register = register

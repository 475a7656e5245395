"""Fixtures of the adapters' tests."""

from __future__ import annotations

import socket

import pytest


@pytest.fixture
def nothing_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_socket(*_: object, **__: object) -> None:
        pytest.fail("a socket was made")

    monkeypatch.setattr(socket, "socket", no_socket)

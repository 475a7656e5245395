"""Unit tests are pure: any socket or name look-up is an error, except for the executor's, which serve on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket

EXECUTOR = Path(__file__).parent / "executor"


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    if EXECUTOR in request.path.parents:
        yield
        return
    disable_socket()
    yield
    # pytest-socket does so too, but before monkeypatch may put its guard back in place of a test's own.
    enable_socket()

"""Unit tests are pure: any socket or name look-up is an error, except for the executor's, which serve on loopback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket

from paygate.log import configure

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


class ListHandler(logging.Handler):
    """Adds what is logged to a list."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@pytest.fixture
def log_records() -> Iterator[list[logging.LogRecord]]:
    """What Paygate logs during the test; Powertools' logger passes nothing on to the root, where caplog listens."""
    records: list[logging.LogRecord] = []
    handler = ListHandler(records)
    configure()
    logger = logging.getLogger("paygate")
    logger.addHandler(handler)
    yield records
    logger.removeHandler(handler)

"""What goes wrong, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from paygate.domain.errors import DatabaseUnavailableError

QueueName = Literal["payments", "refunds"]


class Crash(BaseException):
    """The process dies here: nothing that follows in it happens, no `except Exception` sees it."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong, once, before one of these statements reaches Postgres or after it has been committed."""

    statements: frozenset[str]
    committed: bool
    error: type[BaseException]


# More often than not, nothing goes wrong: faults are to meet payments that have come far.
NONE = ("none", "still none", "and none")
ERRORS: Mapping[str, type[BaseException]] = {"dies": Crash, "connection breaks": DatabaseUnavailableError}
API_FAULTS = (
    *NONE,
    "dies before commit",
    "dies after commit",
    "connection breaks before commit",
    "connection breaks after commit",
    "dies while sending",
    "queue is down",
)
CONSUMER_FAULTS = (
    *NONE,
    "dies after claim",
    "connection breaks after claim",
    "dies before the bank acts",
    "dies after the bank acts",
    "overtaken before the bank acts",
    "overtaken after the bank acts",
    "dies before settlement",
    "connection breaks before settlement",
    "dies after settlement",
    "connection breaks after settlement",
    "dies while sending",
)
STATEMENTS: Mapping[tuple[QueueName, str], frozenset[str]] = {
    ("payments", "claim"): frozenset({"claim_payments"}),
    ("payments", "settlement"): frozenset({"settle_payments", "settle_captures"}),
    ("refunds", "claim"): frozenset({"claim_refunds"}),
    ("refunds", "settlement"): frozenset({"settle_refunds"}),
}


def api_fault(name: str, statement: str) -> Fault | None:
    """The fault of a request whose effect is `statement`; None if it is none of the database's."""
    return _fault(name, {"commit": frozenset({statement})})


def consumer_fault(name: str, queue: QueueName) -> Fault | None:
    """The fault of a queue's consumer; None if it is none of the database's."""
    return _fault(name, {moment: statements for (of, moment), statements in STATEMENTS.items() if of == queue})


def _fault(name: str, statements: Mapping[str, frozenset[str]]) -> Fault | None:
    for error, kind in ERRORS.items():
        for moment in statements:
            if name in (f"{error} before {moment}", f"{error} after {moment}"):
                return Fault(statements[moment], " after " in name, kind)
    return None

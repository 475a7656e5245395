"""How the server would run the statements of the product: their forms, and what EXPLAIN says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from paygate.adapters.postgres.statements import ServerForm, all_statements, server_form
from tests.support.rows import Rows

CURSORS = ("starting_after", "ending_before")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
_OPTIONAL_LINE = re.compile(r"^.*-- (?:if|unless) (\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Form:
    """A statement with some of its optional parameters."""

    name: str
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "+".join((self.name, *self.given))

    @property
    def sql(self) -> ServerForm:
        """As a function's connection prepares it."""
        text = all_statements()[self.name]
        required = dict.fromkeys(_PARAMETER.findall(_QUOTED.sub("", _OPTIONAL_LINE.sub("", text))))
        return server_form(self.name, (*required, *self.given))

    def explain(self, rows: Rows) -> dict[str, Any]:
        """The plan as a function's connection gets it: one for all values. The statement is not run."""
        form = self.sql
        rows.run(f"PREPARE explained AS {form.sql}")
        values = f"({', '.join(['NULL'] * len(form.parameters))})" if form.parameters else ""
        explained = rows.value(f"EXPLAIN (FORMAT JSON) EXECUTE explained {values}")
        rows.run("DEALLOCATE explained")
        plan: dict[str, Any] = explained[0]["Plan"]
        return plan

    def run(self, rows: Rows, **values: object) -> dict[str, Any]:
        """The same with what happened, after running the statement with these values."""
        form = self.sql
        rows.run(f"PREPARE explained AS {form.sql}")
        given = ", ".join(f"'{values[name]}'" for name in form.parameters)
        explained = rows.value(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained ({given})")
        rows.run("DEALLOCATE explained")
        plan: dict[str, Any] = explained[0]["Plan"]
        return plan


def forms_of(name: str) -> list[Form]:
    """With no cursor or each of them, and of all filters none, each, and each two."""
    optional = dict.fromkeys(_OPTIONAL_LINE.findall(all_statements()[name]))
    filters = [each for each in optional if each not in CURSORS]
    cursors = [(), *((each,) for each in CURSORS if each in optional)]
    return [
        Form(name, (*cursor, *some))
        for cursor in cursors
        for count in (0, 1, 2)
        for some in combinations(filters, count)
    ]


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The plan's node and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def whole_scans(plan: dict[str, Any]) -> set[str]:
    """The tables that are read from one end to the other."""
    return {node["Relation Name"] for node in nodes_of(plan) if node["Node Type"] == "Seq Scan"}

"""Loads the named statements of `sql/*.sql`; a statement begins with a line `-- name: verb_noun`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Quoted text, which is left alone, or a named parameter; the two colons of a cast are neither.
_PARAMETER = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z_][a-z0-9_]*)")
_NAME_LINE = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_FOLDER = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class ServerForm:
    """A statement as the server takes it: parameters numbered ($1, $2, …), and which name has which number."""

    sql: str
    parameters: tuple[str, ...]


@cache
def server_form(name: str) -> ServerForm:
    """The statement called `name` with numbers for its parameters."""
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        parameter = match[1]
        return match[0] if parameter is None else f"${numbers.setdefault(parameter, len(numbers) + 1)}"

    sql = _PARAMETER.sub(numbered, statement(name))
    return ServerForm(sql, tuple(numbers))


def statement(name: str) -> str:
    """The SQL text called `name`. Raises KeyError for a name that no file has."""
    return all_statements()[name]


@cache
def all_statements() -> dict[str, str]:
    """Every statement by its name. Raises ValueError when two have the same one."""
    found: dict[str, str] = {}
    for path in sorted(_FOLDER.glob("*.sql")):
        pieces = _NAME_LINE.split(path.read_text(encoding="utf-8"))
        for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
            if name in found:
                raise ValueError(f"two statements are called {name}")
            # A colon in a comment would be read as a parameter, and the server needs no comments.
            found[name] = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--")).strip()
    return found

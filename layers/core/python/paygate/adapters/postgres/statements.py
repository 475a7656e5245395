"""Loads the named statements of `sql/*.sql`; a statement begins with a line `-- name: verb_noun`.

A line `-- include x` stands for what follows the line `-- fragment: x`, which several statements have in common.
A line that ends in `-- if x` is part of the statement only where the parameter x is given, one that ends in
`-- unless x` only where it is not: a list is prepared once for each set of filters, so that the server can plan each
one for good. With `:x IS NULL OR …` it plans a large table's list anew for every call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Quoted text, which is left alone, or a named parameter; the two colons of a cast are neither.
_PARAMETER = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z_][a-z0-9_]*)")
_OPTIONAL_LINE = re.compile(r"(.*?) *-- (if|unless) (\w+)$")
_HEAD_LINE = re.compile(r"^-- (name|fragment): (\w+)$", re.MULTILINE)
_INCLUDE_LINE = re.compile(r"^ *-- include (\w+)$", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^ *--(?! include ).*\n?", re.MULTILINE)
_FOLDER = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class ServerForm:
    """A statement as the server takes it: parameters numbered ($1, $2, …), and which name has which number."""

    sql: str
    parameters: tuple[str, ...]


@cache
def server_form(name: str, given: tuple[str, ...]) -> ServerForm:
    """The statement called `name` for the parameters that are given, with numbers for them.

    Raises TypeError when they are not those that it takes.
    """
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        parameter = match[1]
        return match[0] if parameter is None else f"${numbers.setdefault(parameter, len(numbers) + 1)}"

    lines = (_line_for(line, given) for line in statement(name).splitlines())
    sql = _PARAMETER.sub(numbered, "\n".join(line for line in lines if line is not None))
    if numbers.keys() != set(given):
        raise TypeError(f"{name} takes {', '.join(numbers)}, not {', '.join(given)}")
    return ServerForm(sql, tuple(numbers))


def _line_for(line: str, given: tuple[str, ...]) -> str | None:
    optional = _OPTIONAL_LINE.match(line)
    if optional is None:
        return line
    return optional[1] if (optional[3] in given) == (optional[2] == "if") else None


def statement(name: str) -> str:
    """The SQL text called `name`, with its optional lines. Raises KeyError for a name that no file has."""
    return all_statements()[name]


@cache
def all_statements() -> dict[str, str]:
    """Every statement by its name. Raises ValueError for two of one name, KeyError for an unknown fragment."""
    found: dict[str, dict[str, str]] = {"name": {}, "fragment": {}}
    for path in sorted(_FOLDER.glob("*.sql")):
        pieces = _HEAD_LINE.split(path.read_text(encoding="utf-8"))
        for kind, name, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            if name in found[kind]:
                raise ValueError(f"two statements are called {name}")
            # A colon in a comment would be read as a parameter, and the server needs no comments.
            found[kind][name] = _COMMENT_LINE.sub("", text).strip()

    def whole(text: str) -> str:
        return _INCLUDE_LINE.sub(lambda line: whole(found["fragment"][line[1]]), text)

    return {name: whole(text) for name, text in found["name"].items()}

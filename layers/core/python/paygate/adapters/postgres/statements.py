"""Loads the named statements of `sql/*.sql`; a statement begins with a line `-- name: verb_noun`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_NAME_LINE = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_FOLDER = Path(__file__).parent / "sql"


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
            # pg8000 reads a colon in a comment as a parameter, and the server needs no comments.
            found[name] = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--")).strip()
    return found

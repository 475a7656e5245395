"""What the command line says when something is in the way: one line with what happened and what to do."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818  it is one of the surroundings, not of the program
    """`what` happened, as a phrase without a full stop; `remedy` is a sentence that says what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}. {remedy}")

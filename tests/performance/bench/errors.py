"""What ends a benchmark."""

from __future__ import annotations


class BenchError(Exception):
    """Something did not behave as it must for its figure to mean anything; the message says what."""


class FigureSkippedError(Exception):
    """The figure cannot be measured with this state of the code; the message says why."""

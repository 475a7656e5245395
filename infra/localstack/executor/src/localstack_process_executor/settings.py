"""The environment variables that steer the executor, read each time so that tests can change them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

PYTHON_VARIABLE = "LAMBDA_PROCESS_PYTHON"
CONCURRENCY_VARIABLE = "LAMBDA_PROCESS_CONCURRENCY"


@dataclass(frozen=True)
class Settings:
    """`python` runs the functions and must have `awslambdaric`; `concurrency` caps one version's environments."""

    python: str
    concurrency: int

    @classmethod
    def read(cls) -> Settings:
        """Raises ValueError naming the variable when a value cannot be used."""
        raw = os.environ.get(CONCURRENCY_VARIABLE, "")
        if raw and (not raw.isdecimal() or int(raw) < 1):
            raise ValueError(f"{CONCURRENCY_VARIABLE} must be a whole number of at least 1, not {raw!r}")
        return cls(
            python=os.environ.get(PYTHON_VARIABLE) or sys.executable,
            concurrency=int(raw) if raw else 2 * (os.cpu_count() or 1),
        )

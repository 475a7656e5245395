"""`make check`: lint, types and unit tests. `make test` runs the same linters first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from paygate_local.node_packages import DASHBOARD
from paygate_local.problems import Problem
from paygate_local.progress import ERR, step
from paygate_local.settings import ROOT, VENVS

BIN = VENVS / "project" / "bin"
LOCALSTACK_PACKAGES = ("infra/localstack/executor/src", "infra/localstack/front_door/src")
LINTERS: tuple[tuple[str, tuple[str | Path, ...]], ...] = (
    ("ruff", (BIN / "ruff", "check", "--quiet", ".")),
    ("ruff format", (BIN / "ruff", "format", "--quiet", "--check", ".")),
    (
        "mypy",
        (
            BIN / "mypy",
            "layers/core/python",
            "functions",
            "infra/paygate_local",
            "infra/paygate_cli",
            *LOCALSTACK_PACKAGES,
            "tests",
        ),
    ),
    ("cfn-lint", (BIN / "cfn-lint", "template.yaml")),
)
DASHBOARD_LINTERS: tuple[tuple[str, tuple[str | Path, ...]], ...] = (
    ("biome", ("node", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".")),
    ("tsc", ("node", "node_modules/typescript/lib/tsc.js", "--noEmit")),
)


def run_linters() -> None:
    """Raises Problem at the first linter that finds something, after printing what it found."""
    for name, command in LINTERS:
        with step(name):
            _run(name, command, ROOT)
    if not DASHBOARD.ready():
        DASHBOARD.make()
    for name, command in DASHBOARD_LINTERS:
        with step(name):
            _run(name, command, DASHBOARD.source)


def _run(name: str, command: Sequence[str | Path], folder: Path) -> None:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        ERR.print(result.stdout + result.stderr, markup=False)
        raise Problem(f"{name} found something", "See above; make format mends layout and imports.")


def main() -> int:
    """Lint, then unit tests; the exit status."""
    try:
        run_linters()
    except Problem as problem:
        ERR.print(f"[red]✗[/] {problem}")
        return 1
    return subprocess.run([sys.executable, "-m", "pytest", "tests/unit", "-q"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

"""The dashboard's files: `vite build`, skipped when nothing that it reads has changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from paygate_local.node_packages import DASHBOARD
from paygate_local.problems import Problem
from paygate_local.settings import ROOT

SOURCES = ("index.html", "package-lock.json", "tsconfig.json", "vite.config.ts", "public", "src")
BUILDS = ROOT / ".local" / "dashboard"


def dashboard_folder() -> Path:
    """Where the files that the present sources give are, once built; every stack on this machine shares them."""
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(str(path.relative_to(DASHBOARD.source)).encode() + b"\0" + path.read_bytes())
    return BUILDS / digest.hexdigest()[:16]


def build_dashboard() -> bool:
    """Build it, with its packages, if its sources have changed; whether they had. Raises Problem."""
    folder = dashboard_folder()
    if folder.exists():
        return False
    if not DASHBOARD.ready():
        DASHBOARD.make()
    # Two builds at once do not meet: what has its final name is whole.
    unfinished = BUILDS / f"{folder.name}.{os.getpid()}"
    command: list[str | Path] = [
        "node",
        "node_modules/vite/bin/vite.js",
        "build",
        "--outDir",
        unfinished,
        "--logLevel",
        "error",
    ]
    environment = {**os.environ, "NODE_ENV": "production"}
    result = subprocess.run(command, cwd=DASHBOARD.source, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        words = " ".join((result.stderr or result.stdout).split())[:400]
        raise Problem(f"The dashboard could not be built ({words})", "See npm run build in dashboard/.")
    _remove_others(folder, unfinished)
    if not folder.exists():
        unfinished.rename(folder)
    return True


def dashboard_files() -> Iterator[tuple[str, Path]]:
    """Each built file's key in its bucket, and its path; Vite's notes for tests are no part of the site.

    Raises Problem when there is no build of the present sources.
    """
    folder = dashboard_folder()
    if not folder.exists():
        raise Problem("The dashboard's sources have changed since it was built", "Run make up again.")
    for path in sorted(folder.rglob("*")):
        key = path.relative_to(folder)
        if path.is_file() and key.parts[0] != ".vite":
            yield key.as_posix(), path


def cache_control(key: str) -> str:
    """Files with a hash in their name never change; the others are asked for each time."""
    return "public, max-age=31536000, immutable" if key.startswith("assets/") else "no-cache"


def _source_files() -> Iterator[Path]:
    for name in SOURCES:
        path = DASHBOARD.source / name
        yield from [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and _counts(p))


def _counts(path: Path) -> bool:
    return ".test." not in path.name


def _remove_others(*kept: Path) -> None:
    """Earlier builds; those that another process is still writing stay."""
    for path in BUILDS.iterdir():
        if path not in kept and not path.suffix:
            shutil.rmtree(path, ignore_errors=True)

"""The virtual environments of the stack, each made by uv from its own lock file.

LocalStack needs one of its own because its moto shadows ours, the SAM CLI because of its pins, and the functions
because theirs must hold no more than AWS's image does: a package missing from a layer has to fail here too.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from paygate_local.problems import Problem
from paygate_local.settings import ROOT, VENVS

UV = VENVS / "uv" / "bin" / "uv"


@dataclass(frozen=True)
class Environment:
    """`packages` are folders of this repository that are installed besides the locked requirements."""

    name: str
    lock: Path
    packages: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        return VENVS / self.name

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def _stamp(self) -> Path:
        return self.folder / "paygate-stamp"

    def fingerprint(self) -> str:
        digest = hashlib.sha256(sys.version.encode() + self.lock.read_bytes())
        for package in self.packages:
            for path in [*sorted(package.rglob("*.py")), package / "pyproject.toml"]:
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def ready(self) -> bool:
        return self._stamp.exists() and self._stamp.read_text() == self.fingerprint()

    def make(self) -> None:
        """Raises Problem with uv's last words."""
        _uv("venv", "--clear", "--python", sys.executable, self.folder)
        _uv("pip", "sync", "--python", self.folder, "--require-hashes", self.lock)
        if self.packages:
            _uv("pip", "install", "--python", self.folder, "--no-deps", *self.packages)
        self._stamp.write_text(self.fingerprint())


LOCALSTACK = Environment(
    "localstack",
    ROOT / "infra/localstack/requirements.txt",
    (ROOT / "infra/localstack/executor", ROOT / "infra/localstack/front_door"),
)
SAM = Environment("sam", ROOT / "infra/sam/requirements.txt")
LAMBDA_RUNTIME = Environment("lambda", ROOT / "infra/lambda_runtime/requirements.txt")
ALL = (LOCALSTACK, SAM, LAMBDA_RUNTIME)


def make_environments() -> list[Environment]:
    """Make those that are missing or out of date, at the same time; which they were."""
    wanted = [environment for environment in ALL if not environment.ready()]
    with ThreadPoolExecutor() as pool:
        for made in [pool.submit(environment.make) for environment in wanted]:
            made.result()
    return wanted


def _uv(*arguments: str | Path) -> None:
    result = subprocess.run([UV, "--quiet", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        words = " ".join(result.stderr.split())[-400:]
        raise Problem(f"uv could not prepare an environment ({words})", "Is PyPI reachable, and the disk not full?")

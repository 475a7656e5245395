"""What the dashboard and the tests' Node programs need from npm, installed from a lock file of their own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from paygate_local.problems import Problem
from paygate_local.settings import ROOT

MANIFESTS = ("package.json", "package-lock.json")


@dataclass(frozen=True)
class NodePackages:
    """`source` is the folder with package.json and package-lock.json; `linked`, it gets a link to the packages."""

    name: str
    source: Path
    home: Path = ROOT / ".local" / "node"
    linked: bool = False

    @property
    def folder(self) -> Path:
        """Here `node_modules` is, once made."""
        return self.home / self.name

    @property
    def _stamp(self) -> Path:
        return self.folder / "paygate-stamp"

    def fingerprint(self) -> str:
        return hashlib.sha256(b"".join((self.source / name).read_bytes() for name in MANIFESTS)).hexdigest()

    def ready(self) -> bool:
        made = self._stamp.exists() and self._stamp.read_text() == self.fingerprint()
        return made and (not self.linked or self._link.exists())

    @property
    def _link(self) -> Path:
        return self.source / "node_modules"

    def make(self) -> None:
        """Install exactly what the lock file says. Raises Problem with npm's last words."""
        npm = shutil.which("npm")
        if npm is None:
            raise Problem("npm is missing", "Install it; it comes with Node (Debian: apt-get install npm).")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name in MANIFESTS:
            shutil.copy(self.source / name, self.folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        result = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            words = " ".join(result.stderr.split())[-400:]
            raise Problem(f"npm could not install {self.name} ({words})", "Is the npm registry reachable?")
        if self.linked:
            self._make_link()
        # Last, so that a run that breaks off does not count.
        self._stamp.write_text(self.fingerprint())

    def _make_link(self) -> None:
        """Whatever stands in its place, such as an earlier link or a folder of npm's own, goes."""
        if self._link.is_symlink():
            self._link.unlink()
        shutil.rmtree(self._link, ignore_errors=True)
        self._link.symlink_to(os.path.relpath(self.folder / "node_modules", self.source))


DASHBOARD = NodePackages("dashboard", ROOT / "dashboard", linked=True)
RECEIVER = NodePackages("receiver", ROOT / "tests/integration/node_receiver")
TYPESCRIPT = NodePackages("typescript", ROOT / "tests/contract/typescript")


def make_node_packages() -> None:
    """Make them if they are missing or out of date."""
    for packages in (DASHBOARD, RECEIVER, TYPESCRIPT):
        if not packages.ready():
            packages.make()

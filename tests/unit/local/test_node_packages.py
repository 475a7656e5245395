from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from paygate_local.node_packages import MANIFESTS, RECEIVER, NodePackages
from paygate_local.problems import Problem

NPM_THAT_FAILS = "#!/bin/sh\necho 'npm error: planted' >&2\nexit 1\n"
NPM_THAT_WORKS = "#!/bin/sh\nmkdir node_modules\n"


@pytest.fixture
def packages(tmp_path: Path) -> NodePackages:
    source = tmp_path / "source"
    source.mkdir()
    for name in MANIFESTS:
        (source / name).write_text("{}")
    return NodePackages("some", source, home=tmp_path / "home")


def plant_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    npm = folder / "bin" / "npm"
    npm.parent.mkdir(exist_ok=True)
    npm.write_text(script)
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")


def test_they_are_made_once_and_anew_when_the_lock_file_changes(
    packages: NodePackages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_npm(tmp_path, monkeypatch, NPM_THAT_WORKS)
    assert not packages.ready()
    packages.make()
    assert packages.ready()
    assert (packages.folder / "node_modules").is_dir()
    (packages.source / "package-lock.json").write_text('{"new": true}')
    assert not packages.ready()
    packages.make()
    assert packages.ready()


def test_without_npm_one_line_says_so(packages: NodePackages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Problem, match=r"^npm is missing\. Install it"):
        packages.make()
    assert not packages.ready()


def test_a_failure_shows_npms_last_words_and_leaves_nothing_that_counts(
    packages: NodePackages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_npm(tmp_path, monkeypatch, NPM_THAT_FAILS)
    with pytest.raises(Problem, match="planted"):
        packages.make()
    assert not packages.ready()


def test_the_lock_file_names_exact_versions_and_no_registry_of_ones_own() -> None:
    package, lock = (json.loads((RECEIVER.source / name).read_text(encoding="utf-8")) for name in MANIFESTS)
    wanted = package["dependencies"]
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for name, locked in lock["packages"].items():
        if name:
            assert locked["integrity"].startswith("sha512-"), name
            assert locked["resolved"].startswith("https://registry.npmjs.org/"), name

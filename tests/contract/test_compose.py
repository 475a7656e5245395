"""docker-compose.yml, as far as it can be checked without Docker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from paygate_local.settings import ROOT

COMPOSE_FILE = ROOT / "docker-compose.yml"


def test_it_follows_the_compose_specification() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", COMPOSE_FILE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_container_controls_docker() -> None:
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    assert "services:" in text
    assert "docker.sock" not in text
    assert "privileged" not in text

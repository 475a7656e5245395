"""`sam build`, skipped when nothing that it reads has changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from paygate_local.environments import SAM, UV
from paygate_local.problems import Problem
from paygate_local.settings import ROOT

SOURCES = ("template.yaml", "docs/openapi.yaml", "functions", "layers", "infra/migrations")


def source_fingerprint(layer_python_version: str) -> str:
    """Changes with every file that is deployed, and with the Python version that the layers are built for."""
    digest = hashlib.sha256(f"{sys.version} {layer_python_version}".encode())
    for source in SOURCES:
        path = ROOT / source
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and _counts(p))
        for file in files:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def build(folder: Path, layer_python_version: str) -> Path:
    """Build the layers for the interpreter that will run them; the built template. Raises Problem."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(UV.parent), os.environ.get("PATH", "")]),
        "SAM_CLI_TELEMETRY": "0",
        "LAYER_PYTHON_VERSION": layer_python_version,
        "LAYER_PYTHON_PLATFORM": _platform(),
        "LAYER_COMPILER": sys.executable,
    }
    command: list[str | Path] = [
        SAM.folder / "bin" / "sam",
        "build",
        "--build-dir",
        folder,
        "--template-file",
        ROOT / "template.yaml",
    ]
    # The cache folder would land in the work tree; a build takes a few seconds without it.
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        log = folder.parent / "logs" / "sam-build.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(result.stdout + result.stderr)
        words = " ".join((result.stderr or result.stdout).split())[-300:]
        raise Problem(f"sam build failed ({words})", f"See {log}.")
    return folder / "template.yaml"


def _counts(path: Path) -> bool:
    return "__pycache__" not in path.parts and path.suffix != ".pyc"


def _platform() -> str:
    """This machine as uv names it."""
    system, machine = sysconfig.get_platform().split("-")[0], os.uname().machine
    architecture = {"arm64": "aarch64", "AMD64": "x86_64"}.get(machine, machine)
    return f"{architecture}-apple-darwin" if system == "macosx" else f"{architecture}-manylinux_2_28"

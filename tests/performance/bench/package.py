"""The functions as they are deployed: `sam build`'s layers, the functions' own sources, handlers and variables."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from paygate_local.build import build, source_fingerprint
from paygate_local.settings import REGION, ROOT, THIS_PYTHON
from tests.performance.bench.template import Template

STAMP = "bench-fingerprint"
INHERITED_VARIABLES = ("PATH", "HOME", "LANG")


@dataclass(frozen=True)
class Package:
    """One function; `name` is its folder's, such as `process_payments`."""

    name: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    variables: Mapping[str, str]
    memory_mb: int

    def environment(self, endpoint: str, *before: Path) -> dict[str, str]:
        """All variables of its process, as Lambda and the local executor set them; `before` leads the import path."""
        layers = [layer / "python" for layer in reversed(self.layers)]
        return {
            **base_environment(self.name, endpoint),
            **self.variables,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "LAMBDA_TASK_ROOT": str(self.code),
            "PYTHONPATH": os.pathsep.join(map(str, [*before, self.code, *layers])),
        }


def base_environment(name: str, endpoint: str) -> dict[str, str]:
    """The variables that every function has."""
    return {
        **{name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ},
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        # As long as a real one, since it is part of what is signed.
        "AWS_SESSION_TOKEN": "t" * 700,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
        "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's code folder is read-only
    }


def build_packages(home: Path) -> tuple[Path, str]:
    """A build of the current sources under `home` and a word on where it came from; an equal build is used again."""
    folder = home / "build"
    wanted = source_fingerprint(THIS_PYTHON)
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return folder, "unchanged"
    other = next((path for path in _other_builds(home) if _copied(path, folder, wanted)), None)
    if other is None:
        shutil.rmtree(folder, ignore_errors=True)
        build(folder, THIS_PYTHON)
    # Sources may be edited during a run; and what Python left beside them is not deployed from a clean checkout.
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    stamp.write_text(wanted)
    return folder, "by SAM" if other is None else f"from {other.relative_to(ROOT)}"


def read_template(folder: Path, parameters: Mapping[str, str], *, endpoint: str, prefix: str) -> Template:
    """The built template with these parameters, as far as it has them."""
    document = yaml.safe_load((folder / "template.yaml").read_text())
    return Template(document, parameters, endpoint=endpoint, prefix=prefix)


def packages_of(folder: Path, template: Template) -> dict[str, Package]:
    """Every function of the template by the name of its folder, or of two with one code the second by its own."""
    found: dict[str, Package] = {}
    for name, resource in template.resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            package = _package(folder, template, resource["Properties"])
            # Of webhooks the fast lane is the first, and `DeliverSlowWebhooksFunction` the other.
            found[name if package.name in found else package.name] = package
    return found


def _package(folder: Path, template: Template, properties: Mapping[str, Any]) -> Package:
    name = Path(properties["CodeUri"]).name
    shared = template.globals
    variables = {**_variables(shared), **_variables(properties)}
    layers = [layer["Ref"] for layer in (*shared.get("Layers", ()), *properties.get("Layers", ()))]
    return Package(
        name=name,
        handler=properties["Handler"],
        code=folder / "functions" / name,
        layers=tuple(folder / template.resources[layer]["Properties"]["ContentUri"] for layer in layers),
        variables={key: str(value) for key, value in template.resolve(variables).items()},
        memory_mb=int(properties.get("MemorySize", shared.get("MemorySize", 128))),
    )


def _variables(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    variables: Mapping[str, Any] = properties.get("Environment", {}).get("Variables", {})
    return variables


def _other_builds(home: Path) -> list[Path]:
    return [path for path in (ROOT / ".local/stack/build", ROOT / ".local/bench/build") if path != home / "build"]


def _copied(other: Path, folder: Path, wanted: str) -> bool:
    """Copy another build's layers if it is of the wanted sources; False if it is not, or changes under the copying."""

    def own(directory: str, names: list[str]) -> list[str]:
        return [STAMP, "functions"] if Path(directory) == other else []

    if _fingerprint_of(other) != wanted:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    try:
        shutil.copytree(other, folder, ignore=own)
    except OSError:
        return False
    return _fingerprint_of(other) == wanted


def _fingerprint_of(folder: Path) -> str | None:
    """What a build was made from: a stack keeps that in its state file, a benchmark beside the build."""
    stamp = folder / STAMP
    try:
        if stamp.exists():
            return stamp.read_text()
        return str(json.loads((folder.parent / "state.json").read_text()).get("built"))
    except (OSError, ValueError):
        return None

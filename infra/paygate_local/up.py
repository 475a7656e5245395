"""`make up`: every step from nothing to a deployed stack, skipping what is done already."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations.seed_test_merchant import (
    TEST_CHECKOUT_SECRET,
    TEST_EMAIL,
    TEST_KEY_ID,
    TEST_KEY_SECRET,
    TEST_OPERATOR_EMAIL,
    TEST_WEBHOOK_SECRET,
)
from paygate_local import deploy
from paygate_local.build import build, source_fingerprint
from paygate_local.dashboard import build_dashboard
from paygate_local.database import prepare_database
from paygate_local.environments import LOCALSTACK, make_environments
from paygate_local.problems import Problem
from paygate_local.processes import POLL_SECONDS
from paygate_local.progress import OUT, step
from paygate_local.secrets_file import load_secrets
from paygate_local.services import Services
from paygate_local.settings import StackSettings

NODE_MIN = (20, 19)
HEALTH_SECONDS = 30


def bring_up(settings: StackSettings) -> None:
    """Raises Problem at the first step that cannot be done; running it again goes on from there."""
    require_tools()
    services = Services(settings)
    secrets = DeploymentSecrets(services.database_url, services.redis_url, services.secrets.master_key)
    state = StateFile(settings.home / "state.json")
    with step("Environments") as current:
        made = make_environments()
        current.note = f"made {', '.join(environment.name for environment in made)}" if made else "unchanged"
    if LOCALSTACK in made:
        services.localstack.stop()  # it runs on what has just been replaced
    services.require_ports()
    with step("Postgres", f"127.0.0.1:{settings.postgres_port}"):
        services.start_postgres()
    with step("Valkey", f"127.0.0.1:{settings.valkey_port}"):
        services.start_valkey()
    services.start_localstack()
    sources = source_fingerprint(settings.layer_python_version)
    with step("Build") as current:
        template = settings.home / "build" / "template.yaml"
        if state.get("built") == sources and template.exists():
            current.note = "unchanged"
        else:
            state.forget("built")
            build(template.parent, settings.layer_python_version)
            state.put("built", sources)
    with step("Dashboard") as current:
        current.note = "built" if build_dashboard() else "unchanged"
    with step("Database") as current:
        current.note = f"{prepare_database(secrets, services.secrets.dashboard_password)} migrations, test merchant"
    with step("LocalStack", f"127.0.0.1:{settings.localstack_port}"):
        session = services.await_localstack()
    _deploy(settings, services, state, template, f"{session} {sources}")
    with step("Health") as current:
        current.note = _check_health(settings)


def require_tools() -> None:
    """Raises Problem for a missing or old Node; make and Python have proved themselves by getting here."""
    minimum = ".".join(map(str, NODE_MIN))
    node = shutil.which("node")
    if node is None:
        raise Problem("Node is missing", f"Install Node {minimum} or newer; the dashboard is built with it.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    numbers = re.match(r"v(\d+)\.(\d+)\.", version)
    if numbers is None or tuple(map(int, numbers.groups())) < NODE_MIN:
        raise Problem(f"Node {version} is too old", f"Install Node {minimum} or newer.")


def print_summary(settings: StackSettings) -> None:
    """Where everything is, and the credentials to try it with."""
    lines = {
        "API": f"{settings.url}/api/v1",
        "Checkout": f"{settings.url}/",
        "Dashboard": f"{settings.url}/dashboard/",
        "Dashboard login": f"{TEST_EMAIL} or {TEST_OPERATOR_EMAIL} / {load_secrets(settings.home).dashboard_password}",
        "API key": f"{TEST_KEY_ID} / {TEST_KEY_SECRET}",
        "Merchant": TEST_EMAIL,
        "Webhook secret": TEST_WEBHOOK_SECRET,
        "Checkout secret": TEST_CHECKOUT_SECRET,
    }
    OUT.print()
    for name, value in lines.items():
        OUT.print(f"  {name:<16}{value}")
    OUT.print("\n  Next: [bold]make demo[/] pays an order, [bold]make logs[/] follows along, [bold]make down[/] stops.")


class StateFile:
    """What has been done for this stack, as fingerprints by step."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, key: str) -> Any:
        return self._read().get(key)

    def put(self, key: str, value: str) -> None:
        self._write({**self._read(), key: value})

    def forget(self, key: str) -> None:
        self._write({name: value for name, value in self._read().items() if name != key})

    def _read(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._path.read_text()))
        except (OSError, ValueError):
            return {}

    def _write(self, values: dict[str, Any]) -> None:
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(values))
        temporary.rename(self._path)


def _deploy(settings: StackSettings, services: Services, state: StateFile, template: Path, version: str) -> None:
    parameters = deploy.template_parameters(settings, services)
    fingerprint = hashlib.sha256(json.dumps([version, parameters]).encode()).hexdigest()
    with step("Deploy") as current:
        if state.get("deployed") == fingerprint:
            current.note = "unchanged"
        else:
            state.forget("deployed")
            state.forget("sites")
            if state.get("api") != deploy.api_fingerprint():
                # LocalStack can neither change the routes of an API nor update its stage.
                deploy.remove_stack(settings)
            deploy.deploy(settings, template, parameters)
            deploy.set_gateway_responses(settings)
            state.put("api", deploy.api_fingerprint())
            state.put("deployed", fingerprint)
            current.note = "template.yaml by SAM"
    sites = deploy.sites_fingerprint()
    with step("Static sites") as current:
        if state.get("sites") == sites:
            current.note = "unchanged"
        else:
            current.note = f"{deploy.upload_sites(settings)} files"
            state.put("sites", sites)


def _check_health(settings: StackSettings) -> str:
    """A first sweep, so that what was pending goes on at once; then the API's own word. Raises Problem."""
    with ThreadPoolExecutor(1) as pool:
        sweep = pool.submit(deploy.invoke, settings, "SweepFunctionName")
        _wait_for_health(settings)
        sent = sweep.result()["sent"]
    return f"healthy, {sent} pending jobs sent again" if sent else "healthy"


def _wait_for_health(settings: StackSettings) -> None:
    """On a busy machine the first request may find parts still starting. Raises Problem with the API's last word."""
    deadline = time.monotonic() + HEALTH_SECONDS
    while True:
        try:
            answer = requests.get(f"{settings.url}/api/v1/health", timeout=HEALTH_SECONDS)
            trouble = f"is not healthy ({answer.text[:200]})" if answer.status_code != 200 else ""
        except requests.RequestException as error:
            trouble = f"does not answer ({type(error).__name__})"
        if not trouble:
            return
        if time.monotonic() > deadline:
            raise Problem(f"The API {trouble}", "See make logs.")
        time.sleep(POLL_SECONDS)

"""`make status`: which parts of the stack run."""

from __future__ import annotations

import requests

from paygate_local.processes import answers
from paygate_local.progress import OUT
from paygate_local.services import Services, describe
from paygate_local.settings import StackSettings


def print_status(settings: StackSettings) -> bool:
    """One line for each server and the API; True if all is well."""
    services = Services(settings)
    well = True
    for daemon, ports in services.ports.items():
        port = next(iter(ports.values()))
        process = daemon.process()
        runs = answers(port) if settings.external_servers else process is not None
        well = well and runs
        details = f", {describe(process)}" if process else ""
        state = f"[green]running[/]  127.0.0.1:{port}{details}" if runs else "[red]stopped[/]"
        OUT.print(f"{daemon.name:<12}{state}")
    healthy, words = _api_state(settings)
    OUT.print(f"{'api':<12}[{'green' if healthy else 'red'}]{words}[/]  {settings.url}/api/v1")
    if not (well and healthy):
        OUT.print("\nRun [bold]make up[/] to bring up what is missing.")
    return well and healthy


def _api_state(settings: StackSettings) -> tuple[bool, str]:
    try:
        answer = requests.get(f"{settings.url}/api/v1/health", timeout=10)
    except requests.RequestException:
        return False, "does not answer"
    return answer.status_code == 200, answer.json().get("status", "not deployed")

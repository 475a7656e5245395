"""`./paygate listen` as a process: its options, its signals, its exit statuses and its state file."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from paygate_cli.listen import listen_secret
from paygate_local.settings import ROOT
from tests.integration.listening import KEY, SECRET, Gateway, Hook
from tests.support.polling import eventually

PYTHON = ROOT / ".local" / "venvs" / "project" / "bin" / "python"


class Command:
    """A running `./paygate listen`, and what it has printed so far."""

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [PYTHON, "-m", "paygate_cli", "listen", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": "infra:layers/core/python", "PAYGATE_HOME": str(home), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.rstrip("\n") for line in iter(self.process.stdout.readline, ""))

    def await_line(self, words: str) -> str:
        return eventually(lambda: next((line for line in self.lines if words in line), None), what=f"'{words}'")

    def end(self, number: int | None = None) -> int:
        """Its exit status, after a signal or by itself."""
        if number is not None:
            self.process.send_signal(number)
        status = self.process.wait(60)
        self._reader.join(60)
        return status


@contextmanager
def command(home: Path, *arguments: str, **variables: str) -> Iterator[Command]:
    command = Command(home, *arguments, **variables)
    try:
        yield command
    finally:
        with suppress(ProcessLookupError):
            command.process.kill()
        command.end()
        assert command.process.stdout is not None
        command.process.stdout.close()


def usual(gateway: Gateway, hook: Hook) -> list[str]:
    return ["--url", gateway.url, "--api-key", KEY, "--api-secret", SECRET, "--forward-to", hook.url, "--interval=0.2"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_the_next_start_goes_on(
    gateway: Gateway, hook: Hook, tmp_path: Path, number: signal.Signals
) -> None:
    first = gateway.add(at=0)
    with command(tmp_path, *usual(gateway, hook), "--since", "all") as run:
        run.await_line(f"{first}  → 200")
        assert run.end(number) == 0
    assert run.lines[0] == f"Polling {gateway.url} as {KEY}, from 1970-01-01T00:00:00.000Z on."
    assert run.lines[1] == f"Forwarding to {hook.url}, signed with {listen_secret(KEY, SECRET)}"
    assert run.lines[-1] == "Stopped."
    assert "Traceback" not in "".join(run.lines)
    second = gateway.add(at=1)
    with command(tmp_path, *usual(gateway, hook)) as run:
        run.await_line(f"{second}  → 200")
        gateway.await_polls(2)
        assert run.end(number) == 0
    assert hook.ids == [first, second]


def test_a_signal_ends_it_while_the_receiver_keeps_it_waiting(gateway: Gateway, hook: Hook, tmp_path: Path) -> None:
    hook.hangs_after = 0
    event = gateway.add(at=0)
    with command(tmp_path, *usual(gateway, hook), "--since=all") as run:
        eventually(lambda: hook.ids == [event], what="the webhook")
        assert run.end(signal.SIGTERM) == 0
    hook.hangs_after = None
    with command(tmp_path, *usual(gateway, hook)) as run:
        run.await_line(f"{event}  → 200")


def test_nothing_is_lost_when_it_is_killed(gateway: Gateway, hook: Hook, tmp_path: Path) -> None:
    ids = [gateway.add(at=second / 10) for second in range(200)]
    hook.hangs_after = 50
    with command(tmp_path, *usual(gateway, hook), "--since=all") as run:
        eventually(lambda: len(hook.arrived) == 51, what="some webhooks")
        assert run.end(signal.SIGKILL) == -signal.SIGKILL
    hook.hangs_after = None
    with command(tmp_path, *usual(gateway, hook)) as run:
        run.await_line(ids[-1])
    assert list(dict.fromkeys(hook.ids)) == ids
    # It saves after every 20 events, and the one under way is not counted as done.
    assert len(hook.arrived) <= 200 + 20


def test_the_first_start_begins_now_even_if_it_is_ended_before_any_event(
    gateway: Gateway, hook: Hook, tmp_path: Path
) -> None:
    with command(tmp_path, *usual(gateway, hook)) as run:
        begin = run.await_line("Polling").partition(", from ")[2]
        gateway.await_polls(1)
        run.end(signal.SIGTERM)
    with command(tmp_path, *usual(gateway, hook)) as run:
        assert run.await_line("Polling").endswith(begin)


def test_a_state_file_that_cannot_be_read_is_said_and_replaced(gateway: Gateway, hook: Hook, tmp_path: Path) -> None:
    with command(tmp_path, *usual(gateway, hook)) as run:
        run.await_line("Forwarding")
        run.end(signal.SIGTERM)
    (state,) = (tmp_path / "listen").glob("*.json")
    state.write_text('{"floor": ')
    with command(tmp_path, *usual(gateway, hook)) as run:
        event = gateway.add(at=3600)
        run.await_line(f"{event}  → 200")
        run.end(signal.SIGTERM)
    assert run.lines[0] == f"{state} cannot be read; starting as new."


def test_a_second_one_for_the_same_is_refused(gateway: Gateway, hook: Hook, tmp_path: Path) -> None:
    with command(tmp_path, *usual(gateway, hook)) as run, command(tmp_path, *usual(gateway, hook)) as other:
        eventually(lambda: run.process.poll() is not None or other.process.poll() is not None, what="a refusal")
        refused, goes_on = (run, other) if run.process.poll() is not None else (other, run)
        assert refused.end() == 1
        assert refused.lines == ["✗ Another ./paygate listen forwards these events to this URL. Stop it first."]
        assert goes_on.process.poll() is None


def test_refused_credentials_end_in_one_line(gateway: Gateway, hook: Hook, tmp_path: Path) -> None:
    with command(tmp_path, *usual(gateway, hook), "--api-secret", "wrong") as run:
        assert run.end() == 1
    assert run.lines[2:] == ["✗ The gateway refuses the credentials (401). Check --api-key and --api-secret."]


def test_neither_proxies_nor_netrc_are_used(gateway: Gateway, hook: Hook, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password something\n")
    away = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"), "http://127.0.0.1:1")
    event = gateway.add(at=0)
    with command(tmp_path, *usual(gateway, hook), "--since=all", HOME=str(tmp_path), no_proxy="", **away) as run:
        run.await_line(f"{event}  → 200")
    assert "authorization" not in hook.arrived[0].headers


def test_credentials_and_url_are_read_from_the_environment(gateway: Gateway, hook: Hook, tmp_path: Path) -> None:
    event = gateway.add("refund.failed", at=0)
    gateway.add("payment.failed", at=0)
    variables = {"PAYGATE_URL": gateway.url, "PAYGATE_API_KEY": KEY, "PAYGATE_API_SECRET": SECRET}
    given = ["--forward-to", hook.url, "--since=2020-01-01T00:00Z", "--events", "refund.*,order.x", "--events=a.b"]
    with command(tmp_path, *given, **variables) as run:
        run.await_line(f"{event}  → 200")
    assert hook.ids == [event]

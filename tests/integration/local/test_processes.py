"""Background processes and ports of the local stack, with real processes and sockets."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from paygate_local import processes
from paygate_local.problems import Problem
from paygate_local.processes import Daemon, answers, require_free_port, wait_until
from tests.support.polling import eventually

# What a process is to do that only the test ends; no test waits for it.
FOREVER = "import time; time.sleep(600)"
# Starts a child of its own and says so.
PARENT = (
    f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', '{FOREVER}']).pid, flush=True); {FOREVER}"
)
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {FOREVER}"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon("napper", tmp_path)
    yield daemon
    daemon.stop()
    for started in processes._STARTED:
        started.poll()  # or Python complains at its own end that they had not been waited for


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


def start(daemon: Daemon, program: str) -> psutil.Process:
    daemon.start([sys.executable, "-c", program], ports=[])
    process = daemon.process()
    assert process is not None
    return process


def said(daemon: Daemon) -> str:
    """What the process printed first."""
    return eventually(lambda: daemon.log_file.read_text(), what="the first words").strip()


def test_a_started_process_is_found_again_until_it_is_stopped(daemon: Daemon) -> None:
    process = start(daemon, FOREVER)
    again = Daemon(daemon.name, daemon.home)
    assert again.process() == process
    assert again.stop() is True
    assert not process.is_running()
    assert again.process() is None
    assert again.stop() is False
    assert not daemon.pid_file.exists()


def test_it_runs_in_a_session_of_its_own_so_that_the_terminal_does_not_end_it(daemon: Daemon) -> None:
    process = start(daemon, FOREVER)
    assert os.getsid(process.pid) == process.pid


def test_its_output_goes_to_its_log_and_is_kept_over_a_restart(daemon: Daemon) -> None:
    for word in ("first", "second"):
        start(daemon, f"print('{word}', flush=True); {FOREVER}")
        eventually(lambda word=word: word in daemon.log_file.read_text(), what="its output")  # type: ignore[misc]
        daemon.stop()
    assert daemon.log_tail() == "first | second"


def test_stopping_also_ends_what_it_had_started(daemon: Daemon) -> None:
    start(daemon, PARENT)
    child = psutil.Process(int(said(daemon)))
    daemon.stop()
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, what="the end of the child")


def test_a_process_that_ignores_the_signal_is_killed(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paygate_local.processes.STOP_SECONDS", 0.2)
    process = start(daemon, DEAF)
    assert said(daemon) == "ready"
    assert daemon.stop() is True
    eventually(lambda: not process.is_running(), what="its end")


def test_a_process_that_has_ended_is_not_running(daemon: Daemon) -> None:
    daemon.start([sys.executable, "-c", "print('bye')"], ports=[])
    eventually(lambda: daemon.process() is None, what="its end")
    assert daemon.stop() is False


def test_a_pid_that_now_belongs_to_another_process_is_left_alone(daemon: Daemon, tmp_path: Path) -> None:
    process = start(daemon, FOREVER)
    record = json.loads(daemon.pid_file.read_text())
    other = Daemon("other", tmp_path)
    other.pid_file.write_text(json.dumps({**record, "created": record["created"] - 60}))
    assert other.process() is None
    assert other.stop() is False
    assert process.is_running()


def test_a_process_that_dies_while_it_is_waited_for_leaves_its_last_words(daemon: Daemon) -> None:
    daemon.start([sys.executable, "-c", "raise SystemExit('no such option')"], ports=[])
    with pytest.raises(Problem, match=r"Napper ended while starting \(no such option\)"):
        wait_until(lambda: False, seconds=30, daemon=daemon, what="Napper")


def test_a_port_in_use_is_a_problem_that_names_its_user_and_the_setting(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(Problem) as raised:
        require_free_port(port, "VALKEY_PORT")
    assert f"Port {port} is used by" in str(raised.value)
    assert f"(pid {os.getpid()})" in str(raised.value)
    assert "choose another port with VALKEY_PORT=<port> in .env" in str(raised.value)


def test_a_free_port_is_no_problem_also_right_after_its_use(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):
        listener.accept()[0].close()
    listener.close()
    require_free_port(port, "VALKEY_PORT")


def test_a_port_answers_while_something_listens(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    assert answers(port) is True
    listener.close()
    assert answers(port) is False

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from paygate_local import processes
from paygate_local.problems import Problem
from paygate_local.processes import Daemon, wait_until


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    daemon = Daemon("valkey", tmp_path)
    daemon.log_file.parent.mkdir()
    daemon.pid_file.parent.mkdir()
    return daemon


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that only sleeping moves."""
    clock = SimpleNamespace(now=0.0)

    def sleep(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(processes, "time", SimpleNamespace(monotonic=lambda: clock.now, sleep=sleep))
    return clock


def record_this_process(daemon: Daemon, *, created_earlier: float = 0) -> None:
    created = psutil.Process().create_time() - created_earlier
    daemon.pid_file.write_text(json.dumps({"pid": os.getpid(), "created": created}))


def test_log_and_pid_file_are_named_after_the_daemon(daemon: Daemon, tmp_path: Path) -> None:
    assert daemon.log_file == tmp_path / "logs" / "valkey.log"
    assert daemon.pid_file == tmp_path / "run" / "valkey.json"


def test_the_recorded_process_is_found(daemon: Daemon) -> None:
    record_this_process(daemon)
    process = daemon.process()
    assert process is not None
    assert process.pid == os.getpid()


def test_a_pid_that_now_belongs_to_another_process_is_neither_found_nor_stopped(daemon: Daemon) -> None:
    record_this_process(daemon, created_earlier=60)
    assert daemon.process() is None
    assert daemon.stop() is False
    assert not daemon.pid_file.exists()


@pytest.mark.parametrize(
    "text", [None, "", "not JSON", "{}", '{"pid":1}', '{"pid":-1,"created":0}', '{"pid":4194305,"created":0}']
)
def test_no_usable_pid_file_means_not_running(daemon: Daemon, text: str | None) -> None:
    if text is not None:
        daemon.pid_file.write_text(text)
    assert daemon.process() is None
    assert daemon.stop() is False


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        (None, "no log"),
        ("", ""),
        ("one\n", "one"),
        ("1\n2\n3\n4\n", "2 | 3 | 4"),
        ("  padded  \n\n last \n", "padded | last"),
        ("bad \udcff byte\n", "bad \ufffd byte"),
        ("x" * 1_000, "x" * 400),
    ],
)
def test_the_end_of_the_log_fits_on_a_line(daemon: Daemon, text: str | None, tail: str) -> None:
    if text is not None:
        daemon.log_file.write_text(text, errors="surrogateescape")
    assert daemon.log_tail() == tail


def test_waiting_ends_when_the_condition_holds(daemon: Daemon, clock: SimpleNamespace) -> None:
    record_this_process(daemon)
    answers = iter([False, False, True])
    wait_until(lambda: next(answers), seconds=10, daemon=daemon, what="Valkey")
    assert clock.now == pytest.approx(2 * processes.POLL_SECONDS)


def test_waiting_for_a_process_that_has_died_ends_at_once_with_its_last_words(
    daemon: Daemon, clock: SimpleNamespace
) -> None:
    daemon.log_file.write_text("starting\nout of memory\n")
    with pytest.raises(Problem, match=r"Valkey ended while starting \(starting \| out of memory\)") as raised:
        wait_until(lambda: False, seconds=10, daemon=daemon, what="Valkey")
    assert str(raised.value).endswith(f"See {daemon.log_file}.")
    assert clock.now == 0


def test_waiting_for_a_process_that_never_answers_ends_in_time(daemon: Daemon, clock: SimpleNamespace) -> None:
    record_this_process(daemon)
    with pytest.raises(Problem, match="Valkey did not answer within 10 s"):
        wait_until(lambda: False, seconds=10, daemon=daemon, what="Valkey")
    assert clock.now == pytest.approx(10, abs=2 * processes.POLL_SECONDS)

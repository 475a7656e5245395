from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import localstack_process_executor
from localstack_process_executor.reaper import kill_group, reap
from tests.support.polling import eventually
from tests.unit.executor.support import alive

SOURCES = Path(localstack_process_executor.__file__).parents[1]
OWNER = """
import subprocess, sys
from localstack_process_executor.reaper import Reaper
reaper = Reaper()
listed, forgotten = (subprocess.Popen(["sleep", "60"], start_new_session=True).pid for _ in range(2))
reaper.register(listed)
reaper.register(forgotten)
reaper.forget(forgotten)
print(listed, forgotten, reaper._helper.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def sleepers() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2)]
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def test_reap_kills_the_groups_still_listed_and_spares_the_forgotten(sleepers: list[subprocess.Popen[bytes]]) -> None:
    listed, forgotten = sleepers
    reap([f"+{listed.pid}\n", f"+{forgotten.pid}\n", f"-{forgotten.pid}\n"])
    assert listed.wait(timeout=10) == -9
    assert forgotten.poll() is None


def test_reap_passes_over_lines_that_it_does_not_understand(sleepers: list[subprocess.Popen[bytes]]) -> None:
    reap(["\n", "+\n", "hello\n", f"+{sleepers[0].pid}"])
    assert sleepers[0].wait(timeout=10) == -9


def test_killing_a_group_that_has_ended_is_no_error(sleepers: list[subprocess.Popen[bytes]]) -> None:
    sleepers[0].kill()
    sleepers[0].wait()
    kill_group(sleepers[0].pid)


def test_groups_are_killed_when_their_owner_is_killed_outright() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(SOURCES)},
        text=True,
    )
    with owner:
        started: list[psutil.Process] = []
        try:
            assert owner.stdout is not None
            listed, forgotten, helper = map(int, owner.stdout.readline().split())
            started = [psutil.Process(pid) for pid in (listed, forgotten, helper)]
            owner.kill()
            eventually(lambda: not alive(listed) and not alive(helper))
            assert alive(forgotten)
        finally:
            owner.kill()
            for process in started:
                if process.is_running():
                    process.kill()

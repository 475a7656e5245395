"""The machine: its cores, CPU clocks of other processes, and what it is called."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from paygate_local.environments import LAMBDA_RUNTIME
from paygate_local.postgres_files import postgres_program

# Linux counts a process's CPU time per process, threads that have ended included; kernel/time/posix-cpu-timers.c
# numbers the clock of another process like this (CPUCLOCK_SCHED). It is the sum of /proc/<pid>/task/*/schedstat plus
# what threads of the past have used, in nanoseconds.
CPUCLOCK_SCHED = 2


@dataclass(frozen=True)
class Cores:
    """`function` runs what is measured, `others` the driver and the servers, `all` is every core there is."""

    function: frozenset[int]
    others: frozenset[int]
    all: frozenset[int]


def find_cores() -> Cores:
    """One core for function, driver and servers alike, as the budgets were measured: an answer from another core costs
    the client five times the CPU, in waking up, and which one that is says nothing about the function.
    """
    usable = os.sched_getaffinity(0)
    one = frozenset({max(usable)})
    return Cores(one, one, frozenset(usable))


def cpu_ns(pid: int) -> int:
    """User and system time of all threads of a process since its start, in nanoseconds."""
    return time.clock_gettime_ns((~pid << 3) | CPUCLOCK_SCHED)


def schedstat_ns(pid: int) -> int:
    """The same from /proc/<pid>/task/*/schedstat: threads that have ended are missing."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def stat_ns(pid: int) -> int:
    """The same from /proc/<pid>/stat, whose unit is a hundredth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


@contextmanager
def running_on(cores: frozenset[int]) -> Iterator[None]:
    """Let this thread, and so what it starts meanwhile, run on these cores only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def move_to(cores: frozenset[int], pids: list[int]) -> None:
    """Move processes, all their threads and all their children to these cores."""
    for pid in pids:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            for member in (process, *process.children(recursive=True)):
                _move_threads(cores, member.pid)


def describe_machine() -> dict[str, object]:
    """What a reader must know to compare figures with another machine's."""
    postgres = _output([str(postgres_program("postgres")), "--version"])
    lambda_python = _output([str(LAMBDA_RUNTIME.python), "--version"])
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "python": lambda_python.removeprefix("Python "),
        "postgres": postgres.rpartition(") ")[2],
    }


def _move_threads(cores: frozenset[int], pid: int) -> None:
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError):
            os.sched_setaffinity(int(task.name), cores)


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.strip()

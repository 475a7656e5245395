"""`python -m tests.performance.bench`, behind `make bench`."""

from __future__ import annotations

import argparse
import fcntl
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from paygate_local.environments import make_environments
from paygate_local.problems import Problem
from paygate_local.progress import ERR, OUT, step
from paygate_local.settings import ROOT
from tests.performance.bench.errors import BenchError
from tests.performance.bench.machine import describe_machine
from tests.performance.bench.report import markdown, missed_budgets, write_document, write_json
from tests.performance.bench.run import GROUPS, Plan, Result, run

HOME = ROOT / ".local" / "bench"
# Far more than a whole run takes; it ends what no other deadline has foreseen.
SECONDS_MAX = 1_500


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when measured, 1 when that failed, or with --check when a budget is missed."""
    options = _options(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Also where a shell has made background jobs deaf to Ctrl-C.
        signal.signal(number, signal.default_int_handler)
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(SECONDS_MAX)
    try:
        with _alone(options.home):
            with step("Environments"):
                make_environments()
            result = run(_plan(options), options.home)
        return _report(result, options)
    except (Problem, BenchError) as problem:
        ERR.print(f"✗ {problem}", markup=False)
    except KeyboardInterrupt:
        ERR.print("Interrupted.")
    return 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure what Paygate's functions cost.")
    parser.add_argument("--only", default="", help=f"figures or groups, separated by commas: {', '.join(GROUPS)}")
    parser.add_argument("--rounds", type=int, default=0, help="rounds to take the median of")
    parser.add_argument("--quick", action="store_true", help="few calls and small tables: a look, not a measurement")
    parser.add_argument("--rows", type=int, default=0, help="payments in the large table (1000000)")
    parser.add_argument("--localstack", action=argparse.BooleanOptionalAction, default=True, help="measure it too")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a budget is missed")
    parser.add_argument("--write", type=Path, help="put the table into this document")
    parser.add_argument("--home", type=Path, default=HOME, help="folder of the build, the servers and result.json")
    return parser.parse_args(arguments)


def _plan(options: argparse.Namespace) -> Plan:
    plan = Plan.quick() if options.quick else Plan()
    return plan.with_options(
        only=[name for name in options.only.split(",") if name],
        rounds=options.rounds,
        large_rows=options.rows,
        localstack=options.localstack,
    )


def _report(result: Result, options: argparse.Namespace) -> int:
    parts = (describe_machine(), result.rows, result.modules, result.calibration_ms)
    write_json(options.home / "result.json", *parts)
    table = markdown(*parts)
    OUT.print(f"\n{table}\n", markup=False)
    if options.write:
        write_document(options.write, table)
    missed = missed_budgets(result.rows)
    for line in missed:
        OUT.print(f"missed: {line}", markup=False)
    return int(bool(missed) and options.check)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Raises BenchError if another run uses this folder."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BenchError(f"another bench runs in {home}") from None
        yield


def _out_of_time(number: int, frame: FrameType | None) -> None:
    raise BenchError(f"the bench has not ended within {SECONDS_MAX} s")


if __name__ == "__main__":
    sys.exit(main())

"""A fixed amount of pure Python work, so that figures of a machine that changes its speed can be compared.

Run as `python calibration.py`: answers each line of its standard input with the CPU milliseconds of one loop.
"""

from __future__ import annotations

import sys
import time

STEPS = 60_000


def loop() -> int:
    """Dictionary, string and integer work, as a request handler does it."""
    table: dict[str, int] = {}
    for number in range(STEPS):
        key = f"key_{number % 97}"
        table[key] = table.get(key, 0) + number % 7
    return sum(table.values())


def main() -> None:
    for _ in sys.stdin:
        started = time.process_time_ns()
        loop()
        sys.stdout.write(f"{(time.process_time_ns() - started) / 1e6}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Object ids: a prefix that tells the type, then 22 base62 characters that sort by creation time.

The first eight characters are the time in milliseconds, the other fourteen are random (83 bits). The SQL function
`new_id` makes ids of the same form for rows that only a statement creates.
"""

from __future__ import annotations

import os
import time

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Two digits at a time are half the work.
PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)
TIME_LENGTH = 8
RANDOM_LENGTH = 14
RANDOM_COUNT = 62**RANDOM_LENGTH
ID_LENGTH_MAX = 64


def new_id(prefix: str) -> str:
    """A new id such as `pay_0T9sXQ4cR…` for the prefix `pay`."""
    # 128 random bits make every remainder as likely as any other, to within one in 2**44.
    random_part = base62(int.from_bytes(os.urandom(16)) % RANDOM_COUNT, RANDOM_LENGTH)
    return f"{prefix}_{base62(time.time_ns() // 1_000_000, TIME_LENGTH)}{random_part}"


def base62(number: int, length: int) -> str:
    """`number` in base 62, padded to `length`, which is even; digits sort before letters, as in ASCII."""
    pairs = []
    for _ in range(length // 2):
        number, pair = divmod(number, len(PAIRS))
        pairs.append(PAIRS[pair])
    return "".join(reversed(pairs))


def created_ms(object_id: str) -> int | None:
    """When an id was made, in milliseconds since 1970; None for one that no function of ours has made."""
    digits = object_id.rpartition("_")[2]
    if len(digits) != TIME_LENGTH + RANDOM_LENGTH or not set(digits) <= set(ALPHABET):
        return None
    number = 0
    for digit in digits[:TIME_LENGTH]:
        number = number * len(ALPHABET) + ALPHABET.index(digit)
    return number

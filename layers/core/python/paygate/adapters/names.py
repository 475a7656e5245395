"""The addresses that a host name has, asked for within a time limit, which `getaddrinfo` itself does not know."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from queue import Empty, SimpleQueue

from paygate.domain.errors import AddressRefusedError

Address = IPv4Address | IPv6Address

DNS_TIMEOUT_SECONDS = 3.0
# The reason of errors that tell of no address rather than of a wrong one; it may be otherwise later.
UNRESOLVED_REASON = "URL_NOT_RESOLVED"
# A look-up that takes too long cannot be stopped, only left alone: this many may linger, each in a thread.
LOOKUPS_MAX = 32

Answer = SimpleQueue[list[Address] | BaseException]
_questions: SimpleQueue[tuple[str, int, Answer]] = SimpleQueue()
_slots = threading.Semaphore(LOOKUPS_MAX)
# Threads that wait for a question. They are kept, since starting one costs more than the question.
_idle = threading.Semaphore(0)


@lru_cache(maxsize=1024)
def literal_address(host: str) -> Address | None:
    """The address that `host` is, in any notation that a system's resolver reads: dotted, short (127.1), decimal,
    octal, hexadecimal, or IPv6 without its brackets. None if it is a name.
    """
    host = host.removesuffix(".")
    with suppress(ValueError):
        return ip_address(host)
    with suppress(OSError, ValueError):
        return IPv4Address(socket.inet_aton(host))
    return None


def addresses_of(host: str, port: int) -> list[Address]:
    """Every address of `host`, at least one.

    Raises AddressRefusedError (UNRESOLVED_REASON), at the latest after DNS_TIMEOUT_SECONDS.
    """
    literal = literal_address(host)
    if literal is not None:
        return [literal]
    try:
        found = _looked_up(host, port)
    except (OSError, ValueError) as error:
        # Besides system errors, hosts that are no names at all: an empty or overlong label (UnicodeError) or a NUL.
        raise _unresolved(f"{host} cannot be resolved") from error
    if not found:
        raise _unresolved(f"{host} cannot be resolved: it has no address")
    return found


def _looked_up(host: str, port: int) -> list[Address]:
    deadline = time.monotonic() + DNS_TIMEOUT_SECONDS
    if not _slots.acquire(timeout=DNS_TIMEOUT_SECONDS):
        raise _unresolved(f"{host} cannot be resolved: too many look-ups are under way")
    answer: Answer = SimpleQueue()
    _questions.put((host, port, answer))
    if not _idle.acquire(blocking=False):
        # A daemon, so that a name server that never answers cannot keep the process from ending. When there can be no
        # more threads, one that is busy comes to the question, perhaps in time.
        with suppress(RuntimeError):
            threading.Thread(target=_answer_questions, name="paygate-dns", daemon=True).start()
    try:
        found = answer.get(timeout=max(0, deadline - time.monotonic()))
    except Empty:
        seconds = f"{DNS_TIMEOUT_SECONDS:g} s"
        raise _unresolved(f"{host} cannot be resolved: there was no answer within {seconds}") from None
    if isinstance(found, BaseException):
        raise found
    return found


def _answer_questions() -> None:
    while True:
        host, port, answer = _questions.get()
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put([ip_address(entry[4][0]) for entry in found])
        except BaseException as error:
            # It is raised where it is waited for.
            answer.put(error)
        finally:
            _idle.release()
            _slots.release()


def _unresolved(rule: str) -> AddressRefusedError:
    description = f"The webhook URL is not allowed: {rule}."
    return AddressRefusedError(description, field="url", reason=UNRESOLVED_REASON)

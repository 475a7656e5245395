"""Redis: only ever an accelerator, and the place where card data waits encrypted for seconds.

A small client of our own over hiredis, redis-py's own parser: importing redis-py costs three times the CPU of starting
the Lambda runtime, and each of its calls five times what this costs.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import cache
from hashlib import sha1
from typing import Any
from urllib.parse import unquote, urlsplit

import hiredis

from paygate.adapters.sockets import has_hung_up, open_socket
from paygate.domain.errors import RedisUnavailableError
from paygate.domain.rate_limit import RateLimit

TIMEOUT_SECONDS = 0.25
READ_BYTES = 65_536
# Token bucket (as one number: the time at which it is full again) and lock, in one round trip. The limit comes first,
# so that a refused request never takes a key.
# KEYS: bucket, lock (may be missing). ARGV: requests per second, owner of the lock, the lock's milliseconds.
ADMIT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local limit = tonumber(ARGV[1])
local each = 1000000 / limit
local full_at = math.max(tonumber(redis.call('GET', KEYS[1])) or now, now) + each
if full_at - now > limit * each + 0.5 then
  return {0, full_at - each - now, math.ceil(full_at - now - limit * each), 0}
end
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1)
local held = 0
if KEYS[2] and not redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then held = 1 end
return {math.floor((limit * each - full_at + now) / each + 0.001), full_at - now, 0, held}
"""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
# Either every counter counts the attempt, or one of them is full and none does.
# KEYS: counters. ARGV: the window's milliseconds, and each counter's limit.
COUNT_ATTEMPT = """
local wait = 0
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[i + 1]) then
    wait = math.max(wait, redis.call('PTTL', key), 1)
  end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 or count == tonumber(ARGV[i + 1]) then redis.call('PEXPIRE', key, ARGV[1]) end
end
return 0
"""
TAKE_BACK_ATTEMPT = """
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('DECR', KEYS[2]) end
return 0
"""
MICROSECONDS = 1_000_000
MILLISECONDS = 1_000


class RedisStore:
    """One connection for one Lambda environment, made on first use. Not safe for use by several threads.

    Every method raises RedisUnavailableError when the server cannot be reached, is too slow or refuses.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._socket: socket.socket | None = None
        self._reader = hiredis.Reader(notEnoughData=_NOTHING)

    def ping(self) -> None:
        """Returns if the server answers."""
        self._call("PING")

    def admit(
        self, bucket: str, limit_per_second: int, lock: str | None, owner: str, lock_ms: int
    ) -> tuple[RateLimit, bool]:
        """Take one token of the bucket and, if there was one, the lock; the bucket's state, and whether the lock is
        held by another owner.
        """
        keys = [bucket] if lock is None else [bucket, lock]
        remaining, full_us, wait_us, held = self._run_script(ADMIT, keys, str(limit_per_second), owner, str(lock_ms))
        limit = RateLimit(limit_per_second, remaining, _ceil_seconds(full_us), _ceil_seconds(wait_us))
        return limit, bool(held)

    def release(self, lock: str, owner: str) -> None:
        """Give the lock back, if it is still this owner's."""
        self._run_script(RELEASE, [lock], owner)

    def count_attempt(self, limits: Mapping[str, int], *, window_seconds: int) -> int:
        """Seconds to wait before the next attempt; 0 counts this one on every counter."""
        window_ms = str(window_seconds * MILLISECONDS)
        wait_ms: int = self._run_script(COUNT_ATTEMPT, list(limits), window_ms, *map(str, limits.values()))
        return -(-wait_ms // MILLISECONDS)

    def take_back_attempt(self, *, forget: str, lower: str) -> None:
        """Forget one counter, and count one less on the other."""
        self._run_script(TAKE_BACK_ATTEMPT, [forget, lower])

    def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None:
        """Keep a value for a while."""
        self._call("SET", key, value, "EX", str(ttl_seconds))

    def get_all(self, keys: list[str]) -> list[bytes | None]:
        """The value of each key; None for one that is not there."""
        values: list[bytes | None] = self._call("MGET", *keys)
        return values

    def delete(self, keys: list[str]) -> None:
        """Forget these keys."""
        self._call("DEL", *keys)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _run_script(self, script: str, keys: list[str], *arguments: str) -> Any:
        try:
            return self._call("EVALSHA", _digest(script), str(len(keys)), *keys, *arguments)
        except _NoScriptError:  # the server has been restarted or flushed
            return self._call("EVAL", script, str(len(keys)), *keys, *arguments)

    def _call(self, *command: str | bytes) -> Any:
        try:
            connection = self._usable_socket()
            reply = self._exchange(connection, command)
        except (OSError, hiredis.ProtocolError) as error:
            self.close()
            raise RedisUnavailableError("Redis does not answer.") from error
        except BaseException:
            # What comes next on this connection could be the answer to this very command.
            self.close()
            raise
        if isinstance(reply, hiredis.ReplyError):
            if str(reply).startswith("NOSCRIPT"):
                raise _NoScriptError
            # Such as a server that is no longer the primary; the name may lead to another one by now.
            self.close()
            raise RedisUnavailableError(f"Redis refused {command[0]!r}.") from reply
        return reply

    def _exchange(self, connection: socket.socket, command: tuple[str | bytes, ...]) -> Any:
        connection.sendall(hiredis.pack_command(command))  # type: ignore[arg-type]  # its stub knows one part
        while (reply := self._reader.gets()) is _NOTHING:
            data = connection.recv(READ_BYTES)
            if not data:
                raise ConnectionError("Redis hung up")
            self._reader.feed(data)
        return reply

    def _usable_socket(self) -> socket.socket:
        if self._socket is not None and has_hung_up(self._socket):
            self.close()
        return self._socket or self._connect()

    def _connect(self) -> socket.socket:
        url = self._url
        connection = open_socket(
            url.hostname or "", url.port or 6379, timeout_seconds=TIMEOUT_SECONDS, secure=url.scheme == "rediss"
        )
        self._socket = connection
        self._reader = hiredis.Reader(notEnoughData=_NOTHING)
        if url.password:
            user = [unquote(url.username)] if url.username else []
            self._greet(connection, "AUTH", *user, unquote(url.password))
        if url.path.strip("/"):
            self._greet(connection, "SELECT", url.path.strip("/"))
        return connection

    def _greet(self, connection: socket.socket, *command: str) -> None:
        if isinstance(self._exchange(connection, command), hiredis.ReplyError):
            raise ConnectionError(f"Redis refused {command[0]}")


class _NoScriptError(Exception):
    """The server does not know the script by its digest."""


_NOTHING = object()


@cache
def _digest(script: str) -> str:
    """What the server calls a script that it has seen before."""
    return sha1(script.encode(), usedforsecurity=False).hexdigest()


def _ceil_seconds(microseconds: int) -> int:
    return -(-microseconds // MICROSECONDS)

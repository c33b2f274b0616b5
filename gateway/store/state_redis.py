"""Short-lived records in Redis 7 or newer. Each method is one round trip."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

import hiredis
import redis
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.retry import Retry

from gateway.core.ports import Record
from gateway.errors import ConfigurationError

_SECONDS = 2

_PUT_ONCE = """
local fresh = 1
for i = 1, ARGV[2] do
  if not redis.call('SET', KEYS[i], '', 'EX', ARGV[1], 'NX') then fresh = 0 end
end
if fresh == 1 then
  for i = ARGV[2] + 1, #KEYS do
    local value = 1 + 2 * (i - ARGV[2])
    redis.call('SET', KEYS[i], ARGV[value], 'EX', ARGV[value + 1])
  end
end
return fresh
"""
_PUT_ONCE_DIGEST = hashlib.sha1(_PUT_ONCE.encode()).hexdigest()  # noqa: S324  # Redis' name for it

Argument: TypeAlias = str | bytes | int
# The client's own packing calls it too, with a search of each argument before.
_packed = cast("Callable[[tuple[Argument, ...]], bytes]", hiredis.pack_command)


def connect_redis(url: str) -> redis.Redis:
    """Open Redis with one pool for this process; raises ConfigurationError when it is away."""
    try:
        client = redis.Redis.from_url(
            url,
            protocol=2,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        client.ping()
    except (redis.RedisError, ValueError) as error:
        raise ConfigurationError(f"Redis can not be reached or used: {error}") from error
    return client


class RedisState:
    """The port `State` over Redis, whose own clock ends lifetimes.

    Each thread has a connection of its own and speaks over it directly: the client's pool and
    its measuring cost more than the command itself.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._pool = client.connection_pool
        self._of_thread = threading.local()

    def put(self, key: str, value: bytes, lifetime: int) -> None:
        self._run(*_set(key, value, lifetime))

    def put_all(self, records: Sequence[Record]) -> None:
        self._exchange([_set(*record) for record in records])

    def put_once(self, keys: Sequence[str], records: Sequence[Record], lifetime: int) -> bool:
        names = [*keys, *(key for key, _, _ in records)]
        values = [part for _, value, life in records for part in (value, max(life, 1))]
        call = (len(names), *names, max(lifetime, 1), len(keys), *values)
        return bool(self._evaluate(call))

    def get(self, key: str) -> bytes | None:
        return cast("bytes | None", self._run("GET", key))

    def take(self, key: str) -> bytes | None:
        return cast("bytes | None", self._run("GETDEL", key))

    def once(self, keys: Sequence[str], lifetime: int) -> bool:
        seconds = max(lifetime, 1)
        return all(self._transaction([("SET", key, b"", "EX", seconds, "NX") for key in set(keys)]))

    def add(self, key: str, member: str, lifetime: int) -> None:
        """The first EXPIRE serves a new set; the second makes a lifetime longer, never shorter."""
        seconds = max(lifetime, 1)
        self._transaction(
            [
                ("SADD", key, member),
                ("EXPIRE", key, seconds, "NX"),
                ("EXPIRE", key, seconds, "GT"),
            ]
        )

    def members(self, key: str) -> frozenset[str]:
        found = cast("list[bytes]", self._run("SMEMBERS", key))
        return frozenset(member.decode() for member in found)

    def remove(self, key: str) -> None:
        self._run("DEL", key)

    def close(self) -> None:
        self._pool.disconnect()

    def _evaluate(self, call: Sequence[Argument]) -> object:
        """By the script's digest; a Redis that does not know it yet is given the script."""
        try:
            return self._run("EVALSHA", _PUT_ONCE_DIGEST, *call)
        except redis.exceptions.NoScriptError:
            return self._run("EVAL", _PUT_ONCE, *call)

    def _run(self, *command: Argument) -> object:
        return self._exchange([command])[0]

    def _transaction(self, commands: Sequence[Sequence[Argument]]) -> list[object]:
        results = cast("list[object]", self._exchange([("MULTI",), *commands, ("EXEC",)])[-1])
        for result in results:
            if isinstance(result, redis.RedisError):
                raise result
        return results

    def _exchange(self, commands: Sequence[Sequence[Argument]]) -> list[object]:
        """Send commands in one go and read their replies. What finds its connection broken is
        sent once more: were it carried out after all, a `take` or `once` is refused, the safe
        side."""
        connection = self._connection()
        packed = [b"".join(_packed(tuple(command)) for command in commands)]
        try:
            return _ask(connection, packed, len(commands))
        except redis.ConnectionError:
            return _ask(connection, packed, len(commands))

    def _connection(self) -> AbstractConnection:
        """The thread's own; a forked process makes new ones."""
        kept: tuple[int, AbstractConnection] | None = getattr(self._of_thread, "kept", None)
        if kept is None or kept[0] != os.getpid():
            kept = self._of_thread.kept = (os.getpid(), self._pool.get_connection())
        return kept[1]


def _set(key: str, value: bytes, lifetime: int) -> tuple[Argument, ...]:
    return "SET", key, value, "EX", max(lifetime, 1)


def _ask(connection: AbstractConnection, packed: list[bytes], replies: int) -> list[object]:
    """After any error the connection is closed, and opened again by the next send: a reply left
    unread would answer the next question."""
    try:
        connection.send_packed_command(packed)  # type: ignore[no-untyped-call]
        return [connection.read_response() for _ in range(replies)]
    except BaseException:
        connection.disconnect()  # type: ignore[no-untyped-call]
        raise

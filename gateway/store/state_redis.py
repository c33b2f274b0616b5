"""Short-lived records in Redis 7 or newer. Each method is one round trip."""

from collections.abc import Sequence
from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from gateway.errors import ConfigurationError

_SECONDS = 2


def connect_redis(url: str) -> redis.Redis:
    """Open Redis with one pool for this process; raises ConfigurationError when it is away.

    A command whose connection broke is sent once more. Were the first one carried out after
    all, then a `take` or `once` is refused: the safe side.
    """
    try:
        client = redis.Redis.from_url(
            url,
            protocol=2,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        client.ping()
    except (redis.RedisError, ValueError) as error:
        raise ConfigurationError(f"Redis can not be reached or used: {error}") from error
    return client


class RedisState:
    """The port `State` over Redis, whose own clock ends lifetimes.

    The casts: the client's types leave open whether it decodes what it reads; it does not.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client

    def put(self, key: str, value: bytes, lifetime: int) -> None:
        self._redis.set(key, value, ex=max(lifetime, 1))

    def get(self, key: str) -> bytes | None:
        return cast("bytes | None", self._redis.get(key))

    def take(self, key: str) -> bytes | None:
        return cast("bytes | None", self._redis.getdel(key))

    def once(self, keys: Sequence[str], lifetime: int) -> bool:
        with self._redis.pipeline() as transaction:
            for key in set(keys):
                transaction.set(key, b"", ex=max(lifetime, 1), nx=True)
            return all(transaction.execute())

    def add(self, key: str, member: str, lifetime: int) -> None:
        """The first EXPIRE serves a new set; the second makes a lifetime longer, never shorter."""
        with self._redis.pipeline() as transaction:
            transaction.sadd(key, member)
            transaction.expire(key, max(lifetime, 1), nx=True)
            transaction.expire(key, max(lifetime, 1), gt=True)
            transaction.execute()

    def members(self, key: str) -> frozenset[str]:
        found = cast("set[bytes]", self._redis.smembers(key))
        return frozenset(member.decode() for member in found)

    def remove(self, key: str) -> None:
        self._redis.delete(key)

    def close(self) -> None:
        self._redis.close()

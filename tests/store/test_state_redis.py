"""What only short-lived records in Redis do: errors that Redis answers, and broken connections."""

import contextlib
from collections.abc import Iterator

import pytest
import redis

from gateway.store.state_redis import RedisState, connect_redis
from tests.parts.redis import run_redis

LONG = 600


@pytest.fixture(scope="module")
def server() -> Iterator[redis.Redis]:
    """A Redis of our own, whose settings we may change, as its operator sees it."""
    with run_redis() as url, redis.Redis.from_url(f"{url}/0") as client:
        yield client


@pytest.fixture
def state(server: redis.Redis) -> Iterator[RedisState]:
    server.config_set("maxmemory", 0)
    server.flushdb()
    where = server.connection_pool.connection_kwargs
    client = connect_redis(f"redis://{where['host']}:{where['port']}/0")
    with contextlib.closing(RedisState(client)) as state:
        yield state


def test_after_an_error_each_question_gets_its_own_answer(
    state: RedisState, server: redis.Redis
) -> None:
    """A reply that was left unread would give one session the value of another."""
    for name in ("one", "two", "three"):
        state.put(f"session:{name}", name.encode(), LONG)
    server.config_set("maxmemory", 1)
    for write in (
        lambda: state.once(["seen:a", "seen:b"], LONG),
        lambda: state.add("told:a", "service", LONG),
        lambda: state.put("flow:a", b"value", LONG),
    ):
        with pytest.raises(redis.ResponseError):
            write()
        for name in ("one", "two", "three"):
            assert state.get(f"session:{name}") == name.encode()
    server.config_set("maxmemory", 0)
    assert state.once(["seen:a", "seen:b"], LONG), "what was refused was not remembered"


def test_an_error_inside_a_transaction_is_not_taken_for_a_yes(state: RedisState) -> None:
    state.put("session:a", b"value", LONG)
    with pytest.raises(redis.ResponseError):
        state.add("session:a", "member", LONG)
    assert state.get("session:a") == b"value"


def test_a_restart_of_the_server_is_not_noticed(state: RedisState, server: redis.Redis) -> None:
    """The connection is broken, as a restart does; the next call opens it again."""
    state.put("code:a", b"value", LONG)
    gone = server.client_kill_filter(_type="normal", skipme=True)
    assert gone >= 1
    assert state.take("code:a") == b"value"
    assert state.take("code:a") is None
    assert state.once(["seen:a", "seen:b"], LONG)

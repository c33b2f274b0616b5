"""What somebody who reads the short-lived store learns: the kinds of keys and which belong
together, and nothing else."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.store.database import connect
from gateway.store.migrations import migrate
from gateway.store.sealed import SealedState
from gateway.store.state_sql import SqlState
from tests.contracts.stores import HeldClock

LONG = 600
KEY = bytes(range(32))
SECRETS = ("cookie-secret", "Pieter de Vries", "service-one", "assertion-id")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path}/ketenpoort.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def plain(engine: Engine, clock: HeldClock) -> Iterator[SqlState]:
    with contextlib.closing(SqlState(engine, clock)) as state:
        yield state


@pytest.fixture
def sealed(plain: SqlState) -> SealedState:
    return SealedState(plain, KEY)


def _stored(plain: SqlState, engine: Engine) -> list[tuple[str, str, bytes | None]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT key, member, value FROM short_lived ORDER BY key")
        return [tuple(row) for row in rows]


def _put_secrets(sealed: SealedState) -> None:
    sealed.put(f"session:{SECRETS[0]}", SECRETS[1].encode(), LONG)
    sealed.add(f"told:{SECRETS[0]}", SECRETS[2], LONG)
    sealed.once([f"seen:{SECRETS[3]}"], LONG)


def test_nothing_of_a_secret_is_on_the_disk(sealed: SealedState, tmp_path: Path) -> None:
    _put_secrets(sealed)
    files = [file.read_bytes() for file in tmp_path.glob("ketenpoort.db*")]
    assert any(b":session" in data for data in files)
    for secret in SECRETS:
        assert not any(secret.encode() in data for data in files), secret


def test_the_kind_of_a_key_is_readable_and_the_rest_is_not_a_plain_hash(
    sealed: SealedState, plain: SqlState, engine: Engine
) -> None:
    """A hash without a key could be tried for ids that can be guessed."""
    _put_secrets(sealed)
    keys = [key for key, _, _ in _stored(plain, engine)]
    assert sorted(key.partition(":")[2] for key in keys) == ["seen", "session", "told"]
    assert len({key.partition(":")[0] for key in keys}) == 2, "told belongs to the session"
    _put_secrets(SealedState(plain, os.urandom(32)))
    assert len({key for key, _, _ in _stored(plain, engine)}) == 6


def test_the_same_value_is_sealed_differently_each_time(
    sealed: SealedState, plain: SqlState, engine: Engine
) -> None:
    texts = set()
    for _ in range(3):
        sealed.put("session:a", b"value", LONG)
        texts.add(_stored(plain, engine)[0][2])
    assert len(texts) == 3


def test_a_value_that_was_moved_to_another_key_does_not_open(
    sealed: SealedState, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    sealed.put("session:mine", b"mine", LONG)
    sealed.put("session:theirs", b"theirs", LONG)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE short_lived SET value = (SELECT max(value) FROM short_lived)"
        )
    found = {sealed.get("session:mine"), sealed.get("session:theirs")}
    assert found in ({None, b"mine"}, {None, b"theirs"})
    assert "of the kind session does not open" in caplog.text
    assert "mine" not in caplog.text


@pytest.mark.parametrize("value", [b"", b"short", b"x" * 12, b"x" * 100])
def test_a_value_that_was_changed_counts_as_absent(
    sealed: SealedState, engine: Engine, value: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for key in ("session:read", "session:taken"):
        sealed.put(key, b"value", LONG)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE short_lived SET value = :value", {"value": value})
    assert sealed.get("session:read") is None
    assert sealed.take("session:taken") is None
    assert caplog.text.count("of the kind session does not open") == 2


def test_each_bit_counts(sealed: SealedState, plain: SqlState, engine: Engine) -> None:
    sealed.put("session:a", b"value", LONG)
    key, _, text = _stored(plain, engine)[0]
    assert text is not None
    for place in range(len(text)):
        changed = bytearray(text)
        changed[place] ^= 1
        plain.put(key, bytes(changed), LONG)
        assert sealed.get("session:a") is None
    plain.put(key, text, LONG)
    assert sealed.get("session:a") == b"value"


def test_members_are_bound_to_their_set(
    sealed: SealedState, plain: SqlState, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    sealed.add("told:a", "service-one", LONG)
    sealed.add("told:b", "service-two", LONG)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE short_lived SET key = (SELECT min(key) FROM short_lived)"
        )
    key = _stored(plain, engine)[0][0]
    plain.add(key, "no base64 é", LONG)
    assert len(sealed.members("told:a") | sealed.members("told:b")) == 1
    assert "of the kind told does not open" in caplog.text


def test_under_another_key_nothing_is_there(sealed: SealedState, plain: SqlState) -> None:
    _put_secrets(sealed)
    other = SealedState(plain, os.urandom(32))
    assert other.get(f"session:{SECRETS[0]}") is None
    assert other.members(f"told:{SECRETS[0]}") == frozenset()
    assert other.once([f"seen:{SECRETS[3]}"], LONG)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_the_key_has_32_bytes(plain: SqlState, size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SealedState(plain, bytes(size))

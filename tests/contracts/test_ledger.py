"""Counts of logins and what was disclosed, on SQLite and PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from gateway.core.disclosures import Disclosure, Whose
from gateway.core.logins import LoginCount
from gateway.store.ledger import LedgerStore
from gateway.store.tables import disclosures
from tests.contracts.stores import HeldClock

HOUR = 1_800_000_000
ANNA = Whose("anna", b"a" * 64)
BRAM = Whose("bram", b"b" * 64)
TOLD = Disclosure("2027-01-15", "service-one", ("eckId", "givenName"))


@pytest.fixture
def ledger(engine: Engine, clock: HeldClock) -> Iterator[LedgerStore]:
    store = LedgerStore(engine, clock)
    yield store
    store.write()


def test_logins_are_counted_by_hour_school_service_and_outcome(
    ledger: LedgerStore, clock: HeldClock
) -> None:
    clock.now = HOUR + 10
    for outcome in ("", "", "KP-212"):
        ledger.count("99XA", "service-one", outcome)
    ledger.write()
    ledger.count("99XA", "service-one", "")
    clock.now = HOUR + 3600
    ledger.count("99XA", "service-one", "")
    ledger.write()
    found = sorted(ledger.logins(HOUR), key=lambda one: (one.hour, one.outcome))
    assert found == [
        LoginCount(HOUR, "99XA", "service-one", "", 3),
        LoginCount(HOUR, "99XA", "service-one", "KP-212", 1),
        LoginCount(HOUR + 3600, "99XA", "service-one", "", 1),
    ]
    assert len(ledger.logins(HOUR + 3600)) == 1


def test_what_was_told_is_found_by_the_person_alone(ledger: LedgerStore) -> None:
    ledger.disclosed(ANNA, TOLD)
    ledger.disclosed(ANNA, TOLD)
    ledger.write()
    ledger.disclosed(ANNA, TOLD)
    ledger.write()
    assert ledger.of_person(ANNA) == [TOLD]
    assert ledger.of_person(BRAM) == []
    assert ledger.of_person(Whose(ANNA.name, BRAM.key)) == []


def test_the_rows_tell_nobody_what(ledger: LedgerStore, engine: Engine) -> None:
    ledger.disclosed(ANNA, TOLD)
    ledger.write()
    with engine.connect() as connection:
        (row,) = connection.execute(select(disclosures)).all()
    assert not [value for value in row if "service-one" in str(value) or "given" in str(value)]


def test_a_person_can_have_it_forgotten(ledger: LedgerStore) -> None:
    ledger.disclosed(ANNA, TOLD)
    ledger.disclosed(BRAM, TOLD)
    ledger.write()
    ledger.forget(ANNA)
    assert ledger.of_person(ANNA) == []
    assert ledger.of_person(BRAM) == [TOLD]


def test_after_a_year_it_is_forgotten(
    ledger: LedgerStore, engine: Engine, clock: HeldClock
) -> None:
    ledger.disclosed(ANNA, TOLD)
    ledger.count("99XA", "service-one", "")
    ledger.write()
    clock.now += 368 * 24 * 3600
    ledger.count("99XA", "service-one", "")
    ledger.write()
    assert ledger.of_person(ANNA) == []
    assert len(ledger.logins(0)) == 1

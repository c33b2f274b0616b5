"""The record of acts: in the transaction of what was done, and chained."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, delete, update

from gateway.core.acts import BEGINNING, chain
from gateway.errors import RegistrationRefused
from gateway.store.repositories import Repositories
from gateway.store.tables import acts
from tests.contracts.invented import SUPPLIER


def record(repositories: Repositories, name: str) -> None:
    after = replace(SUPPLIER, name=name)
    with repositories.acts.recording("owner stf-1", "renamed", SUPPLIER.id, SUPPLIER.name, name):
        repositories.suppliers.replace(after)


def rename_two(repositories: Repositories, second: str) -> None:
    with repositories.acts.recording("owner stf-1", "renamed", second, None, "x"):
        repositories.suppliers.replace(replace(SUPPLIER, name="De Eik"))
        repositories.suppliers.replace(replace(SUPPLIER, id=second))


def is_whole(repositories: Repositories) -> bool:
    last = BEGINNING
    for number, each in enumerate(repositories.acts.all(), 1):
        if each.act.number != number or chain(each.act, last) != each:
            return False
        last = each.digest
    return True


def test_who_what_before_and_after_are_kept(filled: Repositories) -> None:
    record(filled, "De Eik")
    (found,) = filled.acts.find("", None, 10)
    act = found.act
    assert (act.number, act.actor, act.act, act.object) == (
        1,
        "owner stf-1",
        "renamed",
        SUPPLIER.id,
    )
    assert (act.before, act.after) == ('"Uitgeverij De Linde"', '"De Eik"')
    assert filled.suppliers.find(SUPPLIER.id).name == "De Eik"


def test_what_was_refused_is_neither_done_nor_recorded(filled: Repositories) -> None:
    with pytest.raises(RegistrationRefused):
        rename_two(filled, "nobody")
    assert filled.acts.find("", None, 10) == []
    assert filled.suppliers.find(SUPPLIER.id) == SUPPLIER


def test_words_find_acts_the_latest_first(filled: Repositories) -> None:
    for name in ("Een", "Twee", "Drie"):
        record(filled, name)
    with filled.acts.recording("operator stf-9", "suspended", "service-one", True, False):
        pass
    assert [each.act.number for each in filled.acts.find("", None, 2)] == [4, 3]
    assert [each.act.number for each in filled.acts.find("", 3, 10)] == [2, 1]
    assert [each.act.number for each in filled.acts.find("STF-9 suspend", None, 10)] == [4]
    assert filled.acts.find("100%", None, 10) == []


def test_a_changed_or_missing_act_breaks_the_chain(filled: Repositories, engine: Engine) -> None:
    for name in ("Een", "Twee", "Drie"):
        record(filled, name)
    assert is_whole(filled)
    with engine.begin() as connection:
        connection.execute(update(acts).where(acts.c.number == 2).values(after='"Vier"'))
    assert not is_whole(filled)
    with engine.begin() as connection:
        connection.execute(update(acts).where(acts.c.number == 2).values(after='"Twee"'))
    assert is_whole(filled)
    with engine.begin() as connection:
        connection.execute(delete(acts).where(acts.c.number == 2))
    assert not is_whole(filled)

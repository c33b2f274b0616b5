"""The port `Registry` over SQLite and PostgreSQL, next to who writes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.core.model import Grants, School, institution
from gateway.errors import RegistrationRefused, UnknownSchool, UnknownService
from gateway.store.changes import changing
from gateway.store.database import connect
from gateway.store.registry import MemoryRegistry
from gateway.store.repositories import Repositories, open_repositories
from tests.contracts.invented import (
    BRANCH,
    CONNECTION,
    SCHOOL,
    SERVICE,
    SUPPLIER,
    brins,
    connections,
    fill,
)
from tests.contracts.stores import LOOK_SECONDS, HeldClock
from tests.contracts.together import alone


@pytest.fixture
def filled(filled: Repositories) -> Repositories:
    """Asked for before `registry`, which then starts with these."""
    filled.grants.grant("99XA", SERVICE.id, "mail")
    return filled


def _assert_filled(registry: MemoryRegistry) -> None:
    assert registry.supplier(SUPPLIER.id) == SUPPLIER
    assert registry.service(SERVICE.id) == SERVICE
    assert registry.service_named("saml", SERVICE.identifier) == SERVICE
    assert registry.connection(CONNECTION.id) == CONNECTION
    assert registry.schools_at(institution(SCHOOL.brin)) == (SCHOOL, BRANCH)
    assert registry.connection_named("saml", CONNECTION.identifier) == CONNECTION
    assert registry.school("99XA") == SCHOOL
    assert registry.school("99XA01") == BRANCH
    assert registry.schools() == (SCHOOL, BRANCH)
    assert registry.schools_of(CONNECTION.id) == (SCHOOL, BRANCH)
    assert registry.grants(SCHOOL.brin, SERVICE.id) == Grants(frozenset({"mail"}))
    assert registry.grants(BRANCH.brin, SERVICE.id) == Grants()


def test_all_is_there_at_the_start(filled: Repositories, registry: MemoryRegistry) -> None:
    _assert_filled(registry)


def test_what_another_process_writes_is_seen_within_a_second(
    registry: MemoryRegistry, database_url: str, look: Callable[[], None]
) -> None:
    assert registry.schools() == ()
    alone(_fill_from_outside, database_url)
    look()
    _assert_filled(registry)


def _fill_from_outside(url: str) -> None:
    engine = connect(url)
    repositories = open_repositories(engine)
    fill(repositories)
    repositories.grants.grant("99XA", SERVICE.id, "mail")
    engine.dispose()


def test_the_unknown_is_refused(registry: MemoryRegistry) -> None:
    for look_up in (
        lambda: registry.school("99XA"),
        lambda: registry.connection("nothing"),
        lambda: registry.connection_named("saml", "https://nothing.test"),
    ):
        with pytest.raises(UnknownSchool):
            look_up()
    for look_up in (
        lambda: registry.supplier("nothing"),
        lambda: registry.service("nothing"),
        lambda: registry.service_named("saml", "https://nothing.test"),
    ):
        with pytest.raises(UnknownService):
            look_up()
    assert registry.schools_of("nothing") == ()


def test_an_identifier_belongs_to_its_protocol(
    filled: Repositories, registry: MemoryRegistry
) -> None:
    with pytest.raises(UnknownService):
        registry.service_named("oidc", SERVICE.identifier)
    with pytest.raises(UnknownSchool):
        registry.connection_named("oidc", CONNECTION.identifier)


def test_changes_are_seen(
    filled: Repositories, registry: MemoryRegistry, look: Callable[[], None]
) -> None:
    moved = replace(SERVICE, identifier="https://nieuw.linde.test/metadata")
    filled.services.replace(moved)
    filled.schools.replace(replace(SCHOOL, name="De Nieuwe Kade"))
    filled.grants.switch_off("99XA", SERVICE.id)
    look()
    assert registry.service(SERVICE.id) == moved
    assert registry.service_named("saml", moved.identifier) == moved
    with pytest.raises(UnknownService):
        registry.service_named("saml", SERVICE.identifier)
    assert [school.name for school in registry.schools_of(CONNECTION.id)] == [
        "De Nieuwe Kade",
        BRANCH.name,
    ]
    assert registry.grants(SCHOOL.brin, SERVICE.id) == Grants(
        frozenset({"mail"}), switched_off=True
    )


def test_removals_are_seen(
    filled: Repositories, registry: MemoryRegistry, look: Callable[[], None]
) -> None:
    filled.schools.remove("99XA")
    look()
    assert registry.schools() == registry.schools_of(CONNECTION.id) == (BRANCH,)
    assert registry.grants(SCHOOL.brin, SERVICE.id) == Grants()
    with pytest.raises(UnknownSchool):
        registry.school("99XA")
    filled.schools.remove("99XA01")
    filled.services.remove(SERVICE.id)
    filled.suppliers.remove(SUPPLIER.id)
    look()
    with pytest.raises(UnknownSchool):
        registry.connection_named("saml", CONNECTION.identifier)
    with pytest.raises(UnknownService):
        registry.service_named("saml", SERVICE.identifier)
    with pytest.raises(UnknownService):
        registry.supplier(SUPPLIER.id)


def test_schools_are_the_same_object_until_one_changes(
    filled: Repositories, registry: MemoryRegistry, look: Callable[[], None]
) -> None:
    schools = registry.schools()
    filled.services.replace(replace(SERVICE, name="Rekenen twee"))
    look()
    assert registry.service(SERVICE.id).name == "Rekenen twee"
    assert registry.schools() is schools
    filled.schools.replace(replace(SCHOOL, town="Stad"))
    look()
    assert registry.schools() is not schools


def test_it_looks_at_most_once_a_second(
    filled: Repositories, registry: MemoryRegistry, clock: HeldClock, look: Callable[[], None]
) -> None:
    filled.schools.replace(replace(SCHOOL, name="Changed"))
    clock.now += LOOK_SECONDS - 0.001
    registry.refresh()
    assert registry.school("99XA").name == SCHOOL.name
    look()
    assert registry.school("99XA").name == "Changed"


def test_a_clock_that_is_put_back_does_not_stop_it(
    filled: Repositories, registry: MemoryRegistry, clock: HeldClock
) -> None:
    filled.schools.replace(replace(SCHOOL, name="Changed"))
    clock.now -= 3600
    registry.refresh()
    assert registry.school("99XA").name == "Changed"


def test_a_write_that_fails_leaves_nothing(
    filled: Repositories, registry: MemoryRegistry, look: Callable[[], None], engine: Engine
) -> None:
    with pytest.raises(RuntimeError), changing(engine):
        raise RuntimeError
    with pytest.raises(RegistrationRefused):
        filled.suppliers.remove(SUPPLIER.id)
    look()
    _assert_filled(registry)


def test_a_backup_that_was_put_back_is_loaded_whole(
    filled: Repositories, registry: MemoryRegistry, engine: Engine, look: Callable[[], None]
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE change_counter SET value = 1")
        connection.exec_driver_sql("UPDATE schools SET name = 'As it was', changed = 1")
    look()
    assert {school.name for school in registry.schools()} == {"As it was"}


def test_ten_thousand_schools_are_looked_up_after_one_change(
    repositories: Repositories, registry: MemoryRegistry, look: Callable[[], None]
) -> None:
    repositories.connections.add_all(connections(range(10_000)))
    names = brins(10_000)
    repositories.schools.add_all(
        [School(brin, f"School {n}", "Stad", f"c{n}") for n, brin in enumerate(names)]
    )
    look()
    assert [school.brin for school in registry.schools()] == sorted(names)
    repositories.schools.remove(names[5000])
    look()
    assert len(registry.schools()) == 9_999
    assert registry.schools_of("c5000") == ()

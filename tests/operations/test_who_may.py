"""Whom a school lets into a service, and which class groups have a material, by command."""

import pytest

from gateway.core.materials import Publication
from gateway.store.catalogue import CatalogueStore
from gateway.store.database import connect
from tests.operations.command import Operator


def parties(school: str, service: str) -> tuple[str, ...]:
    return ("--school", school, "--service", service)


def test_roles_and_groups_are_named_shown_and_taken_back(
    operator: Operator, school: str, service: str
) -> None:
    named = ("--role", "student", "--role", "employee", "--group", "2A", "--group", "2B")
    said = operator.good("release", "allow", *parties(school, service), *named)
    assert "employee, student; of the pupils those of 2A, 2B" in said
    shown = operator.read("release", "show", *parties(school, service))
    assert shown["roles"] == ["employee", "student"]
    assert shown["groups"] == ["2A", "2B"]
    assert "those of 2A, 2B" in operator.good("release", "show", *parties(school, service))
    operator.good("release", "allow", *parties(school, service))
    shown = operator.read("release", "show", *parties(school, service))
    assert (shown["roles"], shown["groups"], shown["switched_off"]) == ([], [], False)


def test_what_was_granted_stays_when_roles_change(
    operator: Operator, school: str, service: str
) -> None:
    operator.good("release", "grant", *parties(school, service), "--attribute", "givenName")
    operator.good("release", "allow", *parties(school, service), "--role", "student")
    shown = operator.read("release", "show", *parties(school, service))
    assert {row["attribute"]: row["granted"] for row in shown["attributes"]}["givenName"]


def test_a_service_that_is_off_lets_nobody_in(
    operator: Operator, school: str, service: str
) -> None:
    operator.good("release", "off", *parties(school, service))
    assert "lets in: nobody" in operator.good("release", "show", *parties(school, service))


def test_a_role_that_is_none_is_refused(operator: Operator, school: str, service: str) -> None:
    said = operator.refused("release", "allow", *parties(school, service), "--role", "directeur")
    assert "'directeur' is not one of" in said


@pytest.fixture
def material(operator: Operator, service: str) -> str:
    """The id of a material of the service."""
    engine = connect(f"sqlite:///{operator.directory}/ketenpoort.db")
    ids = iter(["m-1", "f-1", "f-2"])
    store = CatalogueStore(engine, lambda: 1.0, lambda _size=16: next(ids))
    store.publish(service, [Publication("9789099000001", "Getal en Ruimte 2 havo")], whole=True)
    return str(store.materials_of([service])[0].id)


def test_groups_get_a_material_and_lose_it(operator: Operator, school: str, material: str) -> None:
    of = ("--school", school, "--material", material)
    for group in ("2B", "2A"):
        operator.good("licence", "add", *of, "--group", group)
    assert operator.read("licence", "list", "--school", school) == [
        {"material": material, "groups": ["2A", "2B"]}
    ]
    operator.good("licence", "remove", *of, "--group", "2A")
    assert operator.read("licence", "list", "--school", school)[0]["groups"] == ["2B"]
    operator.good("licence", "remove", *of)
    assert operator.read("licence", "list", "--school", school) == []


def test_what_can_not_be_a_licence_is_refused(
    operator: Operator, school: str, material: str
) -> None:
    of = ("--school", school, "--material", material)
    operator.good("licence", "add", *of, "--group", "2A")
    assert "already" in operator.refused("licence", "add", *of, "--group", "2A")
    other = ("--material", "onbekend", "--group", "2A")
    assert "no material" in operator.refused("licence", "add", "--school", school, *other)
    stranger = ("--material", material, "--group", "2A")
    assert "no school" in operator.refused("licence", "add", "--school", "99ZZ", *stranger)
    assert "no such licence" in operator.refused("licence", "remove", *of, "--group", "3C")

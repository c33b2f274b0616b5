"""What commands register, on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest

from gateway.core.model import Brin, Grants, Link
from gateway.errors import ConfigurationError, RegistrationRefused, UnknownLink
from gateway.store.keys import KeyRecord
from gateway.store.repositories import Repositories
from tests.contracts.invented import (
    BRANCH,
    CONNECTION,
    LINK,
    SCHOOL,
    SERVICE,
    SUPPLIER,
    brins,
    connections,
    services,
)


def test_what_was_added_is_found_as_it_was(filled: Repositories) -> None:
    assert filled.suppliers.find(SUPPLIER.id) == SUPPLIER
    assert filled.services.find(SERVICE.id) == SERVICE
    assert filled.connections.find(CONNECTION.id) == CONNECTION
    assert filled.schools.find("99XA") == SCHOOL
    assert filled.schools.find("99XA01") == BRANCH
    assert filled.schools.all() == [SCHOOL, BRANCH]


def test_what_is_there_already_is_refused(filled: Repositories) -> None:
    for register, value in (
        (filled.suppliers, replace(SUPPLIER, name="Another")),
        (filled.services, replace(SERVICE, identifier="https://other.test")),
        (filled.connections, replace(CONNECTION, identifier="https://other.test")),
        (filled.schools, replace(SCHOOL, name="Another")),
    ):
        with pytest.raises(RegistrationRefused, match="registered already; remove it first"):
            register.add(value)
    assert filled.suppliers.all() == [SUPPLIER]
    assert filled.schools.find("99XA") == SCHOOL


def test_an_identifier_is_registered_once_a_protocol(filled: Repositories) -> None:
    with pytest.raises(RegistrationRefused, match=f"as service {SERVICE.id}; remove that first"):
        filled.services.add(replace(SERVICE, id="service-two"))
    with pytest.raises(RegistrationRefused, match=f"as connection {CONNECTION.id}; remove that"):
        filled.connections.add(replace(CONNECTION, id="connection-two"))
    filled.connections.add(replace(CONNECTION, id="connection-two", protocol="oidc"))
    assert len(filled.connections.all()) == 2


@pytest.mark.parametrize(
    ("noun", "command"),
    [
        ("suppliers", "supplier list"),
        ("services", "service list"),
        ("connections", "metadata list"),
        ("schools", "school list"),
    ],
)
def test_what_is_not_there_is_refused_with_the_command_that_lists(
    repositories: Repositories, noun: str, command: str
) -> None:
    register = getattr(repositories, noun)
    for act in (register.find, register.remove):
        with pytest.raises(RegistrationRefused, match=f"no {noun[:-1]} nothing.*{command}"):
            act("nothing")


def test_a_service_needs_its_supplier_and_a_school_its_connection(
    repositories: Repositories,
) -> None:
    with pytest.raises(RegistrationRefused, match="no supplier supplier-one"):
        repositories.services.add(SERVICE)
    with pytest.raises(RegistrationRefused, match="no connection connection-one"):
        repositories.schools.add(SCHOOL)
    assert repositories.services.all() == []
    assert repositories.schools.all() == []


def test_replace_changes_what_is_there_only(filled: Repositories) -> None:
    renewed = replace(SERVICE, name="Rekenen twee", active=True, config={})
    filled.services.replace(renewed)
    assert filled.services.find(SERVICE.id) == renewed
    with pytest.raises(RegistrationRefused, match="no service service-two"):
        filled.services.replace(replace(SERVICE, id="service-two", identifier="https://two.test"))


def test_a_supplier_with_services_stays(filled: Repositories) -> None:
    with pytest.raises(RegistrationRefused, match=r"has services \(service-one\); remove those"):
        filled.suppliers.remove(SUPPLIER.id)
    assert filled.suppliers.find(SUPPLIER.id) == SUPPLIER
    filled.services.remove(SERVICE.id)
    filled.suppliers.remove(SUPPLIER.id)
    assert filled.suppliers.all() == []


def test_a_connection_goes_with_its_last_school(filled: Repositories) -> None:
    with pytest.raises(RegistrationRefused, match=r"serves schools \(99XA, 99XA01\)"):
        filled.connections.remove(CONNECTION.id)
    filled.schools.remove("99XA")
    assert filled.connections.all() == [CONNECTION]
    filled.schools.remove("99XA01")
    assert filled.connections.all() == []


def test_what_was_removed_can_be_added_anew_with_nothing_granted(filled: Repositories) -> None:
    filled.grants.grant("99XA", SERVICE.id, "mail")
    filled.schools.remove("99XA")
    filled.schools.add(SCHOOL)
    filled.services.remove(SERVICE.id)
    filled.services.add(replace(SERVICE, id="service-two"))
    assert filled.grants.of_school("99XA") == {}
    filled.grants.grant("99XA", "service-two", "sn")
    assert filled.grants.of_school("99XA") == {"service-two": Grants(frozenset({"sn"}))}


def test_many_are_added_but_for_those_refused(repositories: Repositories) -> None:
    repositories.suppliers.add(SUPPLIER)
    some = services(range(1200))
    clash = replace(some[1100], id="clash")
    foreign = replace(some[0], id="foreign", identifier="https://f.test", supplier_id="nobody")
    refused = repositories.services.add_all([*some, clash, some[7], foreign])
    assert [value for value, _ in refused] == [clash, some[7], foreign]
    assert "as service s1100" in refused[0][1].detail
    assert "registered already" in refused[1][1].detail
    assert "no supplier nobody" in refused[2][1].detail
    assert len(repositories.services.all()) == 1200

    renewed = [replace(service, name="Renewed") for service in some]
    assert repositories.services.replace_all([*renewed, foreign])[0][0] == foreign
    assert {service.name for service in repositories.services.all()} == {"Renewed"}


def test_thousands_of_schools_are_added(repositories: Repositories) -> None:
    names = brins(3000)
    assert repositories.connections.add_all(connections(range(3000))) == []
    schools = [replace(BRANCH, brin=brin, connection_id=f"c{n}") for n, brin in enumerate(names)]
    assert repositories.schools.add_all(schools) == []
    assert repositories.schools.all() == schools
    assert repositories.schools.add_all([]) == []


def test_grants_are_given_and_taken_one_by_one(filled: Repositories) -> None:
    grants = filled.grants
    assert grants.of_school("99XA") == {}
    grants.grant("99XA", SERVICE.id, "mail")
    grants.grant("99XA", SERVICE.id, "givenName")
    grants.grant("99XA", SERVICE.id, "givenName")
    grants.revoke("99XA", SERVICE.id, "mail")
    grants.revoke("99XA", SERVICE.id, "sn")
    assert grants.of_school("99XA") == {SERVICE.id: Grants(frozenset({"givenName"}))}
    assert grants.of_school("99XA01") == {}


def test_a_school_switches_a_service_off_and_on(filled: Repositories) -> None:
    filled.grants.grant("99XA", SERVICE.id, "mail")
    filled.grants.switch_off("99XA", SERVICE.id)
    assert filled.grants.of_school("99XA")[SERVICE.id] == Grants(
        frozenset({"mail"}), switched_off=True
    )
    filled.grants.switch_on("99XA", SERVICE.id)
    assert filled.grants.of_school("99XA")[SERVICE.id] == Grants(frozenset({"mail"}))


def test_grants_need_a_school_and_a_service(filled: Repositories) -> None:
    with pytest.raises(RegistrationRefused, match="no school 99XB"):
        filled.grants.grant("99XB", SERVICE.id, "mail")
    with pytest.raises(RegistrationRefused, match="no service nothing"):
        filled.grants.switch_off("99XA", "nothing")
    with pytest.raises(RegistrationRefused, match="no school 99XB"):
        filled.grants.of_school("99XB")


def test_a_link_is_found_by_its_code(filled: Repositories) -> None:
    later = Link("later", SERVICE.id, "https://rekenen.linde.test/?a=b#c", LINK.created_at + 1)
    filled.links.add(later)
    filled.links.add(LINK)
    assert filled.links.find(LINK.code).link == LINK
    assert filled.links.all() == [LINK, later]
    filled.links.remove(LINK.code)
    with pytest.raises(UnknownLink):
        filled.links.find(LINK.code)
    with pytest.raises(RegistrationRefused, match=r"no link abc234.*link list"):
        filled.links.remove(LINK.code)


@pytest.mark.parametrize("code", ["", "nothing", "\x00", "é", "\udc80", "a b", "' OR 1=1 --"])
def test_a_code_that_is_none_is_unknown(filled: Repositories, code: str) -> None:
    filled.links.add(LINK)
    with pytest.raises(UnknownLink):
        filled.links.find(code)


def test_a_link_needs_a_service_and_a_free_code(filled: Repositories) -> None:
    filled.links.add(LINK)
    with pytest.raises(RegistrationRefused, match="link abc234 is there already"):
        filled.links.add(replace(LINK, target="https://rekenen.linde.test/other"))
    with pytest.raises(RegistrationRefused, match="no service nothing"):
        filled.links.add(Link("other", "nothing", LINK.target, 1))
    assert filled.links.all() == [LINK]


def test_the_links_of_a_service_go_with_it(filled: Repositories) -> None:
    filled.links.add(LINK)
    filled.services.remove(SERVICE.id)
    assert filled.links.all() == []
    with pytest.raises(RegistrationRefused, match="no service service-one"):
        filled.links.add(LINK)


def test_the_first_key_of_a_version_is_remembered(repositories: Repositories) -> None:
    keys = repositories.pseudonym_keys
    assert keys.known() == []
    keys.remember(2, "f2", "https://eck.test", "202612")
    keys.remember(1, "f1", "https://eck.test", "202611")
    keys.remember(1, "f1", "https://eck.test", "202611")
    first = KeyRecord(1, "f1", "https://eck.test", "202611")
    assert keys.known() == [first, KeyRecord(2, "f2", "https://eck.test", "202612")]
    for other in (
        ("f9", "https://eck.test", "202611"),
        ("f1", "https://other.test", "202611"),
        ("f1", "https://eck.test", "202701"),
    ):
        with pytest.raises(ConfigurationError, match=r"pseudonym key 1 is another one.*lose"):
            keys.remember(1, *other)
    assert keys.known()[0] == first


def test_brins_of_four_and_six_characters_are_different_schools(filled: Repositories) -> None:
    filled.schools.remove("99XA01")
    assert filled.schools.find("99XA") == SCHOOL
    with pytest.raises(RegistrationRefused):
        filled.schools.find(Brin("99XA01"))

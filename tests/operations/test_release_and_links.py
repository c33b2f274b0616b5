"""What a school allows, and links into services, by command."""

import pytest

from tests.operations.command import Operator

TARGET = "https://rekenen.linde.example/les/3"


def attributes(operator: Operator, school: str, service: str) -> list[dict[str, object]]:
    parties = ("--school", school, "--service", service)
    found: list[dict[str, object]] = operator.read("release", "show", *parties)["attributes"]
    return found


def row(operator: Operator, school: str, service: str, name: str) -> dict[str, object] | None:
    shown = attributes(operator, school, service)
    return next((row for row in shown if row["attribute"] == name), None)


def test_at_first_the_minimum_alone_is_released(
    operator: Operator, school: str, service: str
) -> None:
    shown = attributes(operator, school, service)
    assert {row["attribute"]: row["released"] for row in shown} == {
        "eduPersonAffiliation": True,
        "nlEduPersonHomeOrganizationId": True,
        "nlEduPersonHomeOrganization": True,
        "eckId": True,
        "givenName": False,
    }


def test_what_is_asked_and_granted_is_released_until_it_is_revoked(
    operator: Operator, school: str, service: str
) -> None:
    parties = ("--school", school, "--service", service, "--attribute", "givenName")
    assert "99XA allows givenName" in operator.good("release", "grant", *parties)
    assert row(operator, school, service, "givenName") == {
        "attribute": "givenName",
        "asked": True,
        "purpose": "De leraar ziet wie er werkt.",
        "granted": True,
        "released": True,
    }
    assert "no longer allows" in operator.good("release", "revoke", *parties)
    found = row(operator, school, service, "givenName")
    assert found is not None
    assert (found["granted"], found["released"]) == (False, False)


def test_what_is_granted_and_not_asked_is_not_released(
    operator: Operator, school: str, service: str
) -> None:
    parties = ("--school", school, "--service", service)
    operator.good("release", "grant", *parties, "--attribute", "mail")
    found = row(operator, school, service, "mail")
    assert found is not None
    assert (found["asked"], found["granted"], found["released"]) == (False, True, False)


def test_a_service_that_is_off_for_a_school_gets_nothing(
    operator: Operator, school: str, service: str
) -> None:
    parties = ("--school", school, "--service", service)
    operator.good("release", "off", *parties)
    shown = attributes(operator, school, service)
    assert not [row for row in shown if row["released"]]
    operator.good("release", "on", *parties)
    shown = attributes(operator, school, service)
    assert len([row for row in shown if row["released"]]) == 4


@pytest.mark.parametrize("command", ["grant", "revoke"])
@pytest.mark.parametrize(
    ("wrong", "value", "says"),
    [
        ("--school", "99XZ", "99XZ"),
        ("--school", "kade", "a BRIN is like 01AB"),
        ("--service", "svc-x", "svc-x"),
        ("--attribute", "bsn", "no attribute 'bsn'; there are: eduPersonAffiliation, "),
    ],
)
def test_whom_or_what_we_do_not_know_is_named(
    operator: Operator, school: str, service: str, command: str, wrong: str, value: str, says: str
) -> None:
    given = {"--school": school, "--service": service, "--attribute": "mail", wrong: value}
    options = [part for pair in given.items() for part in pair]
    assert says in operator.refused("release", command, *options)


def test_a_link_is_made_listed_and_removed(operator: Operator, service: str) -> None:
    made = operator.read("link", "add", "--service", service, "--target", TARGET)
    assert made["url"] == f"https://poort.example/d/{made['code']}"
    listed = {"code": made["code"], "service": service, "target": TARGET}
    assert operator.read("link", "list") == [listed]
    assert operator.good("link", "remove", made["code"]) == f"removed {made['code']}\n"
    assert operator.read("link", "list") == []


def test_without_json_the_address_alone_is_printed(operator: Operator, service: str) -> None:
    printed = operator.good("link", "add", "--service", service, "--target", TARGET)
    (listed,) = operator.read("link", "list")
    assert printed == f"https://poort.example/d/{listed['code']}\n"
    assert len(listed["code"]) == 10


@pytest.mark.parametrize(
    "target",
    [
        "https://boos.example/les/3",
        "http://rekenen.linde.example/les/3",
        "https://rekenen.linde.example@boos.example/",
        "https://rekenen.linde.example/%2e%2e/x",
        "/les/3",
        "javascript:alert(1)",
    ],
)
def test_a_link_outside_the_services_addresses_is_refused(
    operator: Operator, service: str, target: str
) -> None:
    said = operator.refused("link", "add", "--service", service, "--target", target)
    inside = "(https://rekenen.linde.example/)"
    assert said == f"{target} lies outside the service's addresses {inside}"
    assert operator.read("link", "list") == []


def test_a_link_of_no_service_is_refused(operator: Operator) -> None:
    said = operator.refused("link", "add", "--service", "svc-x", "--target", TARGET)
    assert "svc-x" in said


def test_a_services_links_and_grants_go_with_it(
    operator: Operator, school: str, service: str
) -> None:
    operator.good("link", "add", "--service", service, "--target", TARGET)
    operator.good("service", "remove", service)
    assert operator.read("link", "list") == []

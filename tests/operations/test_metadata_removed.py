"""What the operator removes of a federation's list stays away, until the operator says otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.operations.command import Operator
from tests.parts.metadata_publisher import Publisher, run_publisher

SERVICE, SCHOOL = "https://rekenen.example", "https://b.example"


@pytest.fixture
def federation() -> Iterator[Publisher]:
    with run_publisher() as running:
        running.publish(
            sp_metadata(SERVICE, [f"{SERVICE}/acs"], [rsa_key("sp")]),
            idp_metadata(SCHOOL, f"{SCHOOL}/sso", [rsa_key("school")]),
        )
        yield running


@pytest.fixture
def member(operator: Operator, federation: Publisher, tmp_path: Path) -> Operator:
    """An operator who reads the list of the federation."""
    operator = replace(operator, settings={**operator.settings, "ALLOW_LOOPBACK": "true"})
    pem = tmp_path / "federation.pem"
    pem.write_text(federation.keys.certificate)
    operator.good("metadata", "import", federation.address, "--certificate", pem)
    return operator


def feed(operator: Operator) -> str:
    (row,) = operator.read("metadata", "feeds")
    return str(row["feed"])


def standing(operator: Operator) -> set[str]:
    rows = [*operator.read("service", "list"), *operator.read("metadata", "list")]
    return {row["identifier"] for row in rows}


def test_what_was_removed_does_not_come_back(member: Operator, federation: Publisher) -> None:
    (service,) = member.read("service", "list")
    (connection,) = member.read("metadata", "list")
    said = member.good("service", "remove", service["id"])
    assert f"{feed(member)} leaves it out" in said
    member.good("metadata", "remove", connection["connection"])
    member.good("metadata", "refresh", feed(member))
    assert federation.asked == 2
    assert standing(member) == set()
    (row,) = member.read("metadata", "feeds")
    assert row["excluded"] == [SCHOOL, SERVICE]


def test_a_school_takes_the_last_login_of_its_own_with_it(member: Operator) -> None:
    (connection,) = (row["connection"] for row in member.read("metadata", "list"))
    for brin in ("99XA", "99XB"):
        who = ("--brin", brin, "--name", "De Kade", "--town", "Dorp aan Zee")
        member.good("school", "add", *who, "--connection", connection)
    assert member.good("school", "remove", "99XA").strip() == "removed 99XA"
    assert f"{feed(member)} leaves it out" in member.good("school", "remove", "99XB")
    member.good("metadata", "refresh", feed(member))
    assert standing(member) == {SERVICE}


def test_it_is_taken_again_when_the_operator_says_so(member: Operator) -> None:
    (connection,) = member.read("metadata", "list")
    member.good("metadata", "remove", connection["connection"])
    assert "leaves out no" in member.refused("metadata", "readmit", feed(member), SERVICE)
    member.good("metadata", "readmit", feed(member), SCHOOL)
    member.good("metadata", "refresh")
    assert standing(member) == {SERVICE, SCHOOL}


def test_one_that_came_by_itself_is_just_removed(member: Operator, tmp_path: Path) -> None:
    file = tmp_path / "own.xml"
    file.write_text(
        idp_metadata("https://eigen.example", "https://eigen.example/sso", [rsa_key("x")])
    )
    member.good("metadata", "import", file)
    (own,) = [
        row["connection"]
        for row in member.read("metadata", "list")
        if row["identifier"] == "https://eigen.example"
    ]
    assert member.good("metadata", "remove", own).strip() == f"removed {own}"


def test_a_list_is_read_at_once_by_its_name(member: Operator, federation: Publisher) -> None:
    member.good("metadata", "refresh", feed(member))
    assert federation.asked == 2
    assert "there is no feed" in member.refused("metadata", "refresh", "feed-x")


def test_what_is_there_no_longer_and_what_is_bad_is_said(
    member: Operator, federation: Publisher
) -> None:
    """Theirs to mend: the list is well all the same."""
    federation.publish(
        sp_metadata(SERVICE, [f"{SERVICE}/acs"], [rsa_key("sp")]),
        idp_metadata("https://c.example", "https://c.example/sso", []),
    )
    member.good("metadata", "refresh", feed(member))
    (row,) = member.read("metadata", "feeds")
    assert (row["taken"], row["skipped"], row["problem"]) == (1, 2, None)
    assert standing(member) == {SERVICE, SCHOOL}


def test_one_of_ours_that_is_bad_now_is_a_problem(member: Operator, federation: Publisher) -> None:
    federation.publish(
        sp_metadata(SERVICE, [f"{SERVICE}/acs"], [rsa_key("sp")]),
        idp_metadata(SCHOOL, f"{SCHOOL}/sso", []),
    )
    done = member.run("metadata", "refresh", feed(member))
    assert done.code == 1
    assert f"can not be renewed, such as {SCHOOL}" in done.error

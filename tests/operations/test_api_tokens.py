"""Tokens for the HTTP API by command: printed once, listed without their secret, revoked."""

import pytest

from gateway.core.api_tokens import SCOPES, Owner
from tests.operations.command import Operator


@pytest.fixture(params=["supplier", "school"])
def party(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A kind of party and the id of one."""
    return request.param, request.getfixturevalue(request.param)


def test_a_token_is_printed_once_and_listed_without_its_secret(
    operator: Operator, party: tuple[str, str]
):
    kind, owner = party
    made = operator.read(kind, "token", "add", owner, "--name", "ons CMS")
    assert made["token"].startswith(f"{made['id']}.")
    (listed,) = operator.read(kind, "token", "list", owner)
    assert listed == {
        "id": made["id"],
        "name": "ons CMS",
        "scopes": " ".join(SCOPES[Owner(kind)]),
        "created": listed["created"],
        "until": listed["until"],
        "last_used": None,
        "revoked": False,
    }
    secret = made["token"].partition(".")[2]
    assert secret not in operator.good(kind, "token", "list", owner)


def test_without_json_the_token_alone_is_printed(operator: Operator, party: tuple[str, str]):
    kind, owner = party
    printed = operator.good(kind, "token", "add", owner, "--name", "x")
    (listed,) = operator.read(kind, "token", "list", owner)
    assert printed.startswith(f"{listed['id']}.")
    assert len(printed.splitlines()) == 1


def test_a_token_is_revoked_by_its_id_or_whole(operator: Operator, party: tuple[str, str]):
    kind, owner = party
    for name in ("id", "token"):
        made = operator.read(kind, "token", "add", owner, "--name", "x")
        assert operator.good(kind, "token", "revoke", made[name]) == f"revoked {made['id']}\n"
    assert [row["revoked"] for row in operator.read(kind, "token", "list", owner)] == [True, True]
    said = operator.refused(kind, "token", "revoke", "tok-x")
    assert said.startswith(f"no {kind} has a living token tok-x; ")


def test_a_party_that_is_not_there_gets_none(operator: Operator):
    assert "sup-x" in operator.refused("supplier", "token", "add", "sup-x", "--name", "x")
    assert "99XZ" in operator.refused("school", "token", "list", "99xz")
    assert "a BRIN is like" in operator.refused("school", "token", "add", "kade", "--name", "x")

"""One tool at one school: what belongs to another tool or school is not there."""

import pytest
from sqlalchemy import func, select

from gateway.store.tables import lti_scores
from providers.suppliers.lti.names import context_id
from providers.suppliers.lti.services.claims import MEMBERS
from providers.suppliers.lti.services.scopes import (
    LINE_ITEM,
    LINE_ITEM_READ,
    MEMBERS_READ,
    RESULT_READ,
    SCORE,
)
from tests.lti.stage import OTHER_SCHOOL, PUPIL, SCHOOL, Stage
from tests.lti.test_grades import new_item, score
from tests.lti.tool import Caller
from tests.parts.effect import wait_for_changes

ITEM = {"label": "Toets", "scoreMaximum": 10}


def refusals(caller: Caller, item: str) -> list[int]:
    """How a caller fares at all that a line item has."""
    return [
        caller.get(item).status_code,
        caller.send("PUT", item, ITEM).status_code,
        caller.delete(item).status_code,
        caller.score(item, score()).status_code,
        caller.get(f"{item}/results").status_code,
    ]


def test_another_tools_line_item_is_not_there(stage: Stage) -> None:
    owner, other = stage.caller(), stage.caller(tool=stage.other)
    stage.launch(tool=stage.other)
    item = new_item(stage, owner)
    assert owner.score(item, score()).status_code == 204
    assert refusals(other, item) == [404] * 5
    own_context = context_id(stage.other.service.id, SCHOOL)
    context = context_id(stage.tool.service.id, SCHOOL)
    assert refusals(other, item.replace(context, own_context)) == [404] * 5
    assert len(owner.get(f"{item}/results").json()) == 1


def test_another_schools_line_item_is_not_there(stage: Stage) -> None:
    caller = stage.caller()
    stage.launch(school=OTHER_SCHOOL)
    item = new_item(stage, caller)
    here = context_id(stage.tool.service.id, SCHOOL)
    there = context_id(stage.tool.service.id, OTHER_SCHOOL)
    assert refusals(caller, item.replace(here, there)) == [404] * 5
    shown = caller.get(stage.line_items(stage.launch(school=OTHER_SCHOOL))).json()
    assert item not in [row["id"] for row in shown]


def test_another_tools_context_is_not_there(stage: Stage) -> None:
    other = stage.caller(tool=stage.other)
    claims = stage.launch()
    assert other.get(stage.line_items(claims)).status_code == 404
    assert other.send("POST", stage.line_items(claims), ITEM).status_code == 404
    assert other.get(claims[MEMBERS]["context_memberships_url"]).status_code == 404


def test_rfc_6750_3_1_a_token_is_for_its_scopes_alone(stage: Stage) -> None:
    claims = stage.launch()
    item, members = new_item(stage, stage.caller()), claims[MEMBERS]["context_memberships_url"]
    container = stage.line_items(claims)
    allowed = {
        LINE_ITEM: {"list", "make", "show", "change"},
        LINE_ITEM_READ: {"list", "show"},
        SCORE: {"score"},
        RESULT_READ: {"results"},
        MEMBERS_READ: {"members"},
    }
    for scope, may in allowed.items():
        caller = stage.caller(scope)
        answers = {
            "list": caller.get(container),
            "make": caller.send("POST", container, ITEM),
            "show": caller.get(item),
            "change": caller.send("PUT", item, ITEM),
            "score": caller.score(item, score()),
            "results": caller.get(f"{item}/results"),
            "members": caller.get(members),
        }
        assert {name for name, answer in answers.items() if answer.ok} == may, scope
        refused = [answer for name, answer in answers.items() if name not in may]
        assert {answer.status_code for answer in refused} == {403}
        assert all("insufficient_scope" in a.headers["WWW-Authenticate"] for a in refused)


def test_a_school_that_switched_the_tool_off_has_no_context(stage: Stage) -> None:
    caller, claims = stage.caller(), stage.launch(school=OTHER_SCHOOL)
    grants, service = stage.repositories.grants, stage.tool.service.id
    grants.switch_off(OTHER_SCHOOL, service)
    wait_for_changes(stage.gateway)
    assert caller.get(stage.line_items(claims)).status_code == 403
    grants.switch_on(OTHER_SCHOOL, service)
    wait_for_changes(stage.gateway)
    assert caller.get(stage.line_items(claims)).status_code == 200


@pytest.mark.parametrize(
    "name", ["%00", "a%00b", "..%2f", "%27%20or%201=1", "é", "0" * 5000, "%20"]
)
def test_what_can_not_be_a_name_is_not_there(stage: Stage, name: str) -> None:
    caller, container = stage.caller(), stage.line_items(stage.launch())
    assert caller.get(f"{container}/{name}").status_code == 404
    context = container.split("/")[-2]
    assert caller.get(container.replace(context, name)).status_code == 404


def test_nothing_of_a_person_is_in_the_log_or_readable_in_the_database(stage: Stage) -> None:
    """A pseudonym, a name and a comment of the tool's: sealed or nowhere."""
    pseudonym, secret = "eck-geheim-77", "Zeer persoonlijk commentaar"
    stage.launch(pseudonym, names={"givenName": "Wolfram"})
    caller = stage.caller()
    item = new_item(stage, caller)
    assert caller.score(item, score(userId=pseudonym, comment=secret)).status_code == 204
    [result] = caller.get(f"{item}/results", user_id=pseudonym).json()
    assert (result["userId"], result["comment"]) == (pseudonym, secret)
    caller.get(stage.launch()[MEMBERS]["context_memberships_url"])
    kept = stage.dump() + (stage.gateway.directory / "log").read_text()
    assert "lti.score" in kept
    for value in (pseudonym, secret, "Wolfram", caller.token, PUPIL):
        assert value not in kept


def test_a_removed_tool_leaves_no_grades(stage: Stage) -> None:
    item = new_item(stage, stage.caller())
    stage.caller().score(item, score())
    assert scores_kept(stage) > 0
    stage.repositories.services.remove(stage.tool.service.id)
    assert scores_kept(stage) == 0


def scores_kept(stage: Stage) -> int:
    with stage.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(lti_scores)).scalar_one()

"""Names and Role Provisioning 2.0: who is in a context, and what may be known of them."""

import os
from dataclasses import replace
from typing import Any

import pytest

from gateway.core.model import Place, Release
from gateway.store.sealed import SealedState
from providers.suppliers.lti.services.claims import GRADES, MEMBERS
from providers.suppliers.lti.services.people import People
from providers.suppliers.lti.services.scopes import MEMBERS_READ, SCORE
from tests.core.memory import MemoryState
from tests.core.people import HeldClock
from tests.lti.stage import CLASSMATE, LEARNER, OTHER_SCHOOL, PUPIL, SCHOOL, TEACHER, Stage
from tests.parts.effect import wait_for_changes

CONTAINER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
NAMES = {"givenName": "Noor", "nlEduPersonTussenvoegsels": "van", "sn": "Dam", "mail": "n@x.test"}


def members(stage: Stage, claims: Any, **asked: str) -> dict[str, Any]:
    """The members by their user_id."""
    answer = stage.caller(MEMBERS_READ).get(claims[MEMBERS]["context_memberships_url"], **asked)
    assert answer.status_code == 200, answer.text
    return {row["user_id"]: row for row in answer.json()["members"]}


def test_pylti1p3_reads_the_members(stage: Stage) -> None:
    stage.launch(TEACHER, role="employee")
    claims = stage.launch()
    service = stage.tool.members(claims)
    found = {row["user_id"]: row for row in service.get_members()}
    assert found[PUPIL]["status"] == "Active"
    assert LEARNER in found[PUPIL]["roles"]
    assert INSTRUCTOR in found[TEACHER]["roles"]
    assert "message" not in found[PUPIL]
    context = service.get_context()
    assert context["title"] == "Esdoorn College"
    assert claims[MEMBERS]["context_memberships_url"].split("/")[-2] == context["id"]
    assert claims[MEMBERS]["service_versions"] == ["2.0"]


def test_pylti1p3_follows_the_pages_and_a_resource_link(stage: Stage) -> None:
    place = Place("Oefening-MET-hoofdletters", "https://tool.test/4")
    for pupil in (PUPIL, CLASSMATE, "eck-leerling-3"):
        stage.launch(pupil, place=place)
    claims = stage.launch("eck-leerling-4")
    address = claims[MEMBERS]["context_memberships_url"]
    service = stage.tool.members({MEMBERS: {"context_memberships_url": f"{address}?limit=1"}})
    found = service.get_members(place.id)
    assert {row["user_id"] for row in found} == {PUPIL, CLASSMATE, "eck-leerling-3"}
    assert len(found) == 3
    kind = "https://purl.imsglobal.org/spec/lti/claim/message_type"
    assert found[0]["message"] == [{kind: "LtiResourceLinkRequest"}]


@pytest.mark.parametrize("role", ["Instructor", INSTRUCTOR])
def test_nrps_2_4_1_by_role(stage: Stage, role: str) -> None:
    stage.launch(TEACHER, role="employee")
    found = members(stage, stage.launch(), role=role)
    assert TEACHER in found
    assert PUPIL not in found
    assert members(stage, stage.launch(), role="Mentor") == {}


def test_the_container_has_its_media_type_and_is_not_kept(stage: Stage) -> None:
    address = stage.launch()[MEMBERS]["context_memberships_url"]
    answer = stage.caller().get(address)
    assert answer.headers["Content-Type"] == CONTAINER
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["id"] == address


def test_a_context_has_the_people_of_its_own_school_and_tool(stage: Stage) -> None:
    here = stage.launch(PUPIL)
    elsewhere = stage.launch("eck-elders-2", school=OTHER_SCHOOL)
    stage.launch("eck-andere-tool", tool=stage.other)
    assert PUPIL not in members(stage, elsewhere)
    assert not {"eck-elders-2", "eck-andere-tool"} & members(stage, here).keys()


def test_names_are_what_the_school_releases_now(stage: Stage) -> None:
    """What a launch carried is given on only as long as the school lets the tool know it."""
    claims = stage.launch("eck-met-naam", names=NAMES)
    assert members(stage, claims)["eck-met-naam"].keys() == {"status", "user_id", "roles"}
    grants, service = stage.repositories.grants, stage.tool.service.id
    grants.grant(SCHOOL, service, "givenName")
    grants.grant(SCHOOL, service, "mail")  # granted, but not asked by the tool
    wait_for_changes(stage.gateway)
    shown = members(stage, claims)["eck-met-naam"]
    assert shown["given_name"] == "Noor"
    assert not {"name", "family_name", "email"} & shown.keys()
    grants.revoke(SCHOOL, service, "givenName")
    wait_for_changes(stage.gateway)
    assert "given_name" not in members(stage, claims)["eck-met-naam"]


def test_a_tool_without_the_scope_has_no_members_and_none_are_kept(stage: Stage) -> None:
    with stage.registered(scopes=[SCORE]):
        stage.parts.registry.refresh()
        service = stage.parts.registry.service(stage.tool.service.id)
        release = Release(service.id, "eck-niet-bewaard", {}, 0, "", "")
        place = Place("x", "https://tool.test/x")
        assert MEMBERS not in stage.services.claims_for(service, release, place)
        assert GRADES in stage.services.claims_for(service, release, place)
        stage.services.remember_member(service, release, [LEARNER], place)
    people = People(stage.parts)
    assert people.members(service.id, "") == []


def test_a_member_leaves_within_a_session_though_others_come(stage: Stage) -> None:
    clock = HeldClock()
    people = People(_held(stage, clock))
    session = stage.parts.settings.session_seconds
    place = Place("x", "https://tool.test/x")
    for number in range(16):
        release = Release("tool", f"eck-{number}", {}, 0, "", "")
        people.remember_member("99XA", release, [], place)
        shown = {member.pseudonym for member in people.members("tool", "99XA")}
        assert shown == {f"eck-{n}" for n in range(max(0, number - 7), number + 1)}
        clock.now += session / 8
    clock.now += session
    assert people.members("tool", "99XA") == []


def _held(stage: Stage, clock: HeldClock) -> Any:
    """Parts whose clock the test moves."""
    state = SealedState(MemoryState(clock), os.urandom(32))
    return replace(stage.parts, clock=clock, state=state)

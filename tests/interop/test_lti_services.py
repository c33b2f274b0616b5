"""pylti1p3 as the tool at the services, after launches of a pupil and a teacher."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

from providers.suppliers.lti.services.claims import MEMBERS
from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER, Person
from tests.flows.hub import Hub, hinted, run_hub
from tests.lti.stage import LEARNER, add_tool
from tests.lti.tool import Tool, run_key_set
from tests.parts.effect import wait_for_lti_service
from tests.parts.gateway import Gateway
from tests.parts.lti_tool import LtiTool, run_lti_tool
from tests.parts.registration import add_link, grant


@dataclass(frozen=True, slots=True)
class Class:
    """A tool that a school uses: `page` is where it is launched, `tool` asks the services."""

    hub: Hub
    page: LtiTool
    tool: Tool

    def launch(self, browser: Browser, person: Person) -> dict[str, Any]:
        """A person follows a deep link; what the launch says."""
        link = add_link(self.hub.gateway, self.tool.service.id, f"{self.page.base}/les/3")
        page = self.hub.at_school(browser, browser.open(hinted(link)), person)
        assert page.url == self.page.launch, page
        return dict(json.loads(page.text))


@pytest.fixture(scope="module")
def lesson(gateway: Gateway) -> Iterator[Class]:
    keys = rsa_key("lestool")
    with run_hub(gateway) as hub, run_lti_tool() as page, run_key_set(keys) as published:
        tool = add_tool(gateway, "lestool", "--jwks-uri", published.address, base=page.base)
        page.configure(gateway.base, tool.client_id)
        wait_for_lti_service(gateway, tool.client_id)
        grant(gateway, SAML_SCHOOL, tool.service.id, "givenName")
        yield Class(hub, page, tool)


def test_a_pupil_is_graded_and_a_teacher_reads_it_and_the_class(lesson: Class) -> None:
    with lesson.hub.browser() as browser:
        pupil = lesson.launch(browser, PUPIL)
    with lesson.hub.browser() as browser:
        teacher = lesson.launch(browser, TEACHER)
    grades = lesson.tool.grades(pupil)
    item = grades.find_or_create_lineitem(
        LineItem().set_tag("les-3").set_score_maximum(10).set_label("Les 3")
    )
    grade = Grade().set_user_id(pupil["sub"]).set_score_given(8).set_score_maximum(10)
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    grades.put_grade(grade.set_timestamp(datetime.now(UTC).isoformat()), item)
    [result] = lesson.tool.grades(teacher).get_grades(item)
    assert (result["userId"], result["resultScore"]) == (pupil["sub"], 8)
    members = {row["user_id"]: row for row in lesson.tool.members(teacher).get_members()}
    assert members.keys() == {pupil["sub"], teacher["sub"]}
    assert LEARNER in members[pupil["sub"]]["roles"]
    assert LEARNER not in members[teacher["sub"]]["roles"]
    assert members[pupil["sub"]]["given_name"] == PUPIL.given_name == pupil["given_name"]
    assert "family_name" not in members[pupil["sub"]]
    assert pupil[MEMBERS] == teacher[MEMBERS]

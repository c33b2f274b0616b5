"""Assignment and Grade Services 2.0, with pylti1p3 as the tool where it can ask."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

from gateway.core.model import Place
from providers.suppliers.lti.services.claims import GRADES
from tests.lti.stage import CLASSMATE, OTHER_SCHOOL, PUPIL, TEACHER, Stage
from tests.lti.tool import Caller

CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"


def moment(seconds: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def score(**changes: Any) -> dict[str, Any]:
    """A good score with some members changed; those that are `...` are left out."""
    good = {
        "userId": PUPIL,
        "timestamp": moment(),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 7,
        "scoreMaximum": 10,
    }
    return {name: value for name, value in (good | changes).items() if value is not ...}


def new_item(stage: Stage, caller: Caller, **changes: Any) -> str:
    """The address of a new line item."""
    body = {"label": "Toets", "scoreMaximum": 10, **changes}
    answer = caller.send("POST", stage.line_items(stage.launch()), body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == answer.json()["id"]
    return str(answer.json()["id"])


def test_pylti1p3_makes_a_line_item_once_and_puts_and_reads_grades(stage: Stage) -> None:
    claims = stage.launch()
    service = stage.tool.grades(claims)
    wanted = LineItem().set_tag("Pylti").set_score_maximum(20).set_label("Hoofdstuk 3")
    made = service.find_or_create_lineitem(wanted)
    assert service.find_or_create_lineitem(wanted).get_id() == made.get_id()
    grade = Grade().set_user_id(PUPIL).set_score_given(7.5).set_score_maximum(10)
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    grade.set_timestamp(moment()).set_comment("Goed gedaan <3")
    service.put_grade(grade, made)
    [result] = service.get_grades(made)
    address = result.pop("id")
    assert address.startswith(f"{made.get_id()}/results/")
    assert PUPIL not in address
    assert result == {
        "scoreOf": made.get_id(),
        "userId": PUPIL,
        "resultScore": 15,
        "resultMaximum": 20,
        "comment": "Goed gedaan <3",
    }


def test_pylti1p3_follows_the_pages_of_a_container(stage: Stage) -> None:
    """Also with a filter that has capitals, though it reads the Link header in lower case."""
    caller, claims = stage.caller(), stage.launch()
    mine = {new_item(stage, caller, tag="Veel", label=f"Toets {n}") for n in range(5)}
    first = caller.get(stage.line_items(claims), tag="Veel", limit="2")
    assert first.headers["Content-Type"] == CONTAINER
    assert len(first.json()) == 2
    service = stage.tool.grades(claims)
    service._service_data = {
        **claims[GRADES],
        "lineitems": f"{stage.line_items(claims)}?tag=Veel&limit=2",
    }
    assert {item["id"] for item in service.get_lineitems()} == mine


def test_ags_3_1_a_place_with_one_line_item_says_which(stage: Stage) -> None:
    caller, place = stage.caller(), Place("oefening-9", "https://tool.test/9")
    assert "lineitem" not in stage.launch(place=place)[GRADES]
    item = new_item(stage, caller, resourceLinkId=place.id)
    claims = stage.launch(place=place)
    assert claims[GRADES]["lineitem"] == item
    assert stage.tool.grades(claims).get_lineitem().get_id() == item
    new_item(stage, caller, resourceLinkId=place.id)
    assert "lineitem" not in stage.launch(place=place)[GRADES]


def test_a_line_item_of_a_content_item_is_made_once(stage: Stage) -> None:
    place = Place("oefening-12", "https://tool.test/12", "Oefening 12")
    for proposal in (
        {"scoreMaximum": 0},
        {"scoreMaximum": 8, "tag": "gekozen"},
        {"scoreMaximum": 9},
    ):
        stage.propose(place, proposal)
    item = stage.caller().get(stage.launch(place=place)[GRADES]["lineitem"]).json()
    assert item.pop("id")
    assert item == {
        "label": "Oefening 12",
        "scoreMaximum": 8,
        "resourceLinkId": place.id,
        "tag": "gekozen",
    }


def test_ags_3_2_4_the_container_is_filtered(stage: Stage) -> None:
    caller, container = stage.caller(), stage.line_items(stage.launch())
    item = new_item(stage, caller, resourceId="r-1", tag="zo", resourceLinkId="oefening-7")
    new_item(stage, caller, resourceId="r-2", tag="zo", resourceLinkId="oefening-8")
    for asked in (
        {"resource_id": "r-1"},
        {"resource_link_id": "oefening-7"},
        {"resource_id": "r-1", "tag": "zo"},
    ):
        assert [row["id"] for row in caller.get(container, **asked).json()] == [item]
    assert caller.get(container, resource_id="r-1", tag="niet").json() == []


def test_a_line_item_is_changed_and_removed_with_its_scores(stage: Stage) -> None:
    caller = stage.caller()
    item = new_item(stage, caller, tag="weg", resourceLinkId="oefening-5", startDateTime=moment())
    assert caller.score(item, score()).status_code == 204
    body = {"label": "Herkansing", "scoreMaximum": 100}
    changed = caller.send("PUT", item, body)
    assert changed.json() == {"id": item, "resourceLinkId": "oefening-5", **body}
    assert caller.get(item).json() == changed.json()
    assert caller.get(f"{item}/results").json()[0]["resultScore"] == 70
    assert caller.delete(item).status_code == 204
    for gone in (caller.get(item), caller.delete(item), caller.score(item, score())):
        assert gone.status_code == 404


def test_ags_3_4_7_an_older_score_does_not_take_the_place_of_a_newer(stage: Stage) -> None:
    caller = stage.caller()
    item, noon = new_item(stage, caller), moment(-60)
    assert caller.score(item, score(timestamp=noon, scoreGiven=8)).status_code == 204
    for earlier in (noon, moment(-3600)):
        assert caller.score(item, score(timestamp=earlier, scoreGiven=1)).status_code == 409
    assert caller.get(f"{item}/results").json()[0]["resultScore"] == 8
    assert caller.score(item, score(scoreGiven=9)).status_code == 204
    assert caller.get(f"{item}/results").json()[0]["resultScore"] == 9


def test_times_in_other_zones_are_compared_as_moments(stage: Stage) -> None:
    caller = stage.caller()
    item = new_item(stage, caller)
    assert caller.score(item, score(timestamp="2026-01-05T12:00:00.000+01:00")).status_code == 204
    assert caller.score(item, score(timestamp="2026-01-05T11:00:00.000Z")).status_code == 409
    assert caller.score(item, score(timestamp="2026-01-05T11:00:00.001Z")).status_code == 204


def test_ags_3_4_4_more_than_the_maximum_is_a_score(stage: Stage) -> None:
    caller = stage.caller()
    item = new_item(stage, caller, scoreMaximum=4)
    assert caller.score(item, score(scoreGiven=12.5)).status_code == 204
    assert caller.get(f"{item}/results").json()[0]["resultScore"] == 5


@pytest.mark.parametrize(
    "later",
    [
        {"scoreGiven": ..., "scoreMaximum": ...},
        {"scoreGiven": None},
        {"gradingProgress": "Pending"},
        {"gradingProgress": "NotReady", "activityProgress": "Initialized"},
    ],
)
def test_what_is_no_final_score_is_no_result(stage: Stage, later: dict[str, Any]) -> None:
    caller = stage.caller()
    item = new_item(stage, caller)
    assert caller.score(item, score(timestamp=moment(-5))).status_code == 204
    assert len(caller.get(f"{item}/results").json()) == 1
    assert caller.score(item, score(**later)).status_code == 204
    assert caller.get(f"{item}/results").json() == []


def test_ags_3_3_results_come_by_pages_or_of_one_person(stage: Stage) -> None:
    caller = stage.caller()
    item = new_item(stage, caller)
    for pupil in (PUPIL, CLASSMATE):
        stage.launch(pupil)
        assert caller.score(item, score(userId=pupil)).status_code == 204
    [one] = caller.get(f"{item}/results", user_id=CLASSMATE).json()
    assert one["userId"] == CLASSMATE
    first = caller.get(f"{item}/results", limit="1")
    second = caller.get(first.links["next"]["url"])
    assert "next" not in second.links
    assert {row["userId"] for row in first.json() + second.json()} == {PUPIL, CLASSMATE}
    assert caller.get(f"{item}/results", user_id="eck-onbekend").json() == []


def test_a_learner_is_graded_after_the_session(stage: Stage) -> None:
    """Whoever has a score keeps a place in the gradebook, and so has who launched lately."""
    caller = stage.caller()
    item = new_item(stage, caller)
    assert caller.score(item, score()).status_code == 204
    digest = stage.forget_learner(PUPIL)
    assert stage.parts.state.get(digest) is None
    assert caller.score(item, score(scoreGiven=3)).status_code == 204


STRANGERS = ["eck-nooit-geweest", "eck-elders-1", TEACHER]


@pytest.mark.parametrize("user", STRANGERS)
def test_ags_3_4_who_is_no_learner_of_this_context_gets_no_score(stage: Stage, user: str) -> None:
    caller = stage.caller()
    stage.launch("eck-elders-1", school=OTHER_SCHOOL)
    stage.launch(TEACHER, role="employee")
    item = new_item(stage, caller)
    assert caller.score(item, score(userId=user)).status_code == 422
    assert caller.get(f"{item}/results").json() == []
    assert caller.score(item, score()).status_code == 204


BAD_SCORES: dict[str, dict[str, Any]] = {
    "no user": {"userId": ...},
    "a user that is a list": {"userId": [PUPIL]},
    "half a letter": {"userId": "\ud800"},
    "an empty letter": {"userId": "a\0b"},
    "no timestamp": {"timestamp": ...},
    "a time without a zone": {"timestamp": "2026-01-05T11:00:00"},
    "a time to come": {"timestamp": "2126-01-05T11:00:00Z"},
    "no time": {"timestamp": "gisteren"},
    "an unknown activity": {"activityProgress": "Klaar"},
    "no grading": {"gradingProgress": ...},
    "a score below 0": {"scoreGiven": -0.01},
    "a score as text": {"scoreGiven": "7"},
    "a score that is true": {"scoreGiven": True},
    "a score without a maximum": {"scoreMaximum": ...},
    "a maximum of 0": {"scoreMaximum": 0},
    "a huge score": {"scoreGiven": 1e12},
    "a huger score": {"scoreGiven": 10**400},
    "NaN": {"scoreGiven": float("nan")},
    "Infinity": {"scoreGiven": float("inf")},
    "a maximum that is NaN": {"scoreMaximum": float("nan")},
    "a comment that is no text": {"comment": {"a": 1}},
    "a long comment": {"comment": "x" * 10_001},
}


@pytest.mark.parametrize("changes", BAD_SCORES.values(), ids=BAD_SCORES)
def test_a_score_that_is_not_one_is_refused_and_not_kept(
    stage: Stage, changes: dict[str, Any]
) -> None:
    caller = stage.caller()
    item = new_item(stage, caller)
    answer = caller.score(item, score(**changes))
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert caller.get(f"{item}/results").json() == []


BAD_BODIES = ["", "nee", "[]", "null", '{"a":' * 5000, '{"label": "x", "scoreMaximum": 1e400}']


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_body_that_is_no_line_item_is_refused(stage: Stage, body: str) -> None:
    answer = stage.caller().send("POST", stage.line_items(stage.launch()), body)
    assert answer.status_code == 400


BAD_ITEMS: dict[str, dict[str, Any]] = {
    "no label": {"scoreMaximum": 1},
    "an empty label": {"label": "", "scoreMaximum": 1},
    "a long label": {"label": "x" * 1001, "scoreMaximum": 1},
    "no maximum": {"label": "x"},
    "a maximum of 0": {"label": "x", "scoreMaximum": 0},
    "a maximum below 0": {"label": "x", "scoreMaximum": -1},
    "NaN": {"label": "x", "scoreMaximum": float("nan")},
    "a huge maximum": {"label": "x", "scoreMaximum": 10**4000},
    "a tag that is no text": {"label": "x", "scoreMaximum": 1, "tag": 7},
    "a tag with an empty letter": {"label": "x", "scoreMaximum": 1, "tag": "a\0"},
    "a label of half a letter": {"label": "\udfff", "scoreMaximum": 1},
    "a time without a zone": {"label": "x", "scoreMaximum": 1, "endDateTime": "2026-01-01"},
}


@pytest.mark.parametrize("body", BAD_ITEMS.values(), ids=BAD_ITEMS)
def test_a_line_item_that_is_not_one_is_refused(stage: Stage, body: dict[str, Any]) -> None:
    caller, container = stage.caller(), stage.line_items(stage.launch())
    before = caller.get(container).json()
    assert caller.send("POST", container, body).status_code == 400
    assert caller.get(container).json() == before


def test_another_media_type_is_refused(stage: Stage) -> None:
    caller, container = stage.caller(), stage.line_items(stage.launch())
    body = {"label": "x", "scoreMaximum": 1}
    assert caller.send("POST", container, body, "application/json").status_code == 415
    item = new_item(stage, caller)
    assert caller.send("POST", f"{item}/scores", score()).status_code == 415


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "veel"},
        {"limit": "²"},
        {"page": "zz"},
        {"page": "5b5d"},
        {"tag": "a\0b"},
        {"page": "7b22746167223a377d"},
    ],
)
def test_a_page_that_is_not_one_is_refused(stage: Stage, asked: dict[str, str]) -> None:
    answer = stage.caller().get(stage.line_items(stage.launch()), **asked)
    assert answer.status_code == 400


def test_a_label_is_data_and_never_markup(stage: Stage) -> None:
    caller, label = stage.caller(), "<script>alert(1)</script>\"'&"
    answer = caller.get(new_item(stage, caller, label=label))
    assert answer.json()["label"] == label
    assert answer.headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

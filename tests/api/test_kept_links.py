"""A school's software sees the school's links, changes them, and takes over those of who left."""

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.core.makers import mark_of
from gateway.core.model import Audience, Brin
from gateway.store.links import LinkBook
from tests.api.conftest import TARGET, Stage
from tests.parts.link_book import keep, open_links

HERE, ELSEWHERE = Brin("99XA"), Brin("99XB")
PATH = "/api/v1/links"


@pytest.fixture
def book(stage: Stage) -> Iterator[LinkBook]:
    with open_links(stage.gateway) as found:
        yield found


def made(stage: Stage, book: LinkBook, maker: str, school: Brin = HERE, **changes: object) -> str:
    """A link of a teacher; its code."""
    whole = {"school": school, "maker": maker, "audience": Audience(school), **changes}
    return keep(stage.gateway, book, stage.service, f"{TARGET}les", **whole).rpartition("/")[2]


def listed(stage: Stage) -> dict[str, dict[str, Any]]:
    found, onward = {}, PATH
    while onward:
        page = stage.school.send("GET", onward).json()
        found |= {each["code"]: each for each in page["links"]}
        onward = page["next"]
    return found


def test_the_links_of_the_school_are_told_apart_by_maker_and_name_nobody(
    stage: Stage, book: LinkBook
):
    one, two = (made(stage, book, "pseudonym-1", title=title) for title in ("Een", "Twee"))
    other = made(stage, book, "pseudonym-2", stopped_at=5)
    elsewhere = made(stage, book, "pseudonym-1", ELSEWHERE)
    by_software = stage.school.link({"service": stage.service, "target": TARGET}).json()["code"]
    found = listed(stage)
    assert found[one]["maker"] == found[two]["maker"] == mark_of(HERE, "pseudonym-1")
    assert found[one]["maker"] not in {found[other]["maker"], mark_of(ELSEWHERE, "pseudonym-1")}
    assert (found[one]["title"], found[one]["state"]) == ("Een", "works")
    assert found[other]["state"] == "stopped"
    assert found[by_software]["maker"] is None
    assert elsewhere not in found
    assert "pseudonym" not in str(found)


def test_more_links_than_a_page_holds_come_in_pages(stage: Stage, book: LinkBook):
    codes = {made(stage, book, "pseudonym-9") for _ in range(205)}
    page = stage.school.send("GET", PATH).json()
    assert (len(page["links"]), page["next"]) == (200, f"{PATH}?page=2")
    assert codes <= listed(stage).keys()


def test_a_link_is_changed_stopped_and_set_going_again(stage: Stage, book: LinkBook):
    path = f"{PATH}/{made(stage, book, 'pseudonym-3', title='Oud', note='Blijft')}"
    changed = stage.school.send("PATCH", path, json={"title": "Nieuw"}).json()
    assert (changed["title"], changed["state"]) == ("Nieuw", "works")
    stopped = stage.school.send("PATCH", path, json={"stopped": True}).json()
    assert (stopped["title"], stopped["state"]) == ("Nieuw", "stopped")
    assert stage.school.send("PATCH", path, json={"stopped": False}).json()["state"] == "works"
    assert book.find(path.rpartition("/")[2]).link.note == "Blijft"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": 3}, "/title"),
        ({"stopped": "yes"}, "/stopped"),
        ({"valid_until": "2090-01-01T00:00:00Z"}, "/valid_until"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "/valid_until"),
        ({"maker": "x"}, "/maker"),
        ({"target": TARGET}, "/target"),
    ],
)
def test_a_change_that_can_not_be_is_named(
    stage: Stage, book: LinkBook, change: dict[str, object], place: str
):
    path = f"{PATH}/{made(stage, book, 'pseudonym-3')}"
    answer = stage.school.send("PATCH", path, json=change)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]


def test_a_link_of_another_school_is_unknown_and_stays(stage: Stage, book: LinkBook):
    code = made(stage, book, "pseudonym-1", ELSEWHERE)
    answer = stage.school.send("PATCH", f"{PATH}/{code}", json={"stopped": True})
    assert (answer.status_code, answer.json()["code"]) == (404, "KP-401")
    assert book.find(code).link.stopped_at is None


def test_links_of_who_left_go_on_with_another_of_the_school(stage: Stage, book: LinkBook):
    left = [made(stage, book, "pseudonym-5") for _ in range(2)]
    made(stage, book, "pseudonym-6")
    elsewhere = made(stage, book, "pseudonym-5", ELSEWHERE)
    marks = {"from": mark_of(HERE, "pseudonym-5"), "to": mark_of(HERE, "pseudonym-6")}
    answer = stage.school.send("POST", f"{PATH}/takeover", json=marks)
    assert (answer.status_code, answer.json()) == (200, {"links": 2})
    assert {book.find(code).link.maker for code in left} == {"pseudonym-6"}
    assert book.find(elsewhere).link.maker == "pseudonym-5"


@pytest.mark.parametrize(
    ("leaves", "stays", "place"),
    [
        ("pseudonym-8", "nobody", "/to"),
        ("nobody", "pseudonym-8", "/from"),
        ("pseudonym-8", "pseudonym-8", "/to"),
        ("pseudonym-7", "pseudonym-8", "/from"),
    ],
)
def test_a_takeover_is_between_two_makers_of_the_school(
    stage: Stage, book: LinkBook, leaves: str, stays: str, place: str
):
    """pseudonym-7 makes links at another school alone."""
    made(stage, book, "pseudonym-8")
    made(stage, book, "pseudonym-7", ELSEWHERE)
    marks = {"from": mark_of(HERE, leaves), "to": mark_of(HERE, stays)}
    answer = stage.school.send("POST", f"{PATH}/takeover", json=marks)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]


@pytest.mark.parametrize("name", ["supplier", "stranger"])
def test_a_school_alone_gets_at_its_links(stage: Stage, book: LinkBook, name: str):
    caller, refused = getattr(stage, name), {"supplier": 403, "stranger": 401}[name]
    code = made(stage, book, "pseudonym-1")
    assert caller.send("GET", PATH).status_code == refused
    assert caller.send("PATCH", f"{PATH}/{code}", json={}).status_code == refused
    assert caller.send("POST", f"{PATH}/takeover", json={}).status_code == refused

"""`ketenpoort link`: links to fragments, which of them lead nowhere, and taking over."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.days import begin_of, today, usual_end
from gateway.core.materials import Publication, PublishedFragment
from gateway.core.model import Brin, Link
from gateway.install import prepare
from gateway.settings import load_settings
from gateway.store.repositories import Repositories, open_repositories
from tests.operations.command import Operator

BASE = "https://rekenen.linde.example"
TARGET = f"{BASE}/les/3"
EXERCISE = PublishedFragment("o-3", "Opgave 3", "exercise", TARGET)
CHAPTER = PublishedFragment("h-1", "Hoofdstuk 1", "chapter", f"{BASE}/les", parts=(EXERCISE,))
BOOK = Publication("9789000000001", "Rekenen 3", parts=(CHAPTER,))


@pytest.fixture
def database(operator: Operator) -> Repositories:
    settings = {"DATA_DIR": str(operator.directory), **operator.settings}
    named = {f"KETENPOORT_{name}": value for name, value in settings.items()}
    return open_repositories(prepare(load_settings(named)))


@pytest.fixture
def fragment(database: Repositories, service: str) -> str:
    """The id of an exercise."""
    database.catalogue.publish(service, [BOOK], whole=True)
    found = database.catalogue.at_address(service, TARGET)
    assert found
    return found.id


def add(operator: Operator, fragment: str) -> str:
    return str(operator.read("link", "add", "--fragment", fragment)["code"])


def test_a_link_to_a_fragment_is_shown_with_all_that_it_is(
    operator: Operator, service: str, fragment: str
) -> None:
    code = add(operator, fragment)
    typed = f"{code[:3]}-{code[3:7]}-{code[7:]}".upper()
    shown = operator.read("link", "show", typed)
    assert (shown["code"], shown["service"], shown["fragment"]) == (code, service, fragment)
    assert (shown["title"], shown["target"]) == ("Opgave 3", TARGET)
    assert (shown["state"], shown["uses"]) == ("works", 0)


def end_of(operator: Operator, fragment: str, *options: str) -> int | None:
    """When a link that was made with these options ends."""
    code = operator.read("link", "add", "--fragment", fragment, *options)["code"]
    until: int | None = operator.read("link", "show", code)["valid_until"]
    return until


def test_a_link_ends_unless_the_operator_says_never(operator: Operator, fragment: str) -> None:
    now = time.time()
    assert end_of(operator, fragment) == usual_end(now)
    day = today(now) + timedelta(days=30)
    assert end_of(operator, fragment, "--until", f"{day}") == begin_of(day + timedelta(days=1))
    assert end_of(operator, fragment, "--forever") is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--until", "2090-01-01"], "three years at most; --forever"),
        (["--until", "2020-01-01"], "over already"),
        (["--until", "2090-01-01", "--forever"], "--until or --forever"),
    ],
)
def test_an_end_that_can_not_be_is_said(
    operator: Operator, fragment: str, options: list[str], says: str
) -> None:
    assert says in operator.refused("link", "add", "--fragment", fragment, *options)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--service", "svc-x"],
        ["--target", TARGET],
        ["--fragment", "f", "--target", TARGET],
        ["--fragment", "f", "--service", "svc-x", "--target", TARGET],
    ],
)
def test_a_link_needs_one_goal(operator: Operator, options: list[str]) -> None:
    said = operator.refused("link", "add", *options)
    assert said == "give --service and --target, or --fragment alone"


def test_a_fragment_that_is_not_there_is_named(operator: Operator, service: str) -> None:
    assert "frg-x" in operator.refused("link", "add", "--fragment", "frg-x")


def test_a_fragment_that_can_not_be_opened_gets_no_link(
    operator: Operator, database: Repositories, service: str, fragment: str
) -> None:
    database.catalogue.publish(service, [replace(BOOK, parts=())], whole=True)
    assert "is gone, or a heading" in operator.refused("link", "add", "--fragment", fragment)


def test_check_finds_what_leads_nowhere_and_only_that(
    operator: Operator, database: Repositories, service: str, fragment: str
) -> None:
    good, stopped = (
        operator.read("link", "add", "--service", service, "--target", TARGET)["code"]
        for _ in range(2)
    )
    gone = add(operator, fragment)
    for link in (
        Link("uit2", service, "https://elders.example/", 1),
        Link("uit3", service, "https://elders.example/", 1, valid_from=int(time.time()) + 9999),
        Link("uit4", service, "https://elders.example/", 1, valid_until=2),
    ):
        database.links.add(link)
    operator.good("link", "stop", stopped)
    assert [row["code"] for row in operator.read("link", "check")] == ["uit2", "uit3"]
    database.catalogue.publish(
        service, [replace(BOOK, parts=(replace(CHAPTER, parts=()),))], whole=True
    )
    assert {row["code"]: row["state"] for row in operator.read("link", "check")} == {
        "uit2": "outside the service's addresses",
        "uit3": "outside the service's addresses",
        gone: "fragment gone",
    }
    nearest = operator.read("link", "show", gone)["nearest"]
    assert database.catalogue.fragment(nearest)[1].title == "Hoofdstuk 1"
    database.services.replace(replace(database.services.find(service), active=False))
    states = {row["code"]: row["state"] for row in operator.read("link", "check")}
    assert states[good] == "service switched off"
    assert stopped not in states


def test_a_link_is_broken_where_its_school_switched_the_service_off(
    operator: Operator, database: Repositories, school: str, service: str
) -> None:
    for code, brin in (("van99xa", Brin(school)), ("van99xb", Brin("99XB")), ("beheer", None)):
        database.links.add(Link(code, service, TARGET, 1, school=brin))
    database.grants.switch_off(school, service)
    (row,) = operator.read("link", "check")
    assert (row["code"], row["state"]) == ("van99xa", "switched off by the school")
    database.grants.switch_on(school, service)
    assert operator.read("link", "check") == []


def test_links_of_who_left_go_to_who_made_another(
    operator: Operator, database: Repositories, service: str
) -> None:
    for code, school, maker in (
        ("weg1", "99XA", "p1"),
        ("weg2", "99XA", "p1"),
        ("blijft", "99XA", "p2"),
        ("ander", "99XB", "p1"),
        ("bouwer", "99XA", None),
    ):
        made = Link(code, service, TARGET, 1, school=Brin(school), maker=maker)
        database.links.add(made)
    words = ("link", "takeover", "--school", "99XA", "--from")
    for left, stays in (("ander", "blijft"), ("weg1", "ander"), ("bouwer", "blijft")):
        assert "no teacher of school 99XA" in operator.refused(*words, left, "--to", stays)
    assert "one teacher" in operator.refused(*words, "weg1", "--to", "weg2")
    assert "there is no link geen" in operator.refused(*words, "geen", "--to", "weg1")
    said = operator.good(*words, "weg1", "--to", "blijft")
    assert said == "2 links go on with who made blijft\n"
    mine = database.links.made_by(Brin("99XA"), "p2")
    assert {each.link.code for each in mine} == {"weg1", "weg2", "blijft"}
    assert database.links.find("ander").link.maker == "p1"
    assert "p1" not in said

"""An administrator gives the links of a teacher who left to a colleague."""

import time
from collections.abc import Iterator

import pytest
from werkzeug.test import Client, TestResponse

from gateway.core.makers import mark_of
from gateway.core.model import Audience, Brin, Link
from tests.consoles.gateway_at_rest import BASE, SCHOOL, SERVICE, AtRest, make
from tests.consoles.roles import Role
from tests.parts.process import run_directory

PAGE = "/school-console/links"
LEFT, STAYS, OTHER = "pseudonym-left", "pseudonym-stays", "pseudonym-other"
ELSEWHERE = Brin("99XB")


@pytest.fixture(scope="module")
def at_rest() -> Iterator[AtRest]:
    with run_directory("takeover") as directory:
        yield make(directory)


@pytest.fixture
def desk(at_rest: AtRest) -> Client:
    return at_rest.client(Role.ADMINISTRATOR)


def made(at_rest: AtRest, maker: str | None, title: str, school: Brin = SCHOOL) -> str:
    """A link of a teacher; its code."""
    code = f"kp{time.monotonic_ns():x}"
    link = Link(code, SERVICE, "https://wilg.test/les", int(time.time()), title=title)
    of_maker = {"school": school, "maker": maker, "audience": Audience(school)}
    at_rest.parts.links.add(Link(**{**_fields(link), **of_maker}))
    return code


def _fields(link: Link) -> dict[str, object]:
    return {name: getattr(link, name) for name in link.__dataclass_fields__}


def send(desk: Client, path: str, **fields: str) -> TestResponse:
    page = desk.get(PAGE, base_url=BASE).text
    token = page.rpartition('name="csrf_token" value="')[2].partition('"')[0]
    return desk.post(path, data={"csrf_token": token, **fields}, base_url=BASE)


def of(at_rest: AtRest, maker: str, school: Brin = SCHOOL) -> set[str]:
    return {each.link.title for each in at_rest.parts.links.made_by(school, maker)}


def test_all_links_of_who_left_go_on_with_the_colleague(at_rest: AtRest, desk: Client) -> None:
    """Shown first; by the address, or by the code as it stands on a board."""
    left = made(at_rest, LEFT, "Breuken")
    made(at_rest, LEFT, "Procenten")
    stays = made(at_rest, STAYS, "Vlakke figuren")
    made(at_rest, OTHER, "Kansen")
    made(at_rest, LEFT, "Van elders", ELSEWHERE)
    named = {"leaves": f"{BASE}/d/{left}", "stays": f" {stays.upper()} "}
    shown = send(desk, PAGE, **named)
    assert shown.status_code == 200
    for title in ("2 links gaan naar de collega", "Breuken", "Procenten", "Vlakke figuren"):
        assert title in shown.text
    assert "Kansen" not in shown.text
    assert "Van elders" not in shown.text
    assert of(at_rest, LEFT) == {"Breuken", "Procenten"}, "nothing was done yet"
    done = send(desk, f"{PAGE}/takeover", **named)
    assert "2 links gaan verder bij de collega." in done.text
    assert of(at_rest, STAYS) == {"Breuken", "Procenten", "Vlakke figuren"}
    assert of(at_rest, LEFT) == set()
    assert of(at_rest, OTHER) == {"Kansen"}
    assert of(at_rest, LEFT, ELSEWHERE) == {"Van elders"}
    act = list(at_rest.books.acts.all())[-1].act
    assert (act.act, act.object) == ("links taken over", SCHOOL)
    assert mark_of(SCHOOL, LEFT) in act.before
    assert LEFT not in act.before + act.after


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/takeover"])
@pytest.mark.parametrize("which", ["leaves", "stays"])
def test_a_link_of_nobody_here_is_refused_all_alike(
    at_rest: AtRest, desk: Client, which: str, path: str
) -> None:
    """Of another school, of software, or not there: an administrator learns of none which it is."""
    good = {"leaves": made(at_rest, LEFT, "Een"), "stays": made(at_rest, STAYS, "Twee")}
    before = of(at_rest, LEFT), of(at_rest, STAYS), of(at_rest, STAYS, ELSEWHERE)
    pages = set()
    for bad in (
        made(at_rest, STAYS, "Van elders", ELSEWHERE),
        made(at_rest, None, "Van een programma"),
        "bcdfghjklm",
        "",
        "' OR 1=1 --",
    ):
        answer = send(desk, path, **{**good, which: bad})
        assert answer.status_code == 422
        assert answer.text.count("Geen leraar van jullie school heeft deze link gemaakt.") == 1
        pages.add("Van elders" in answer.text or "Van een programma" in answer.text)
    assert pages == {False}
    after = of(at_rest, LEFT), of(at_rest, STAYS), of(at_rest, STAYS, ELSEWHERE)
    assert (after[0], after[1], after[2] - {"Van elders"}) == (
        *before[:2],
        before[2] - {"Van elders"},
    )


def test_to_oneself_is_refused(at_rest: AtRest, desk: Client) -> None:
    one, two = made(at_rest, OTHER, "Een"), made(at_rest, OTHER, "Twee")
    answer = send(desk, f"{PAGE}/takeover", leaves=one, stays=two)
    assert answer.status_code == 422
    assert "Het is dezelfde leraar." in answer.text

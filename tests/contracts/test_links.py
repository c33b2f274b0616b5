"""The port `Links`, on SQLite and PostgreSQL."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, insert

from gateway.core.materials import Fragment, Material, Objective
from gateway.core.model import Audience, Brin, Link
from gateway.core.ports import Whereabouts
from gateway.errors import RegistrationRefused, UnknownLink
from gateway.store.links import LinkBook
from gateway.store.material_rows import fragment_row, material_row
from gateway.store.repositories import Repositories
from gateway.store.tables import fragments, materials
from tests.contracts.invented import LINK, SERVICE, brins
from tests.contracts.stores import WAIT_SECONDS

HERE, BRANCH, ELSEWHERE = Brin("99XA"), Brin("99XA01"), Brin("99XB")
NOW = 1_800_000_000
MATERIAL = Material("m1", SERVICE.id, "9789000000001", "Rekenen 3", "f0", subjects=("Rekenen",))


def part(
    name: str, above: str | None, gone: int | None = None, *, heading: bool = False
) -> Fragment:
    address = None if heading else f"https://rekenen.linde.test/{name}"
    return Fragment(
        id=name,
        material_id=MATERIAL.id,
        service_id=SERVICE.id,
        parent_id=above,
        position=0,
        key=name if above else "",
        title=f"Deel {name}",
        kind="part",
        locator=address,
        objectives=(Objective("Breuken"),),
        custom={"les": "3"},
        gone_at=gone,
    )


# f0 ─ f1 ─ f2 (a heading) ─ f3 (gone) ─ f4 (gone); f0 ─ f5
PARTS = [
    part("f0", None),
    part("f1", "f0"),
    part("f2", "f1", heading=True),
    part("f3", "f2", NOW),
    part("f4", "f3", NOW),
    part("f5", "f0"),
]


@pytest.fixture
def book(engine: Engine, filled: Repositories) -> Iterator[LinkBook]:
    """Links of a service with one material."""
    with engine.begin() as connection:
        connection.execute(insert(materials), [material_row(MATERIAL)])
        for each in PARTS:
            connection.execute(insert(fragments), [fragment_row(each)])
    book = LinkBook(engine)
    yield book
    book.close()


def made(code: str, *, groups: tuple[str, ...] = (), school: Brin | None = HERE, **changes) -> Link:
    """A link of a teacher of 99XA for that school."""
    link = replace(LINK, code=code, school=HERE, maker="teacher-1", previewed=True)
    return replace(link, audience=Audience(school, frozenset(groups)), **changes)


def codes(found: list[Whereabouts]) -> list[str]:
    return [each.link.code for each in found]


def shown(
    book: LinkBook,
    school: Brin,
    *groups: str,
    services: Sequence[str] = (SERVICE.id,),
    withheld: Sequence[str] = (),
) -> list[str]:
    """What stands on the start page of a person of the school."""
    return codes(book.shown_to(school, frozenset(groups), services, withheld, NOW + 0.5))


def test_a_link_is_found_as_it_was_with_what_it_leads_to(book: LinkBook) -> None:
    link = made("een", groups=("2B", "4H1"), fragment_id="f5", title="Opgave 3", note="Maak a, b")
    link = replace(link, valid_from=NOW, valid_until=NOW + 60)
    book.add(link)
    assert book.find("een") == Whereabouts(link, PARTS[5], MATERIAL)
    assert list(book.leading()) == [Whereabouts(link, PARTS[5], MATERIAL)]


def test_a_link_to_an_address_has_no_fragment(book: LinkBook) -> None:
    book.add(LINK)
    assert book.find(LINK.code) == Whereabouts(LINK)


@pytest.mark.parametrize(
    ("fragment", "nearest"), [("f4", "f1"), ("f3", "f1"), ("f2", "f1"), ("f1", None), ("f0", None)]
)
def test_above_what_is_gone_the_nearest_that_can_be_reached_is_named(
    book: LinkBook, fragment: str, nearest: str | None
) -> None:
    book.add(made("een", fragment_id=fragment))
    above = book.find("een").nearest
    assert (above.id if above else None) == nearest


def test_a_link_is_changed_and_only_that_one(book: LinkBook) -> None:
    book.add(made("een"))
    book.add(made("twee"))
    changed = made("een", title="Anders", stopped_at=NOW, groups=("1A",))
    book.replace(changed)
    assert book.find("een").link == changed
    assert book.find("twee").link == made("twee")
    with pytest.raises(RegistrationRefused, match="there is no link drie"):
        book.replace(made("drie"))


def test_a_removed_link_is_unknown_and_its_uses_with_it(book: LinkBook) -> None:
    book.add(made("een"))
    book.count_use("een", "2026-11-24")
    book._uses.flush()
    book.remove("een")
    with pytest.raises(UnknownLink):
        book.find("een")
    assert book.uses(["een"]) == {}


def test_a_fragment_or_service_that_is_not_there_is_refused(book: LinkBook) -> None:
    with pytest.raises(RegistrationRefused):
        book.add(made("een", fragment_id="f9"))
    with pytest.raises(RegistrationRefused):
        book.add(made("een", service_id="service-nine"))
    assert list(book.leading()) == []


def test_a_teacher_finds_the_own_links_the_newest_first(book: LinkBook) -> None:
    book.add(made("een", created_at=NOW))
    book.add(made("twee", created_at=NOW + 1, fragment_id="f1"))
    book.add(made("drie", maker="teacher-2"))
    book.add(replace(made("vier"), school=ELSEWHERE))
    book.add(LINK)
    assert codes(book.made_by(HERE, "teacher-1")) == ["twee", "een"]
    assert book.made_by(HERE, "teacher-1")[0].fragment == PARTS[1]
    book.add(made("vijf", maker=None))
    assert codes(book.of_school(HERE, range(10))) == ["twee", "drie", "een", "vijf"]
    assert codes(book.of_school(HERE, range(1, 3))) == ["drie", "een"]
    assert sorted(book.makers(HERE)) == ["teacher-1", "teacher-2"]


def test_links_of_who_left_go_to_another_of_that_school(book: LinkBook) -> None:
    book.add(made("een"))
    book.add(made("twee", stopped_at=NOW))
    book.add(made("drie", maker="teacher-3"))
    book.add(replace(made("vier"), school=ELSEWHERE))
    assert book.hand_over(HERE, "teacher-1", "teacher-2") == 2
    assert codes(book.made_by(HERE, "teacher-1")) == []
    assert sorted(codes(book.made_by(HERE, "teacher-2"))) == ["een", "twee"]
    assert codes(book.made_by(ELSEWHERE, "teacher-1")) == ["vier"]
    assert codes(book.made_by(HERE, "teacher-3")) == ["drie"]


def test_a_person_is_shown_the_living_links_for_school_and_groups(book: LinkBook) -> None:
    for link in (
        made("school", created_at=NOW - 3),
        made("groep", groups=("2B", "é'\"%_\\"), created_at=NOW - 2),
        made("lopend", valid_from=NOW, valid_until=NOW + 1, created_at=NOW - 1),
        made("andere", groups=("2b", "12B", "2A")),
        made("straks", valid_from=NOW + 1),
        made("voorbij", valid_until=NOW),
        made("gestopt", stopped_at=NOW - 5),
        made("ander", school=ELSEWHERE),
        made("iedereen", school=None),
    ):
        book.add(link)
    for school in (HERE, BRANCH):
        assert shown(book, school, "2B") == ["groep", "lopend", "school"]
    assert shown(book, HERE) == ["lopend", "school"]
    assert shown(book, HERE, "é'\"%_\\") == ["groep", "lopend", "school"]
    assert shown(book, ELSEWHERE, "2B") == ["ander"]


def test_what_begins_today_stands_above_what_was_made_later(book: LinkBook) -> None:
    for link in (
        made("gemaakt", created_at=NOW - 5),
        made("begonnen", created_at=NOW - 99, valid_from=NOW - 1),
        made("klas", groups=("2B",), created_at=NOW - 500),
        made("klas2", groups=("2B",), created_at=NOW - 900, valid_from=NOW - 400),
    ):
        book.add(link)
    assert shown(book, HERE, "2B") == ["klas2", "klas", "begonnen", "gemaakt"]


def test_what_can_not_be_opened_takes_no_place(book: LinkBook) -> None:
    """However much of it there is: a hundred is read, and what fits stands behind it."""
    for number in range(110):
        book.add(made(f"weg{number:03}", fragment_id="f3", created_at=NOW - 1))
        book.add(made(f"vast{number:03}", fragment_id="f1", created_at=NOW - 2))
    book.add(made("open", created_at=NOW - 3))
    assert shown(book, HERE, withheld=[MATERIAL.id]) == ["open"]
    assert shown(book, HERE, services=["service-nine"]) == []
    assert "vast000" in shown(book, HERE)


def test_a_branch_is_not_shown_what_is_for_another_branch(book: LinkBook) -> None:
    book.add(made("een", school=BRANCH))
    assert shown(book, Brin("99XA02")) == []
    assert shown(book, HERE) == ["een"]


def test_uses_are_counted_by_day(book: LinkBook) -> None:
    for code in ("een", "twee", "drie"):
        book.add(made(code))
    for day in ("2026-11-23", "2026-11-24", "2026-11-24"):
        book.count_use("een", day)
    book._uses.flush()
    book.count_use("een", "2026-11-24")
    book.count_use("twee", "2026-11-22")
    book._uses.flush()
    found = book.uses(["een", "twee", "drie"])
    assert found == {"een": {"2026-11-23": 1, "2026-11-24": 3}, "twee": {"2026-11-22": 1}}
    assert book.uses(["een", "twee"], "2026-11-24") == {"een": {"2026-11-24": 3}}


def test_a_use_of_a_link_that_is_gone_meanwhile_hurts_no_other(book: LinkBook) -> None:
    book.add(made("een"))
    book.count_use("een", "2026-11-24")
    book.count_use("weg", "2026-11-24")
    book._uses.flush()
    assert book.uses(["een", "weg"]) == {"een": {"2026-11-24": 1}}


def test_uses_of_several_workers_add_up(book: LinkBook, engine: Engine) -> None:
    book.add(made("een"))
    books = [LinkBook(engine) for _ in range(4)]

    def follow(own: LinkBook) -> None:
        for _ in range(25):
            own.count_use("een", "2026-11-24")
        own.close()

    _at_once([lambda own=own: follow(own) for own in books])
    assert book.uses(["een"]) == {"een": {"2026-11-24": 100}}


def test_uses_are_written_by_themselves(book: LinkBook) -> None:
    book.add(made("een"))
    book.count_use("een", "2026-11-24")
    end = time.monotonic() + WAIT_SECONDS
    while book.uses(["een"]) != {"een": {"2026-11-24": 1}}:
        assert time.monotonic() < end, "the count was not written"
        time.sleep(0.05)


def _at_once(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_national_number_of_brins_does_not_mix(book: LinkBook) -> None:
    for number, brin in enumerate(brins(20)):
        book.add(replace(made(f"c{number}", school=brin), school=brin))
    assert shown(book, brins(20)[7]) == ["c7"]

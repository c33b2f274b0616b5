"""The contract of `ports.Gradebook`, on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.core.grades import LineItem, Score, Wanted
from gateway.core.ports import Gradebook
from gateway.store.database import connect
from gateway.store.gradebook import GradebookStore
from gateway.store.repositories import Repositories
from tests.contracts.invented import SERVICE, services
from tests.contracts.together import together

ITEM = LineItem("01", SERVICE.id, "99XA", "Toets", 10.5, "les-3", "r-1", "tag", "van", "tot")
SCORE = Score("person", 1_800_000_000_000_001, final=True, sealed="sealed")


@pytest.fixture
def gradebook(engine: Engine, filled: Repositories) -> Iterator[Gradebook]:
    filled.services.add_all(services(range(1)))
    store = GradebookStore(engine)
    yield store
    store.close()


def test_a_line_item_comes_back_as_it_was(gradebook: Gradebook) -> None:
    plain = LineItem("02", SERVICE.id, "99XA", "Zonder meer", 1)
    for item in (ITEM, plain):
        gradebook.add(item)
        assert gradebook.item(SERVICE.id, "99XA", item.id) == item
    assert gradebook.items(SERVICE.id, "99XA", Wanted(), "", 10) == [ITEM, plain]
    assert gradebook.count(SERVICE.id, "99XA") == 2


def test_a_line_item_is_of_one_tool_at_one_school(gradebook: Gradebook) -> None:
    gradebook.add(ITEM)
    gradebook.put_score(ITEM.id, SCORE)
    for service, school in (("s0", "99XA"), (SERVICE.id, "99XB")):
        stranger = replace(ITEM, service_id=service, school=school, label="Gekaapt")
        assert gradebook.item(service, school, ITEM.id) is None
        assert gradebook.items(service, school, Wanted(), "", 10) == []
        assert gradebook.only_item(service, school, "les-3") is None
        assert gradebook.count(service, school) == 0
        assert not gradebook.has_score(service, school, SCORE.person)
        assert not gradebook.replace(stranger)
        assert not gradebook.remove(service, school, ITEM.id)
    assert gradebook.item(SERVICE.id, "99XA", ITEM.id) == ITEM


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["01", "02", "03"]),
        (Wanted(tag="tag"), ["01", "03"]),
        (Wanted(resource_id="r-2"), ["03"]),
        (Wanted(place_id="les-3", tag="tag"), ["01"]),
        (Wanted(tag="TAG"), []),
    ],
)
def test_line_items_are_filtered_in_the_order_of_their_ids(
    gradebook: Gradebook, wanted: Wanted, found: list[str]
) -> None:
    gradebook.add(replace(ITEM, id="03", resource_id="r-2", place_id=None))
    gradebook.add(ITEM)
    gradebook.add(LineItem("02", SERVICE.id, "99XA", "Zonder meer", 1))
    shown = gradebook.items(SERVICE.id, "99XA", wanted, "", 10)
    assert [item.id for item in shown] == found
    rest = gradebook.items(SERVICE.id, "99XA", wanted, "01", 1)
    assert [item.id for item in rest] == [name for name in found if name > "01"][:1]


def test_a_place_names_its_line_item_when_it_has_one(gradebook: Gradebook) -> None:
    assert gradebook.only_item(SERVICE.id, "99XA", "les-3") is None
    gradebook.add(ITEM)
    assert gradebook.only_item(SERVICE.id, "99XA", "les-3") == ITEM.id
    gradebook.add(replace(ITEM, id="02"))
    assert gradebook.only_item(SERVICE.id, "99XA", "les-3") is None


def test_a_line_item_is_replaced_with_its_scores_kept_and_removed_with_them(
    gradebook: Gradebook,
) -> None:
    gradebook.add(ITEM)
    gradebook.put_score(ITEM.id, SCORE)
    changed = replace(ITEM, label="Herkansing", maximum=3, place_id=None)
    assert gradebook.replace(changed)
    assert gradebook.item(SERVICE.id, "99XA", ITEM.id) == changed
    assert gradebook.results(ITEM.id, "", 10) == [SCORE]
    assert gradebook.remove(SERVICE.id, "99XA", ITEM.id)
    assert gradebook.results(ITEM.id, "", 10) == []
    assert not gradebook.has_score(SERVICE.id, "99XA", SCORE.person)
    assert not gradebook.remove(SERVICE.id, "99XA", ITEM.id)
    assert not gradebook.put_score(ITEM.id, SCORE)


def test_the_latest_score_stays(gradebook: Gradebook) -> None:
    gradebook.add(ITEM)
    assert gradebook.put_score(ITEM.id, SCORE)
    for earlier in (0, 1):
        again = replace(SCORE, scored_at=SCORE.scored_at - earlier, sealed="earlier")
        assert not gradebook.put_score(ITEM.id, again)
    assert gradebook.results(ITEM.id, "", 10) == [SCORE]
    later = replace(SCORE, scored_at=SCORE.scored_at + 1, sealed="later")
    assert gradebook.put_score(ITEM.id, later)
    assert gradebook.results(ITEM.id, "", 10) == [later]


def test_results_are_final_and_in_order(gradebook: Gradebook) -> None:
    gradebook.add(ITEM)
    scores = [replace(SCORE, person=name) for name in ("c", "a", "b")]
    open_one = replace(SCORE, person="d", final=False)
    for score in (*scores, open_one):
        gradebook.put_score(ITEM.id, score)
    assert [score.person for score in gradebook.results(ITEM.id, "", 2)] == ["a", "b"]
    assert [score.person for score in gradebook.results(ITEM.id, "b", 2)] == ["c"]
    assert gradebook.results(ITEM.id, "", 10, "c") == [scores[0]]
    assert gradebook.results(ITEM.id, "", 10, "d") == []
    assert gradebook.has_score(SERVICE.id, "99XA", "d")


def test_of_scores_that_come_at_once_the_latest_stays(
    gradebook: Gradebook, database_url: str
) -> None:
    gradebook.add(ITEM)
    together(4, _score, database_url)
    assert gradebook.results(ITEM.id, "", 10) == [Score("person", 79, final=True, sealed="79")]


def _score(ready: Callable[[], object], number: int, url: str) -> None:
    """Every fourth moment of twenty, the latest first."""
    engine = connect(url)
    store = GradebookStore(engine)
    ready()
    for step in reversed(range(20)):
        at = step * 4 + number
        store.put_score(ITEM.id, Score("person", at, final=True, sealed=str(at)))
    store.close()
    engine.dispose()

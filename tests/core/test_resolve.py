"""Link → fragment → place: what a deep link leads to at a moment."""

from dataclasses import dataclass, replace

import pytest

from gateway.core.materials import Fragment, Material
from gateway.core.model import Link
from gateway.core.ports import Whereabouts
from gateway.core.resolve import fragment_at, place_in, place_near, place_of
from gateway.errors import (
    FragmentGone,
    GatewayError,
    LinkExpired,
    LinkNotYet,
    LinkStopped,
    UnregisteredAddress,
)
from tests.core.people import SERVICE

BASE = "https://rekenen.linde.test/les"
NOW = 1_000_000.0
HOUR = 3600
OURS = replace(SERVICE, targets=(BASE,))
TELLS_PRODUCT = replace(OURS, product_parameter="product")
LINK = Link("k7m2", OURS.id, f"{BASE}/oud", 1, fragment_id="f-2")
ROOT = Fragment(
    "f-0", "m-1", OURS.id, None, 0, "", "Getal en Ruimte", "material", f"{BASE}/toegang"
)
CHAPTER = Fragment("f-1", "m-1", OURS.id, "f-0", 0, "h3", "Hoofdstuk 3", "chapter", f"{BASE}/3")
EXERCISE = Fragment(
    "f-2", "m-1", OURS.id, "f-1", 4, "o4", "Opgave 4", "exercise", f"{BASE}/3/4", custom={"n": "4"}
)
MATERIAL = Material("m-1", OURS.id, "978", "Getal en Ruimte", "f-0", product="9789099000001")
FOUND = Whereabouts(LINK, EXERCISE, MATERIAL)


def test_link_to_an_address_leads_there() -> None:
    link = replace(LINK, fragment_id=None, title="Voor maandag")
    place = place_of(Whereabouts(link), OURS, NOW)
    assert (place.id, place.target, place.title) == ("k7m2", f"{BASE}/oud", "Voor maandag")


def test_link_follows_its_fragment_and_not_the_address_of_then() -> None:
    place = place_of(FOUND, OURS, NOW)
    assert (place.id, place.target, place.title) == ("f-2", f"{BASE}/3/4", "Opgave 4")
    assert place.custom == {"n": "4"}
    moved = replace(FOUND, fragment=replace(EXERCISE, locator=f"{BASE}/nieuw/4"))
    assert place_of(moved, OURS, NOW).target == f"{BASE}/nieuw/4"
    assert place_of(moved, OURS, NOW).id == place.id


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"stopped_at": 1}, LinkStopped),
        ({"valid_from": int(NOW) + 1}, LinkNotYet),
        ({"valid_until": int(NOW)}, LinkExpired),
        ({"stopped_at": 1, "valid_until": 1}, LinkStopped),
    ],
)
def test_link_outside_its_time(changes: dict[str, int], error: type[GatewayError]) -> None:
    found = replace(FOUND, link=replace(LINK, **changes))
    with pytest.raises(error):
        place_of(found, OURS, NOW)
    with pytest.raises(error):
        place_near(found, OURS, NOW)


def test_link_at_the_edges_of_its_time() -> None:
    link = replace(LINK, valid_from=int(NOW), valid_until=int(NOW) + HOUR)
    assert place_of(replace(FOUND, link=link), OURS, NOW)
    assert place_of(replace(FOUND, link=link), OURS, NOW + HOUR - 1)
    with pytest.raises(LinkExpired) as expired:
        place_of(replace(FOUND, link=link), OURS, NOW + HOUR)
    assert expired.value.at == int(NOW) + HOUR


@pytest.mark.parametrize("changes", [{"gone_at": 5}, {"locator": None}])
def test_fragment_that_is_gone_names_the_nearest_and_the_nearest_opens(
    changes: dict[str, None],
) -> None:
    found = replace(FOUND, fragment=replace(EXERCISE, **changes), nearest=CHAPTER)
    with pytest.raises(FragmentGone) as gone:
        place_of(found, OURS, NOW)
    assert gone.value.nearest == "Hoofdstuk 3"
    assert place_near(found, OURS, NOW).target == f"{BASE}/3"


def test_whole_material_that_is_gone_has_no_nearest() -> None:
    found = replace(FOUND, fragment=replace(EXERCISE, gone_at=5))
    for resolve in (place_of, place_near):
        with pytest.raises(FragmentGone) as gone:
            resolve(found, OURS, NOW)
        assert gone.value.nearest is None


def test_nearest_of_a_fragment_that_came_back_is_itself() -> None:
    assert place_near(FOUND, OURS, NOW).target == f"{BASE}/3/4"


@pytest.mark.parametrize("address", ["https://boos.test/les/3", f"{BASE}/../x", "https://[", ""])
def test_address_outside_those_of_the_service_is_refused_whenever_it_was_kept(address: str) -> None:
    by_fragment = replace(FOUND, fragment=replace(EXERCISE, locator=address))
    by_address = Whereabouts(replace(LINK, target=address, fragment_id=None))
    for found in (by_fragment, by_address):
        for service in (OURS, TELLS_PRODUCT):
            with pytest.raises(UnregisteredAddress):
                place_of(found, service, NOW)
    with pytest.raises(UnregisteredAddress):
        place_near(replace(by_fragment, nearest=by_fragment.fragment), OURS, NOW)


@pytest.mark.parametrize(
    ("locator", "target"),
    [
        (f"{BASE}/3/4", f"{BASE}/3/4?product=9789099000001"),
        (f"{BASE}/3/4?", f"{BASE}/3/4?product=9789099000001"),
        (f"{BASE}/3?deepLinkId=a-b", f"{BASE}/3?deepLinkId=a-b&product=9789099000001"),
        (f"{BASE}/3?x=%26#vraag-2", f"{BASE}/3?x=%26&product=9789099000001#vraag-2"),
        (f"{BASE}/3#?product=1", f"{BASE}/3?product=9789099000001#?product=1"),
        (f"{BASE}/3?product=978", f"{BASE}/3?product=978"),
        (f"{BASE}/3?product=", f"{BASE}/3?product="),
    ],
)
def test_service_that_wants_it_is_told_the_product(locator: str, target: str) -> None:
    """entree.md C1: a portal adds `?product=`; one that the supplier wrote itself stays."""
    fragment = replace(EXERCISE, locator=locator)
    assert place_in(MATERIAL, fragment, TELLS_PRODUCT).target == target
    assert place_in(MATERIAL, fragment, OURS).target == locator
    without = replace(MATERIAL, product=None)
    assert place_in(without, fragment, TELLS_PRODUCT).target == locator


def test_access_link_is_as_the_supplier_wrote_it() -> None:
    """It is one product's own already (*toegangslink*)."""
    assert place_in(MATERIAL, ROOT, TELLS_PRODUCT).target == f"{BASE}/toegang"


def test_a_place_of_another_product_names_that_one() -> None:
    other = replace(EXERCISE, product="EAN-2")
    assert place_in(MATERIAL, other, TELLS_PRODUCT).target == f"{BASE}/3/4?product=EAN-2"


def test_product_can_not_change_the_address() -> None:
    odd = replace(MATERIAL, product="9&next=https://boos.test/#@")
    target = place_in(odd, EXERCISE, TELLS_PRODUCT).target
    assert target == f"{BASE}/3/4?product=9%26next%3Dhttps%3A%2F%2Fboos.test%2F%23%40"


@dataclass(frozen=True, slots=True)
class Shelf:
    """In the place of a catalogue: one fragment, at its address alone."""

    fragment: Fragment

    def at_address(self, _: str, address: str) -> Fragment | None:
        return self.fragment if address == self.fragment.locator else None


@pytest.mark.parametrize("query", ["", "?x=1", "?x=%2F&y", "?a=b+c#deel", "#deel"])
def test_the_address_that_a_link_arrives_at_is_that_of_its_fragment(query: str) -> None:
    """A supplier's own page shares the address that it stands at, with the product in it."""
    exercise = replace(EXERCISE, locator=f"{BASE}/3/4{query}")
    shelf, arrived = Shelf(exercise), place_in(MATERIAL, exercise, TELLS_PRODUCT).target
    assert "product=9789099000001" in arrived
    assert fragment_at(shelf, TELLS_PRODUCT, arrived) == exercise  # type: ignore[arg-type]
    assert fragment_at(shelf, TELLS_PRODUCT, exercise.locator) == exercise  # type: ignore[arg-type]
    assert fragment_at(shelf, OURS, arrived) is None  # type: ignore[arg-type]
    assert fragment_at(shelf, TELLS_PRODUCT, f"{BASE}/3/4/?x=2") is None  # type: ignore[arg-type]

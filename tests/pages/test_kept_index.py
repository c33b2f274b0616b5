"""The chooser's index is made anew beside the requests when the schools change."""

from collections.abc import Sequence

from gateway.core.model import School, parse_brin
from gateway.web.chooser import KeptIndex, make_index

LONGEST_SECONDS = 30


def schools(*names: str) -> Sequence[School]:
    return tuple(
        School(parse_brin(f"99XA{number:02}"), name, "Zonstad", "idp")
        for number, name in enumerate(names)
    )


def made_anew(kept: KeptIndex) -> None:
    """Until nobody makes one."""
    assert kept.lock.acquire(timeout=LONGEST_SECONDS)
    kept.lock.release()


def found(kept: KeptIndex, now: Sequence[School], text: str) -> list[str]:
    return [each.name for each in kept.of(now).find(text, 5)]


def test_a_new_school_is_found_and_one_that_is_gone_is_not() -> None:
    kept, now = make_index(schools("De Kade")), schools("De Linde", "De Esdoorn")
    kept.of(now)
    made_anew(kept)
    assert found(kept, now, "esdoorn") == ["De Esdoorn"]
    assert found(kept, now, "kade") == []


def test_the_old_one_serves_until_the_new_one_is_there() -> None:
    kept, now = make_index(schools("De Kade")), schools("De Linde")
    with kept.lock:  # somebody is making one
        assert found(kept, now, "kade") == ["De Kade"]
        assert found(kept, now, "linde") == []


def test_the_same_schools_are_read_once() -> None:
    now = schools("De Kade")
    kept = make_index(now)
    assert kept.of(now) is kept.of(now)
    assert not kept.lock.locked()

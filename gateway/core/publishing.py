"""What is wrong with a publication: all of it at once, each fault with its place and the cure.

Every way in for materials ends here, whatever form it came in. Places are JSON pointers within
the publication (RFC 6901).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from urllib.parse import urlsplit

from gateway.core.links import is_target
from gateway.core.materials import Objective, Publication, PublishedFragment
from gateway.core.model import Service
from gateway.errors import Fault

DEEPEST = 12
MOST_FRAGMENTS = 200_000
MOST_FAULTS = 1000
TITLE, WORD, TEXT, ADDRESS = 500, 200, 10_000, 2048
"""The most characters of a title, of a key or single word, of a description, of an address."""
MOST_OF_A_LIST = 100
SCHOOL_YEARS = range(1, 13)

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_CUSTOM_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_ISBN_LENGTHS = (10, 13)


def problems(service: Service, publication: Publication) -> Sequence[Fault]:
    """What keeps a service from publishing this; at most MOST_FAULTS."""
    found = chain(_in_material(service, publication), _in_tree(service, publication))
    return tuple(islice(found, MOST_FAULTS))


def plain_isbn(text: str) -> str | None:
    """An ISBN of 10 or 13 without its hyphens; None when its check digit is wrong (ISO 2108)."""
    digits = text.replace("-", "").replace(" ", "").upper()
    if not digits.isascii() or len(digits) not in _ISBN_LENGTHS:
        return None
    values = [10 if digit == "X" else int(digit) for digit in digits if digit in "0123456789X"]
    if len(values) != len(digits) or "X" in digits[:-1]:
        return None
    if len(digits) == _ISBN_LENGTHS[0]:
        wrong = sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True))
        return None if wrong % 11 else digits
    wrong = sum(value * (3 if place % 2 else 1) for place, value in enumerate(values))
    return digits if not wrong % 10 and digits.startswith(("978", "979")) else None


def _in_material(service: Service, publication: Publication) -> Iterator[Fault]:
    yield from _text("/key", publication.key, WORD)
    yield from _text("/title", publication.title, TITLE)
    yield from _text("/description", publication.description, TEXT, needed=False)
    if publication.product is not None:
        yield from _text("/product", publication.product, WORD)
    if publication.isbn is not None and plain_isbn(publication.isbn) is None:
        yield Fault("/isbn", "this is no ISBN of 10 or 13 digits; check it, or leave it out")
    for name in ("subjects", "levels"):
        yield from _words(f"/{name}", getattr(publication, name))
    yield from _years(publication.years)
    yield from _languages(publication.languages)
    yield from _cover(publication.cover)
    yield from _target(service, "/access_link", publication.access_link)
    yield from _objectives("", publication.objectives)


def _in_tree(service: Service, publication: Publication) -> Iterator[Fault]:
    first_place: dict[str, str] = {}
    for number, (place, depth, part) in enumerate(_walk("", publication.parts, 1)):
        if number >= MOST_FRAGMENTS:
            yield Fault(place, f"more than {MOST_FRAGMENTS} fragments; split the material")
            return
        if depth > DEEPEST:
            yield Fault(place, f"more than {DEEPEST} levels deep; leave levels out")
            continue
        if (earlier := first_place.setdefault(part.key, place)) != place:
            yield Fault(f"{place}/key", f"{earlier} has this key too; each needs its own")
        yield from _in_fragment(service, place, part)


def _walk(
    above: str, parts: Sequence[PublishedFragment], depth: int
) -> Iterator[tuple[str, int, PublishedFragment]]:
    """All fragments with their places, down to the first level that is too deep."""
    for number, part in enumerate(parts):
        place = f"{above}/parts/{number}"
        yield place, depth, part
        if depth <= DEEPEST:
            yield from _walk(place, part.parts, depth + 1)


def _in_fragment(service: Service, place: str, part: PublishedFragment) -> Iterator[Fault]:
    yield from _text(f"{place}/key", part.key, WORD)
    yield from _text(f"{place}/title", part.title, TITLE)
    yield from _text(f"{place}/kind", part.kind, WORD)
    if part.activity_type is not None:
        yield from _text(f"{place}/activity_type", part.activity_type, WORD)
    if part.product is not None:
        yield from _text(f"{place}/product", part.product, WORD)
    yield from _target(service, f"{place}/locator", part.locator)
    yield from _objectives(place, part.objectives)
    yield from _custom(f"{place}/custom", part.custom)


def _text(place: str, text: str, most: int, *, needed: bool = True) -> Iterator[Fault]:
    if needed and not text.strip():
        yield Fault(place, "this is empty; give it a text")
    elif len(text) > most:
        yield Fault(place, f"longer than {most} characters; shorten it")
    elif _UNSEEN.search(text):
        yield Fault(place, "this has control characters; take them out")


def _words(place: str, words: Sequence[str]) -> Iterator[Fault]:
    yield from _count(place, words)
    for number, word in enumerate(words[:MOST_OF_A_LIST]):
        yield from _text(f"{place}/{number}", word, WORD)


def _count(place: str, values: Sequence[object] | Mapping[str, str]) -> Iterator[Fault]:
    if len(values) > MOST_OF_A_LIST:
        yield Fault(place, f"more than {MOST_OF_A_LIST}; keep the most telling")


def _years(years: Sequence[int]) -> Iterator[Fault]:
    yield from _count("/years", years)
    for number, year in enumerate(years[:MOST_OF_A_LIST]):
        if year not in SCHOOL_YEARS:
            yield Fault(
                f"/years/{number}",
                f"a school year (leerjaar) lies from {SCHOOL_YEARS[0]} to {SCHOOL_YEARS[-1]}",
            )


def _languages(languages: Sequence[str]) -> Iterator[Fault]:
    yield from _count("/languages", languages)
    for number, language in enumerate(languages[:MOST_OF_A_LIST]):
        if not _LANGUAGE.fullmatch(language):
            yield Fault(f"/languages/{number}", "no language tag (BCP 47); write it as nl or en-GB")


def _cover(cover: str | None) -> Iterator[Fault]:
    """A page of ours shows it, so it may not be read without encryption."""
    if cover is not None and not _is_public_https(cover):
        yield Fault("/cover", "a cover is an https address; give that of a picture")


def _is_public_https(address: str) -> bool:
    if len(address) > ADDRESS or not address.isascii() or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    clean = not any(character in address for character in ' "<>\\^`{|}')
    return clean and parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _target(service: Service, place: str, address: str | None) -> Iterator[Fault]:
    if address is not None and not is_target(service, address):
        registered = ", ".join(service.targets[:3]) or "none"
        yield Fault(
            place,
            "outside the addresses that the service registered"
            f" ({registered}); mend it, or have its prefix registered",
        )


def _objectives(above: str, objectives: Sequence[Objective]) -> Iterator[Fault]:
    place = f"{above}/objectives"
    yield from _count(place, objectives)
    for number, objective in enumerate(objectives[:MOST_OF_A_LIST]):
        yield from _text(f"{place}/{number}/title", objective.title, TITLE)
        if objective.identifier is not None:
            yield from _text(f"{place}/{number}/identifier", objective.identifier, ADDRESS)


def _custom(place: str, custom: Mapping[str, str]) -> Iterator[Fault]:
    """LTI Core 1.3 §5.4.6: names and values are texts."""
    yield from _count(place, custom)
    for name, value in islice(custom.items(), MOST_OF_A_LIST):
        if not _CUSTOM_NAME.fullmatch(name):
            yield Fault(place, "a name has other characters than letters, digits and _ . : -")
        yield from _text(f"{place}/{name[:80]}", value, ADDRESS, needed=False)

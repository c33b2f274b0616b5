"""How long a search among 200,000 fragments takes the process that asks."""

import argparse
import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from math import ceil
from operator import attrgetter
from random import Random

from sqlalchemy import select

from bench import dutch_materials
from gateway.core.materials import Narrowing
from gateway.core.model import Service, Supplier
from gateway.store.catalogue import CatalogueStore
from gateway.store.database import connect
from gateway.store.migrations import migrate
from gateway.store.repositories import Repositories, open_repositories
from gateway.store.tables import fragments

FRAGMENTS, SERVICES, SEARCHES, LIMIT = 200_000, 20, 2000, 20
BOUND_MS = 50.0
_SEED, _WARM_UP = 20, 100
_COMMON = ("oefening", "opdracht 3", "oefening 1", "toets", "theorie", "vraag 12", "en", "o", "to")
NOTES = f"""\
catalogue-search: the time of one search in the process that asks, without HTTP; whole titles,
    some words, begun, misspelt, too common and unknown ones. publish_s: how long it took to publish
    all fragments, not counted. On PostgreSQL too with --postgresql URL.
Bound of --check: {BOUND_MS:.0f} ms (p99)."""
_NOBODYS = ("xylofoonkwast", "qqqqqq", "breuken xylofoonkwast")


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON line; times in milliseconds. `publish_s` is how long it took to fill the store."""

    path: str
    store: str
    fragments: int
    searches: int
    found_nothing: int
    publish_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


def measure(url: str, count: int = FRAGMENTS, searches: int = SEARCHES) -> Row:
    """Fill an empty database and search it."""
    engine = connect(url)
    migrate(engine)
    repositories = open_repositories(engine)
    catalogue = CatalogueStore(engine, time.time, secrets.token_urlsafe)
    random = Random(_SEED)
    begun = time.perf_counter()
    _fill(repositories, catalogue, count, random)
    publish_s = time.perf_counter() - begun
    with engine.connect() as connection:
        titles = connection.execute(select(fragments.c.title).order_by(fragments.c.key)).scalars()
        asked = list(_searches(random.sample(list(titles), min(count, searches)), random))
    for words, narrowing in asked[:_WARM_UP]:
        catalogue.search(words, narrowing, LIMIT)
    latencies, empty = [], 0
    for words, narrowing in asked:
        before = time.perf_counter()
        found = catalogue.search(words, narrowing, LIMIT)
        latencies.append(time.perf_counter() - before)
        empty += not found
    name = engine.dialect.name
    repositories.links.close()
    engine.dispose()
    return _row(name, count, latencies, empty, publish_s)


def broken_bounds(row: Row) -> list[str]:
    if row.p99_ms <= BOUND_MS:
        return []
    return [f"{row.path} on {row.store}: {row.p99_ms} ms, the bound is {BOUND_MS} ms"]


def _fill(
    repositories: Repositories, catalogue: CatalogueStore, count: int, random: Random
) -> None:
    repositories.suppliers.add(Supplier("meet", "Meetuitgever", key_version=1))
    invented = dutch_materials.materials(count, SERVICES, random)
    ordered = sorted(invented, key=attrgetter("service"))
    for number, group in groupby(ordered, attrgetter("service")):
        service = Service(
            f"service-{number}",
            "meet",
            "saml",
            f"https://dienst-{number}.meet.test",
            f"Methode {number}",
            {},
            targets=(dutch_materials.ADDRESS,),
        )
        repositories.services.add(service)
        catalogue.publish(service.id, (each.publication for each in group), whole=True)


def _searches(titles: Sequence[str], random: Random) -> Iterator[tuple[str, Narrowing]]:
    """What teachers type: whole titles, some words of one, begun, misspelt, too common, unknown."""
    some = frozenset(f"service-{number}" for number in range(0, SERVICES, 2))
    narrowings = (
        Narrowing(),
        Narrowing(services=some),
        Narrowing(services=some, subject="Wiskunde", level="havo", year=3),
    )
    for number, title in enumerate(titles):
        words = title.split()
        kept = " ".join(random.sample(words, min(len(words), 2)))
        typed = (
            title,
            kept,
            kept[: max(2, len(kept) - random.randint(1, 4))],
            misspelt(title, random),
            misspelt(kept, random),
            f"{random.choice(dutch_materials.METHODS)} {kept}",
            random.choice(_COMMON),
            random.choice(_NOBODYS),
        )[number % 8]
        yield typed, random.choice(narrowings)


def misspelt(text: str, random: Random) -> str:
    """One letter of the longest word wrong, missing, too many or swapped."""
    word = max(text.split(), key=len)
    if len(word) < 3:
        return text
    place = random.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    wrong = (
        before + "q" + after,
        before + after,
        before + letter + letter + after,
        before + after[0] + letter + after[1:],
    )
    return text.replace(word, random.choice(wrong), 1)


def _row(store: str, count: int, latencies: list[float], empty: int, publish_s: float) -> Row:
    return Row(
        path="catalogue-search",
        store=store,
        fragments=count,
        searches=len(latencies),
        found_nothing=empty,
        publish_s=round(publish_s, 1),
        **milliseconds(latencies),
    )


def milliseconds(latencies: Sequence[float]) -> dict[str, float]:
    """The fields of a row that say how long it took, from times in seconds."""
    ranked = sorted(latencies)
    percents = {"p50_ms": 50, "p95_ms": 95, "p99_ms": 99, "max_ms": 100}
    return {
        name: round(ranked[ceil(len(ranked) * percent / 100) - 1] * 1000, 2)
        for name, percent in percents.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.catalogue_search", description=__doc__)
    parser.add_argument("--postgresql", metavar="URL", help="measure an empty database there too")
    parser.add_argument("--fragments", type=int, default=FRAGMENTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ketenpoort-bench-") as folder:
        urls = [f"sqlite:///{folder}/bench.db", given.postgresql]
        for url in filter(None, urls):
            print(json.dumps(asdict(measure(url, given.fragments))), flush=True)


if __name__ == "__main__":
    main()

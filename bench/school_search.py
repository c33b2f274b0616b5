"""How long the chooser's search among 10,000 schools takes the process that asks."""

import csv
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from bench.catalogue_search import milliseconds, misspelt
from gateway.core.model import Brin, School, parse_brin
from gateway.core.search import SchoolIndex

SCHOOLS, SEARCHES, LIMIT = 10_000, 2000, 21
BOUND_MS = 50.0
# The list of real schools that lies beside the repository, where there is one.
REAL = Path(__file__).parents[2] / "shared" / "data" / "schools" / "schools.csv"
NOTES = f"""\
school-search: the time of one search in the process that asks, without HTTP; names, some words,
    begun, misspelt, with the town, BRINs and unknown ones. index_ms: making the index, not counted.
Bound of --check: {BOUND_MS:.0f} ms (p99)."""
_SEED, _WARM_UP = 20, 100
_KINDS = ("Basisschool", "Openbare basisschool", "CBS", "Lyceum", "College", "Kindcentrum", "De")
_NAMES = """
    Regenboog Klimboom Wegwijzer Esdoorn Lijsterbes Zonnewijzer Kade Linde Horizon Toermalijn
    Springplank Molenwiek Kompas Vuurtoren Parel Meander Zandloper Windroos Sterrenwacht Akker
    Brug Haven Waterlelie Triangel Beekdal Tweesprong Ark Fontein Vlinder Zevensprong
"""
_TOWNS = """
    Amsterdam Rotterdam Utrecht Zwolle Deventer Enschede Groningen Assen Emmen Leeuwarden
    Middelburg Breda Tilburg Eindhoven Venlo Maastricht Nijmegen Arnhem Apeldoorn Almere
"""
_NOBODYS = ("xylofoonkwast", "qqqqqq", "school", "de", "a")


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON line; times in milliseconds. `schools_of`: the real list, or invented ones."""

    path: str
    schools_of: str
    schools: int
    searches: int
    found_nothing: int
    index_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


def measure(searches: int = SEARCHES) -> Row:
    random = Random(_SEED)
    real = list(_real()) if REAL.is_file() else []
    schools = real or list(_invented(random))
    begun = time.perf_counter()
    index = SchoolIndex(schools)
    index_ms = (time.perf_counter() - begun) * 1000
    asked = list(_typed(random.choices(schools, k=searches), random))
    for text in asked[:_WARM_UP]:
        index.find(text, LIMIT)
    latencies, empty = [], 0
    for text in asked:
        before = time.perf_counter()
        found = index.find(text, LIMIT)
        latencies.append(time.perf_counter() - before)
        empty += not found
    return Row(
        path="school-search",
        schools_of="real" if real else "invented",
        schools=len(schools),
        searches=len(asked),
        found_nothing=empty,
        index_ms=round(index_ms, 1),
        **milliseconds(latencies),
    )


def broken_bounds(row: Row) -> list[str]:
    if row.p99_ms <= BOUND_MS:
        return []
    return [f"{row.path}: {row.p99_ms} ms, the bound is {BOUND_MS} ms"]


def _real() -> Iterator[School]:
    with REAL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield School(parse_brin(row["vestigingscode"]), row["naam"], row["plaats"], "idp")


def _invented(random: Random) -> Iterator[School]:
    names, towns = _NAMES.split(), _TOWNS.split()
    for number in range(SCHOOLS):
        letters = chr(65 + number // 2600 % 26) + chr(65 + number // 100 % 26)
        brin = Brin(f"{number // 67600:02}{letters}{number % 100:02}")
        name = f"{random.choice(_KINDS)} {random.choice(names)} {random.choice(names)}"
        yield School(brin, name, random.choice(towns), "idp")


def _typed(schools: Sequence[School], random: Random) -> Iterator[str]:
    for number, school in enumerate(schools):
        words = school.name.split()
        some = " ".join(random.sample(words, min(len(words), 2)))
        yield (
            school.name,
            f"{some} {school.town}",
            some[: max(2, len(some) - random.randint(1, 4))],
            misspelt(school.name, random),
            f"{misspelt(some, random)} {school.town[:3]}",
            school.brin,
            school.town,
            random.choice(_NOBODYS),
        )[number % 8]


if __name__ == "__main__":
    print(json.dumps(asdict(measure())))

"""Consent, materials and links, written straight into a gateway's database; not measured."""

import os
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import Engine, insert, select

from bench import dutch_materials, federation
from gateway.core.codes import LENGTH, LETTERS
from gateway.core.model import Audience, Brin, Link
from gateway.store.catalogue import CatalogueStore
from gateway.store.database import connect
from gateway.store.grants import GrantBook
from gateway.store.material_rows import link_row
from gateway.store.tables import fragments, links

FOLLOWED = 50_000
_BATCH, _CHUNK = 10_000, 1 << 20
_CACHE_KIB = 262_144  # the codes come in no order: all their pages stay in memory
_SEED = 20
_STEP = 25_214_903_917  # shares no factor with the number of codes, so that none comes twice
_CODES = len(LETTERS) ** LENGTH
_MADE_AT = 1_790_000_000
_SCHOOL = Brin(federation.BRIN)
_AUDIENCE = Audience(_SCHOOL)

Place = tuple[str, str, str]  # of a fragment: its service, its id, its address
Places = Sequence[Sequence[Place]]  # by service


@dataclass(frozen=True, slots=True)
class Size:
    links: int
    fragments: int

    def __str__(self) -> str:
        return f"{self.links} links and {self.fragments} fragments stored"


@dataclass(frozen=True, slots=True)
class Followed:
    """A link that is followed, and the address that it must lead to."""

    path: str
    target: str


def fill(
    database: Path, services: Mapping[str, str], size: Size
) -> Mapping[str, Sequence[Followed]]:
    """Let the school release to the services what they ask, publish the fragments and make the
    links, each for the school; some of each form to follow. `services`: their ids by form."""
    engine = connect(f"sqlite:///{database}")
    random = Random(_SEED)
    _grant(engine, services.values())
    _publish(engine, list(services.values()), size.fragments, random)
    places = _places(engine, list(services.values()), random)
    _make_links(engine, places, size.links)
    engine.dispose()
    forms = {service: form for form, service in services.items()}
    followed: dict[str, list[Followed]] = {form: [] for form in services}
    for number in random.sample(range(size.links), min(size.links, FOLLOWED)):
        service, _, target = _place(places, number)
        followed[forms[service]].append(Followed(f"/d/{_code(number)}", target))
    return followed


def read_pages(database: Path) -> None:
    """Let the system hold the database in memory."""
    for file in _files(database):
        with file.open("rb") as pages:
            while pages.read(_CHUNK):
                pass


def forget_pages(database: Path) -> None:
    """Let the system drop what it holds of the database in memory (posix_fadvise(2))."""
    for file in _files(database):
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def _files(database: Path) -> list[Path]:
    both = (database, database.with_name(database.name + "-wal"))
    return [file for file in both if file.exists()]


def _grant(engine: Engine, services: Iterable[str]) -> None:
    grants = GrantBook(engine)
    for service in services:
        for name in federation.GRANTED:
            grants.grant(_SCHOOL, service, name)


def _publish(engine: Engine, services: Sequence[str], count: int, random: Random) -> None:
    catalogue = CatalogueStore(engine, time.time, secrets.token_urlsafe)
    for service in services:
        invented = dutch_materials.materials(count // len(services), 1, random)
        catalogue.publish(service, (each.publication for each in invented), whole=True)


def _places(engine: Engine, services: Sequence[str], random: Random) -> Places:
    columns = fragments.c.service_id, fragments.c.id, fragments.c.locator
    query = select(*columns).where(fragments.c.locator.is_not(None)).order_by(fragments.c.locator)
    found: dict[str, list[Place]] = {service: [] for service in services}
    with engine.connect() as connection:
        for row in connection.execute(query):
            found[row[0]].append((row[0], row[1], row[2]))
    for places in found.values():
        random.shuffle(places)
    return list(found.values())


def _place(places: Places, number: int) -> Place:
    """Where a link leads: to each service in turn, there to each fragment."""
    turn, service = divmod(number, len(places))
    return places[service][turn % len(places[service])]


def _make_links(engine: Engine, places: Places, count: int) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            made = (_link(number, _place(places, number)) for number in numbers)
            connection.execute(insert(links), [link_row(link) for link in made])


def _link(number: int, place: Place) -> Link:
    service, fragment, target = place
    return Link(
        code=_code(number),
        service_id=service,
        target=target,
        created_at=_MADE_AT,
        fragment_id=fragment,
        school=_SCHOOL,
        maker=f"https://docenten.ketenlyceum.test/{number % 5000}",
        audience=_AUDIENCE,
    )


def _code(number: int) -> str:
    """Spread over all codes, as chance would have it."""
    value, letters = number * _STEP % _CODES, []
    for _ in range(LENGTH):
        value, place = divmod(value, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)

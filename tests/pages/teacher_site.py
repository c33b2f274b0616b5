"""The pages of teachers in every state, with the real blueprints on a store of their own."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Request, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from gateway.app import make_parts
from gateway.core.materials import PICKS, Objective, Publication, PublishedFragment
from gateway.core.model import (
    Affiliation,
    Audience,
    Brin,
    Connection,
    Identity,
    Link,
    School,
    Service,
    Session,
    Supplier,
)
from gateway.install import prepare
from gateway.services import Parts, Services
from gateway.settings import load_settings
from gateway.store.repositories import Repositories, open_repositories
from gateway.web.signed_in import SignIn
from gateway.web.teacher import teacher_pages
from gateway.web.teacher.form import LinkForm
from gateway.web.teacher.making import Goal
from gateway.web.typed_codes import typed_codes

NOW = 1_795_500_000  # 24 November 2026
DAY = 24 * 3600
SCHOOL = School(Brin("99XC"), "Zonstad College", "Zonstad", "idp")
SUPPLIER = Supplier("linde", "Uitgeverij De Linde", key_version=1)
BASE = "https://rekenrijk.linde.test"
SERVICE = Service(
    "rekenrijk", SUPPLIER.id, "saml", BASE, "Rekenrijk", {}, targets=(f"{BASE}/boek",)
)
WITH_PICKER = Service(
    "proeven",
    SUPPLIER.id,
    "lti",
    "proeven",
    "Proeven in de klas",
    {"deep_linking_uri": f"{BASE}/kies"},
    targets=(f"{BASE}/proef",),
)
PICKED = Publication(
    PICKS,
    "Proeven in de klas",
    parts=tuple(
        PublishedFragment(f"p{number}", title, "exercise", f"{BASE}/proef/{number}")
        for number, title in enumerate(["Een vulkaan van azijn", "Regenboogverdunningsreeks"])
    ),
)
TEACHER = Identity(
    school=SCHOOL.brin,
    connection_id=SCHOOL.connection_id,
    subject="leraar-1",
    national_eckid=None,
    affiliations=(Affiliation.EMPLOYEE,),
    attributes={"nlEduPersonUnit": ("2B", "4 havo wiskunde")},
    authenticated_at=NOW,
    authn_context="password",
)


def part(
    key: str, title: str, *parts: PublishedFragment, kind: str = "exercise"
) -> PublishedFragment:
    objectives = (Objective("Breuken vergelijken en ordenen"),) if key == "3.2" else ()
    return PublishedFragment(
        key, title, kind, f"{BASE}/boek/{key}", objectives=objectives, parts=parts
    )


PARAGRAPHS = [
    part("3.1", "3.1 Wat is een breuk?", part("3.1.1", "Opgave 1")),
    part("3.2", "3.2 Breuken vergelijken", part("3.2.4", "Opgave 4: op volgorde zetten")),
    part("3.3", "3.3 Gelijknamige breuken optellen en aftrekken, ook met helen"),
]
BOOK = Publication(
    "9789000000001",
    "Rekenrijk 1 vmbo-b/k",
    isbn="9789000000001",
    description="Rekenen in de onderbouw: getallen, verhoudingen, meten.",
    subjects=("Rekenen en wiskunde",),
    levels=("vmbo-b", "vmbo-k"),
    years=(1,),
    languages=("nl",),
    access_link=f"{BASE}/boek",
    parts=(
        PublishedFragment("2", "2 Getallen", "chapter", parts=(part("2.1", "2.1 Tot 1000"),)),
        PublishedFragment("3", "3 Breuken", "chapter", parts=tuple(PARAGRAPHS)),
    ),
)
OTHERS = [
    Publication(f"k{number}", title, subjects=(subject,), levels=("havo",))
    for number, (title, subject) in enumerate(
        [
            ("Getal in de wereld", "Rekenen en wiskunde"),
            ("Taalwijs 2", "Nederlands"),
            ("Aardrijkskundeleermiddelenverzameling", "Aardrijkskunde"),
        ]
    )
]

STATES = {
    "materials": "/materials",
    "materials, found": "/materials?q=breuken",
    "materials, nothing found": "/materials?q=xqzzwv",
    "materials, picked": "/picked",
    "materials, picking failed": "/materials/picked?failed=1",
    "material": "/book",
    "material, a part": "/book?part=3.2",
    "link, to make": "/book?link=3.2",
    "link, with faults": "/faults",
    "link, with faults, classes typed": "/faults?typed=1",
    "share": f"/share?service=rekenrijk&target={BASE}/boek/3.2.4",
    "share, an address": f"/share?service=rekenrijk&target={BASE}/boek/ander%3Fx=1",
    "links": "/links",
    "link": "/links/bktmr479dx?new=1",
    "link, gone": "/links/gndwgbrkn3",
    "link, stopped": "/links/stptlnk347",
    "link, to change": "/links/bktmr479dx/edit",
    "link, to print": "/links/bktmr479dx/print",
    "link, on the board": "/links/bktmr479dx/show",
    "code": "/d",
    "code, wrong": "/d?typed=%2D",
}


@dataclass(frozen=True, slots=True)
class Seated:
    """In the place of the dispatcher: the teacher is signed in."""

    def session(self, _: Request) -> Session:
        return Session("s1", TEACHER, NOW + DAY, None)


def add_to(site: Flask) -> None:
    directory = Path(tempfile.mkdtemp(prefix="teacher-"))
    settings = load_settings(
        {"KETENPOORT_DATA_DIR": str(directory), "KETENPOORT_BASE_URL": "https://poort.example"}
    )
    engine = prepare(settings)
    database = open_repositories(engine)
    _register(database)
    parts = replace(make_parts(settings, engine), clock=lambda: float(NOW))
    sign_in = SignIn(Services(parts, {}, {}), Seated())  # type: ignore[arg-type]
    _make_links(database, parts, sign_in)
    for page in (*teacher_pages(parts, sign_in), typed_codes()):
        site.register_blueprint(page)
    _add_doors(site, parts)


def _register(database: Repositories) -> None:
    database.suppliers.add(SUPPLIER)
    database.services.add(SERVICE)
    database.services.add(WITH_PICKER)
    database.connections.add(Connection("idp", "saml", "https://idp.zonstad.test", {}))
    database.schools.add(SCHOOL)
    withdrawn = part("3.9", "3.9 Toets jezelf")
    chapter = replace(BOOK.parts[1], parts=(*PARAGRAPHS, withdrawn))
    old = replace(BOOK, parts=(BOOK.parts[0], replace(chapter, locator=f"{BASE}/boek/3")))
    database.catalogue.publish(SERVICE.id, [old, *OTHERS], whole=True)


def _make_links(database: Repositories, parts: Parts, sign_in: SignIn) -> None:
    maker = sign_in.visitor_of(TEACHER).own_id
    target = f"{BASE}/boek/3.2.4"
    found, gone = (
        parts.catalogue.at_address(SERVICE.id, f"{BASE}/boek/{key}") for key in ("3.2.4", "3.9")
    )
    assert found
    assert gone
    link = Link("", SERVICE.id, target, NOW - 9 * DAY, found.id, SCHOOL.brin, maker)
    for each in (
        replace(
            link,
            code="bktmr479dx",
            created_at=NOW - 8 * DAY,
            note="Maak a tot en met d.\nKlaar? Ga dan verder met opgave 5.",
            valid_until=NOW + 200 * DAY,
            audience=Audience(SCHOOL.brin, frozenset({"2B"})),
        ),
        replace(link, code="gndwgbrkn3", fragment_id=gone.id, valid_until=NOW + DAY),
        replace(link, code="stptlnk347", title="Huiswerk voor morgen", stopped_at=NOW - 60),
        replace(link, code="ltrbgntnk4", title="Proefwerk", valid_from=NOW + 9 * DAY),
        replace(link, code="vrlpnlnk49", fragment_id=None, valid_until=NOW - DAY),
    ):
        database.links.add(each)
    for day, uses in (("2026-11-24", 31), ("2026-11-23", 12), ("2026-11-19", 3)):
        for _ in range(uses):
            database.links.count_use("bktmr479dx", day)
    database.links.close()
    database.catalogue.publish(SERVICE.id, [BOOK, *OTHERS], whole=True)


def _add_doors(site: Flask, parts: Parts) -> None:
    """To the pages whose address has an id that the store made."""

    @site.get("/book")
    def book() -> BaseResponse:
        (material,) = (m for m in parts.catalogue.materials_of([SERVICE.id]) if m.isbn)
        if key := request.args.get("link"):
            found = parts.catalogue.at_address(SERVICE.id, f"{BASE}/boek/{key}")
            return redirect(f"/links/new?fragment={found.id}")
        if key := request.args.get("part"):
            found = parts.catalogue.at_address(SERVICE.id, f"{BASE}/boek/{key}")
            return redirect(f"/materials/{material.id}/{found.id}")
        return redirect(f"/materials/{material.id}")

    @site.get("/faults")
    def faults() -> str:
        """What a form that was sent with all its fields wrong shows."""
        wrong = {"title": "x" * 121, "note": "y" * 501, "begin": "morgen", "audience": "groups"}
        groups = [] if "typed" in request.args else sorted(TEACHER.attributes["nlEduPersonUnit"])
        form = LinkForm.read(MultiDict(wrong), frozenset(groups), NOW)
        goal = Goal(SERVICE, f"{BASE}/boek/3.2.4")
        return render_template("teacher/new_link.html", goal=goal, form=form, groups=groups)

    @site.get("/picked")
    def picked() -> BaseResponse:
        ids = parts.catalogue.add(WITH_PICKER.id, PICKED)
        wanted = {"fragment": [ids[part.key] for part in PICKED.parts]}
        return redirect(f"/materials/picked?{urlencode(wanted, doseq=True)}")

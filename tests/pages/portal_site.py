"""The start page and what belongs to it, in every state that they have."""

from flask import Flask, render_template, request
from flask_wtf.csrf import generate_csrf

from gateway.core.materials import Found, Fragment, Material
from gateway.core.model import Link, School, Service, Supplier, parse_brin
from gateway.core.ports import Whereabouts
from gateway.core.tiles import Tile
from gateway.web.shared import Shown

SCHOOL = School(parse_brin("99XC00"), "Zonstad College, locatie Noorderlicht", "Zonstad", "idp")
SUPPLIER = Supplier("linde", "Uitgeverij De Linde", key_version=1)
SERVICES = {
    name: Service(name, SUPPLIER.id, "saml", f"https://{name}.test", title, {})
    for name, title in [
        ("rekenrijk", "Rekenrijk"),
        ("taal", "Taalwijs in de onderbouw"),
        ("muziek", "Muziek bij Els"),
    ]
}
TITLES = [
    ("Rekenrijk 1 vmbo-b/k", "rekenrijk"),
    ("Getal & Ruimte voor wie verder wil in de wiskunde", "rekenrijk"),
    ("Taalwijs 2", "taal"),
    ("'t Kofschip", "taal"),
    ("Muziek bij Els", "muziek"),
    ("Aardrijkskundeleermiddelenverzameling", "taal"),
    ("Biologie", "taal"),
]
TILES = [
    Tile(
        id=service if title == "Muziek bij Els" else f"m{number}",
        service_id=service,
        root_id=None if title == "Muziek bij Els" else f"r{number}",
        title=title,
        favourite=number < 2,
    )
    for number, (title, service) in enumerate(TITLES)
]
MATERIAL = Material("m1", "rekenrijk", "k1", "Rekenrijk 1 vmbo-b/k", "r1")
FRAGMENTS = [
    Fragment(f"f{n}", "m1", "rekenrijk", "r1", n, f"k{n}", title, "exercise")
    for n, title in enumerate(["3.1 Breuken", "3.2 Breuken vergelijken", "Opgave 4"])
]
LINKS = [
    Whereabouts(
        Link("abc234", "rekenrijk", "", 0, "f1", note="Maak 1 tot en met 5"), FRAGMENTS[1], MATERIAL
    ),
    Whereabouts(Link("abc235", "taal", "https://taal.test/les", 0, title="Lezen voor morgen")),
]
SHOWN = [
    Shown(
        "eduPersonAffiliation",
        "je rol op school",
        ("leerling",),
        "Zo weet het of je leerling of leraar bent.",
    ),
    Shown("nlEduPersonHomeOrganization", "de naam van je school", (SCHOOL.name,), ""),
    Shown("eckId", "een geheim nummer", (), "Zo herkent het je de volgende keer."),
    Shown("givenName", "je voornaam", ("Sanne",), "Aanspreken in de les"),
    Shown("mail", "je e-mailadres", (), "Bericht bij een toets"),
]

STATES = {
    "home": "/",
    "start": "/start",
    "start, of a teacher": "/start?teaches&links",
    "start, with links": "/start?links",
    "start, second page": "/start?number=2",
    "start, nothing there": "/start?empty",
    "start, found": "/found?q=breuken",
    "start, nothing found": "/found?q=xqzzw&empty",
    "contents": "/contents",
    "contents, empty": "/contents?empty",
    "shared": "/shared",
}


def home() -> str:
    return render_template("home.html")


def start() -> str:
    number = request.args.get("number", 1, int)
    return render_template(
        "portal.html",
        school=SCHOOL,
        teaches="teaches" in request.args,
        links=LINKS if "links" in request.args else [],
        services=SERVICES,
        tiles=[] if "empty" in request.args else TILES[2 if number > 1 else 0 :],
        number=number,
        more=number > 1,
        csrf_token=generate_csrf,
    )


def found() -> str:
    empty = "empty" in request.args
    return render_template(
        "portal_found.html",
        query=request.args["q"],
        services=SERVICES,
        named=[] if empty else [SERVICES["rekenrijk"]],
        found=[]
        if empty
        else [Found(MATERIAL, one, (MATERIAL.title, "3 Breuken")) for one in FRAGMENTS],
    )


def contents() -> str:
    return render_template(
        "contents.html",
        path=[MATERIAL.title, "3 Breuken"],
        fragments=[] if "empty" in request.args else FRAGMENTS,
    )


def shared() -> str:
    return render_template(
        "shared.html",
        service=SERVICES["rekenrijk"],
        supplier=SUPPLIER,
        shown=SHOWN,
        kept=["je achternaam", "je e-mailadres", "je klas of groep"],
    )


def add_to(site: Flask) -> None:
    site.get("/")(home)
    for page in (start, found, contents, shared):
        site.get(f"/{page.__name__}")(page)

"""The school's console where a form was answered; `tests/consoles` walks through the rest of it."""

from flask import Flask

from gateway.core.model import Connection
from gateway.web.school_console.connection import Signs
from tests.pages.rendered import add_rendered

_TITLES = [
    "Opgave 4: op volgorde zetten",
    "3.3 Gelijknamige breuken optellen en aftrekken",
    "Toets",
]
_LOGIN = Connection("con-1", "saml", "https://inloggen.kade.example/saml2/idp/metadata", {})
STATES = {
    "school console, links not known": "/school-console/takeover-refused",
    "school console, links to hand over": "/school-console/takeover-asked",
    "school console, links handed over": "/school-console/takeover-done",
    "school console, metadata refused": "/school-console/metadata-refused",
}


def add_to(site: Flask) -> None:
    page = "school_console/takeover.html"
    add_rendered(
        site,
        {
            "/school-console/takeover-refused": (
                page,
                _takeover(
                    faults={"leaves": "unknown", "stays": "same"},
                    given={"leaves": "BKT MR47 9DX", "stays": "BKT MR47 9DX"},
                ),
            ),
            "/school-console/takeover-asked": (
                page,
                _takeover(pair=(_maker(_TITLES), _maker(_TITLES[:1]))),
            ),
            "/school-console/takeover-done": (page, _takeover(handed=3)),
            "/school-console/metadata-refused": ("school_console/connection.html", _refused()),
        },
    )


def _takeover(**changes: object) -> dict[str, object]:
    return {"faults": {}, "given": {}, "pair": None, "handed": None, **changes}


def _maker(titles: list[str]) -> dict[str, object]:
    return {"typed": "BKT MR47 9DX", "titles": titles, "made": titles}


def _refused() -> dict[str, object]:
    return {
        "connection": _LOGIN,
        "certificates": [Signs("2026-12-03", is_near=True), Signs("2029-12-03", is_near=False)],
        "came": [],
        "missing": [],
        "chosen": "nl",
        "base": "https://poort.example",
        "changes": True,
        "kept": False,
        "problem": "None of the keys that your login signs with now stands in it.",
        "given": '<EntityDescriptor entityID="https://inloggen.kade.example/saml2/idp/metadata">',
    }

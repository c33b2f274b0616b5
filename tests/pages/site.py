"""Every page in every state that it has, with the real templates, catalogues and headers.

The flows test how a person gets to a page; this is for what the page is.
"""

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from flask_wtf import CSRFProtect

from gateway import errors
from gateway.core.model import School, parse_brin
from gateway.core.ports import AutoPost
from gateway.core.search import SchoolIndex
from gateway.web import headers, languages, replies
from gateway.web.farewells import Farewell
from gateway.web.refusals import Refusal
from tests.pages import (
    operator_site,
    portal_site,
    refusal_site,
    school_site,
    supplier_site,
    teacher_site,
)

SHOWN = 20
SERVICE = "Rekenrijk"
SCHOOLS = [
    School(parse_brin(brin), name, town, connection_id="idp")
    for brin, name, town in [
        ("99XA", "De Regenboog", "Veldzicht"),
        ("99XB", "Openbare Basisschool De Regenboog", "Waterrijk"),
        ("99XC00", "Zonstad College voor atheneum, havo en vmbo, locatie Noorderlicht", "Zonstad"),
        ("99XD", "Daniëlschool", "Sint Anneland"),
        *(
            (f"99ZZ{number}", f"Basisschool De Ster {number}", "Avondland")
            for number in range(10, 35)
        ),
    ]
]
INDEX = SchoolIndex(SCHOOLS)

# Name of the state -> its address.
STATES = {
    **portal_site.STATES,
    **refusal_site.STATES,
    **teacher_site.STATES,
    **supplier_site.STATES,
    **school_site.STATES,
    **operator_site.STATES,
    "school": "/school?flow=f1",
    "school, chosen before": "/school?flow=f1&recent=3",
    "school, found": "/school?flow=f1&q=regenboog",
    "school, more": "/school?q=ster",
    "school, none": "/school?flow=f1&q=xqzzw",
    "error, of the person": "/error?kind=FlowLost&restart",
    "error, of the school": "/error?kind=BadSignature",
    "error, of the supplier": "/error?kind=UnregisteredAddress",
    "error, of the operator": "/error?kind=GatewayError",
    "error, with a way back": "/error?kind=ServiceNotForSchool&back",
    "unasked": "/unasked?name",
    "unasked, without a name": "/unasked",
    "logout": "/logout",
    "logged out": "/logged-out",
    "logged out, services open": "/logged-out?services",
    "not let in by a service": "/not-let-in",
    "logged out, going back by a form": "/logged-out?services&back",
}


def school() -> str:
    query = request.args.get("q", "").strip()
    found = INDEX.find(query, SHOWN + 1)
    return render_template(
        "school.html",
        query=query,
        searched=bool(query),
        results=[row(one) for one in found[:SHOWN]],
        more=len(found) > SHOWN,
        recent=[row(one) for one in SCHOOLS[: request.args.get("recent", 0, int)]],
        hidden={"flow": "f1"} if "flow" in request.args else {},
        service_name=SERVICE if "flow" in request.args else None,
        forget_address="/arrived",
    )


def row(one: School) -> dict[str, str]:
    address = f"/arrived?school={one.brin}"
    return {"name": one.name, "town": one.town, "brin": one.brin, "address": address}


def error() -> tuple[str, int]:
    kind: type[errors.GatewayError] = getattr(errors, request.args["kind"])
    back = "back" in request.args
    page = render_template(
        "error.html",
        error_title=gettext(kind.title),
        advice=gettext(kind.advice),
        mender=kind.mender.value,
        code=kind.code,
        reference="q7Zr2hXk",
        time="2026-11-24 08:31",
        restart="/arrived?again=1" if "restart" in request.args else None,
        service_name=SERVICE if back else None,
        refusal=Refusal(),
        back_link=None,
        back_form=AutoPost("/arrived", {"SAMLResponse": "refused"}) if back else None,
    )
    return page, kind.status


def autopost() -> Response:
    return replies.render(AutoPost("/arrived", {"SAMLResponse": "PD94", "RelayState": '<&">'}))


def logout() -> str:
    return render_template("logout.html")


def unasked() -> str:
    return render_template(
        "arrived.html",
        name="Sanne van der Wouden" if "name" in request.args else "",
        school="De Regenboog",
        service=SERVICE,
        title="Hoofdstuk 3" if "name" in request.args else "",
        onward="/arrived",
        instead="/arrived?again=1",
    )


def logged_out() -> str:
    named = ("Taalwijs", "Rekenwijs", SERVICE) if "services" in request.args else ()
    told, asked, still_open = named[:1], named[1:2], named[2:]
    awaited = len(asked) if "back" in request.args else 0
    farewell = Farewell("f1", told, asked, still_open, awaited=awaited)
    back = AutoPost("/arrived", {"SAMLResponse": "PD94"}) if awaited else None
    return render_template("logged_out.html", farewell=farewell, back=back)


def not_let_in() -> str:
    return render_template("not_let_in.html")


def arrived() -> dict[str, str]:
    """Another party: says what came."""
    return request.values.to_dict()


def make_site() -> Flask:
    """For a WSGI server: `granian --factory tests.pages.site:make_site`."""
    site = Flask("gateway.web")
    site.config["SECRET_KEY"] = "for the forms of these tests"
    languages.init(site, secure_cookie=False)
    headers.protect(site, secure=False)
    csrf = CSRFProtect(site)
    for page in (school, error, autopost, unasked, logout):
        site.get(f"/{page.__name__}")(page)
    portal_site.add_to(site)
    refusal_site.add_to(site)
    teacher_site.add_to(site)
    supplier_site.add_to(site)
    school_site.add_to(site)
    operator_site.add_to(site)
    site.get("/logged-out")(logged_out)
    site.get("/not-let-in")(not_let_in)
    csrf.exempt(site.route("/arrived", methods=["GET", "POST"])(arrived))
    return site

"""The start page: what to click, and what each supplier learned about the same person."""

from dataclasses import dataclass
from datetime import datetime

import requests
from flask import Flask, render_template
from pydantic import BaseModel, Json

from demo.environment import Addresses, DeepLinks, Invitations, from_environment
from demo.federation import load
from demo.web import Party, application

TIMEOUT = 2  # seconds

# Rows of the table in this order; OpenID and LTI may use the standard name of a claim.
LABELS = {
    "eckId": ("pseudoniem (ECK iD)", "pseudonym (ECK iD)"),
    "uid": ("inlognaam", "login name"),
    "eduPersonAffiliation": ("rol", "role"),
    "nlEduPersonHomeOrganizationId": ("BRIN van de school", "BRIN of the school"),
    "nlEduPersonHomeOrganization": ("naam van de school", "name of the school"),
    "nlEduPersonUnit": ("klas", "class"),
    "givenName": ("voornaam", "given name"),
    "nlEduPersonTussenvoegsels": ("tussenvoegsels", "name infix"),
    "sn": ("achternaam", "surname"),
    "mail": ("e-mailadres", "e-mail address"),
    "employeeNumber": ("leerling- of personeelsnummer", "pupil or staff number"),
}
STANDARD_CLAIMS = {
    "given_name": "givenName",
    "family_name": "sn",
    "email": "mail",
    "roles": "eduPersonAffiliation",
}


class StartSettings(BaseModel, frozen=True):
    addresses: Json[Addresses]
    links: Json[DeepLinks]
    pick_address: str
    invitations: Json[Invitations]


class Report(BaseModel):
    """What a school or supplier says of the person it last saw."""

    at: datetime
    attributes: dict[str, str | list[str]]
    pseudonym: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    time: str
    known: dict[str, str]


def create_app(settings: StartSettings) -> Flask:
    federation = load()
    party = Party("start", "Ketenpoort", ("demo", "demo"))
    app = application(party, "demo_start")
    at = settings.addresses
    schools = {
        at.saml_school: federation.school("saml"),
        at.oidc_school: federation.school("oidc"),
    }
    suppliers = {
        at.saml_supplier: federation.supplier("saml"),
        at.oidc_supplier: federation.supplier("oidc"),
        at.lti_supplier: federation.supplier("lti"),
    }
    links = {getattr(at, party): link for party, link in settings.links}

    @app.get("/")
    def start() -> str:
        return render_template(
            "start.html",
            schools=schools.values(),
            suppliers=suppliers,
            links=links,
            gateway=at.gateway,
            pick_address=settings.pick_address,
            invitations=settings.invitations,
            table=_table(
                {f"{one}/last-login": school.name for one, school in schools.items()},
                {f"{one}/learned": supplier.name for one, supplier in suppliers.items()},
            ),
            labels=LABELS,
        )

    return app


def serve() -> Flask:
    return create_app(from_environment(StartSettings))


def _table(schools: dict[str, str], suppliers: dict[str, str]) -> list[Column]:
    """The last login at a school, and what each supplier learned since then.

    That these are one person is the demo's own knowledge: the school says who came last.
    """
    logins = [(report, name) for one, name in schools.items() if (report := _ask(one))]
    if not logins:
        return []
    login, school = max(logins, key=lambda one: one[0].at)
    visits = [(_ask(one), name) for one, name in suppliers.items()]
    return [
        _column(school, login),
        *(
            _column(name, visit if visit and visit.at > login.at else None)
            for visit, name in visits
        ),
    ]


def _column(heading: str, report: Report | None) -> Column:
    if report is None:
        return Column(heading, "", {})
    known = {
        STANDARD_CLAIMS.get(name, name): ", ".join([said] if isinstance(said, str) else said)
        for name, said in report.attributes.items()
    }
    if report.pseudonym:
        known["eckId"] = report.pseudonym
    return Column(heading, f"{report.at.astimezone():%H:%M:%S}", known)


def _ask(address: str) -> Report | None:
    """Nothing from one that saw nobody yet or does not answer."""
    try:
        answer = requests.get(address, timeout=TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException:
        return None
    return Report.model_validate(answer.json()) if answer.json() else None

"""A school with a SAML 2.0 identity provider: AuthnRequest by Redirect, Response by POST.

It serves one school, so it takes no notice of a BRIN in `Scoping`; each login asks who you are.
"""

from dataclasses import astuple
from functools import cache
from pathlib import Path

import requests
from flask import Flask, Response, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import BaseModel

from demo.environment import from_environment
from demo.federation import load
from demo.keys import key_pair
from demo.schools.desk import open_desk
from demo.schools.saml_metadata import (
    ServiceProvider,
    identity_provider_metadata,
    read_service_provider,
)
from demo.schools.saml_request import AuthnRequest, read_authn_request
from demo.schools.saml_response import Issuer, Signer
from demo.web import Refused

LOGIN_TIME = 15 * 60  # seconds


class SamlSchoolSettings(BaseModel, frozen=True):
    address: str
    data_dir: Path
    gateway_metadata: str
    """Address of the gateway's metadata as a service provider."""


def create_app(settings: SamlSchoolSettings) -> Flask:
    school = load().school("saml")
    app, desk = open_desk(school, "demo_school_saml")
    entity_id, sso = f"{settings.address}/metadata", f"{settings.address}/sso"
    pair = key_pair(settings.data_dir, school.name)
    signer = Signer(pair)
    # The checked request travels through the login page under the school's own signature.
    seal = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="AuthnRequest")
    gateway = cache(lambda: _fetch(settings.gateway_metadata))

    @app.get("/metadata")
    def metadata() -> Response:
        document = identity_provider_metadata(entity_id, sso, pair)
        return Response(document, mimetype="application/samlmetadata+xml")

    @app.get("/sso")
    def ask() -> str:
        try:
            asked = read_authn_request(request.query_string.decode(), gateway(), sso)
        except ValueError as error:
            raise Refused(
                f"De school neemt deze vraag om in te loggen niet aan ({error}).",
                f"The school does not accept this request to log in ({error}).",
            ) from error
        return desk.page("/login", {"request": str(seal.dumps(astuple(asked)))})

    @app.post("/login")
    def answer() -> str:
        try:
            sealed = seal.loads(request.form.get("request", ""), max_age=LOGIN_TIME)
        except BadData as error:
            raise Refused(
                "Deze inlogpagina is te oud. Begin opnieuw bij de leverancier.",
                "This login page is too old. Start again at the supplier.",
            ) from error
        asked = AuthnRequest(*sealed)
        issuer = Issuer(entity_id, gateway().entity_id, signer)
        response = issuer.response(asked, school.attributes(desk.admit()))
        fields = {"SAMLResponse": response}
        if asked.relay_state:
            fields["RelayState"] = asked.relay_state
        return render_template("post.html", address=asked.consumer, fields=fields)

    return app


def serve() -> Flask:
    return create_app(from_environment(SamlSchoolSettings))


def _fetch(address: str) -> ServiceProvider:
    """The gateway's metadata, once; a failure is not kept, so the next login tries again."""
    try:
        answer = requests.get(address, timeout=5)
        answer.raise_for_status()
        return read_service_provider(answer.content)
    except (requests.RequestException, ValueError) as error:
        raise Refused(
            "De school kan de gegevens van de Ketenpoort niet lezen.",
            "The school can not read the gateway's metadata.",
            502,
        ) from error

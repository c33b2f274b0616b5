"""A supplier with a SAML 2.0 service provider, on python3-saml."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask, Response, redirect, request, session
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from pydantic import BaseModel
from werkzeug import Response as BaseResponse

from demo.environment import from_environment
from demo.federation import load
from demo.keys import KeyPair, key_pair
from demo.memory import Memory
from demo.suppliers.library import open_library
from demo.web import Refused

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
REMEMBERED = 3600
"""Seconds that an assertion's id is refused; longer than any assertion of the gateway is valid."""
OUTSTANDING = 8
"""Logins that one browser may have under way."""


class SamlSupplierSettings(BaseModel, frozen=True):
    address: str
    data_dir: Path
    gateway_metadata: str
    """Address of the gateway's metadata as an identity provider."""


def create_app(settings: SamlSupplierSettings) -> Flask:
    supplier = load().supplier("saml")
    pair = key_pair(settings.data_dir, supplier.name)
    own = _service_provider(settings.address, pair)
    saml = cache(lambda: _with_gateway(own, settings.gateway_metadata))
    seen = Memory[bool]()

    def begin_login(target: str) -> BaseResponse:
        auth = OneLogin_Saml2_Auth(_request_data(settings.address), saml())
        address = auth.login(return_to=target)
        # Every party of the demo is on one host, so this cookie comes along with the answer's
        # POST; on a host of its own a supplier needs SameSite=None and TLS for that.
        asked = [*session.get("asked", []), auth.get_last_request_id()]
        session["asked"] = asked[-OUTSTANDING:]
        return redirect(address, 303)

    app, library = open_library(supplier, settings.address, begin_login)

    @app.get("/saml/metadata")
    def metadata() -> Response:
        document = OneLogin_Saml2_Settings(own, sp_validation_only=True).get_sp_metadata()
        return Response(document, mimetype="application/samlmetadata+xml")

    @app.post("/saml/acs")
    def consume() -> BaseResponse:
        auth = OneLogin_Saml2_Auth(_request_data(settings.address), saml())
        auth.process_response()
        if not auth.is_authenticated():
            raise _refusal(auth.get_last_error_reason() or "")
        answers = auth.get_last_response_in_response_to()
        if answers is not None and answers not in session.get("asked", []):
            raise _refusal("the answer belongs to a login that began in another browser")
        if not seen.add(auth.get_last_assertion_id(), value=True, lifetime=REMEMBERED):
            raise _refusal("the answer was used before")
        return library.admit(
            auth.get_nameid(), auth.get_attributes(), request.form.get("RelayState", "")
        )

    return app


def serve() -> Flask:
    return create_app(from_environment(SamlSupplierSettings))


def _service_provider(address: str, pair: KeyPair) -> dict[str, Any]:
    """The supplier's half of python3-saml's settings."""
    return {
        "strict": True,
        "sp": {
            "entityId": f"{address}/saml/metadata",
            "assertionConsumerService": {"url": f"{address}/saml/acs"},
            "NameIDFormat": PERSISTENT,
            "x509cert": pair.certificate,
            "privateKey": pair.key,
        },
        "security": {
            "authnRequestsSigned": True,
            "wantAssertionsSigned": True,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "signatureAlgorithm": RSA_SHA256,
            "digestAlgorithm": SHA256,
        },
    }


def _with_gateway(own: dict[str, Any], address: str) -> OneLogin_Saml2_Settings:
    """Both halves; kept by the caller, but for a failure, so that a next login tries again."""
    try:
        answer = requests.get(address, timeout=5)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise Refused(
            "Deze leverancier kan de gegevens van de Ketenpoort niet lezen.",
            "This supplier can not read the gateway's metadata.",
            502,
        ) from error
    gateway = OneLogin_Saml2_IdPMetadataParser.parse(answer.content)
    return OneLogin_Saml2_Settings(own | {"idp": gateway["idp"]})


def _request_data(address: str) -> dict[str, Any]:
    """What python3-saml asks of a request, with our own address instead of a Host header."""
    parts = urlsplit(address)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": request.path,
        "get_data": request.args,
        "post_data": request.form,
    }


def _refusal(reason: str) -> Refused:
    return Refused(
        f"Deze leverancier neemt de inlog niet aan: {reason}",
        f"This supplier does not accept the login: {reason}",
        403,
    )

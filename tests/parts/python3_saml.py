"""A SAML supplier: python3-saml as its manual sets it up, in a small web application."""

import contextlib
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, redirect, request, session
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from werkzeug import Response
from werkzeug.serving import make_server

from tests.actors.keys import rsa_key
from tests.actors.saml_xml import PERSISTENT
from tests.parts.process import free_port


@dataclass(frozen=True, slots=True)
class Python3SamlSupplier:
    """A running service provider; every address under `protected` asks a login."""

    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def protected(self) -> str:
        return f"{self.base}/protected/"

    @property
    def start_address(self) -> str:
        return f"{self.base}/login?naar={{target}}"

    def metadata(self) -> str:
        """What its toolkit says of it."""
        document: bytes | str = OneLogin_Saml2_Settings(
            _own(self), sp_validation_only=True
        ).get_sp_metadata()
        return document.decode() if isinstance(document, bytes) else document

    @staticmethod
    def pseudonym(page: str) -> str:
        return page.partition("\n")[0].removeprefix("NAME_ID=")


@contextlib.contextmanager
def run_python3_saml(idp_metadata: str) -> Iterator[Python3SamlSupplier]:
    """Serve a supplier that trusts the identity provider of `idp_metadata`."""
    supplier = Python3SamlSupplier(free_port())
    server = make_server("127.0.0.1", supplier.port, _app(supplier, idp_metadata), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield supplier
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _app(supplier: Python3SamlSupplier, idp_metadata: str) -> Flask:
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(16), SESSION_COOKIE_NAME=f"saml{supplier.port}"
    )
    gateway = OneLogin_Saml2_IdPMetadataParser.parse(idp_metadata)
    settings = OneLogin_Saml2_Settings(_own(supplier) | {"idp": gateway["idp"]})

    def toolkit() -> OneLogin_Saml2_Auth:
        return OneLogin_Saml2_Auth(_request_data(supplier), settings)

    @app.get("/login")
    def login() -> Response:
        return redirect(toolkit().login(return_to=request.args["naar"]))

    @app.post("/acs")
    def consume() -> Response:
        auth = toolkit()
        auth.process_response()
        if auth.get_errors():
            abort(403, f"{auth.get_errors()} {auth.get_last_error_reason()}")
        session["name_id"] = auth.get_nameid()
        target = request.form.get("RelayState", "")
        if not target.startswith(f"{supplier.base}/"):  # its manual: "avoid 'Open Redirect'"
            abort(400)
        return redirect(auth.redirect_to(target))

    @app.get("/protected/")
    @app.get("/protected/<path:_page>")
    def protected(_page: str = "") -> Response:
        if "name_id" not in session:
            # As it was asked: request.url is decoded.
            address = supplier.base + request.environ["REQUEST_URI"]
            return redirect(toolkit().login(return_to=address))
        return Response(f"NAME_ID={session['name_id']}\n", mimetype="text/plain")

    return app


def _request_data(supplier: Python3SamlSupplier) -> dict[str, Any]:
    return {
        "https": "off",
        "http_host": f"127.0.0.1:{supplier.port}",
        "script_name": request.path,
        "get_data": request.args,
        "post_data": request.form,
    }


def _own(supplier: Python3SamlSupplier) -> dict[str, Any]:
    keys = rsa_key(supplier.base)
    return {
        "strict": True,
        "sp": {
            "entityId": f"{supplier.base}/metadata",
            "assertionConsumerService": {"url": f"{supplier.base}/acs"},
            "NameIDFormat": PERSISTENT,
            "x509cert": keys.certificate,
            "privateKey": keys.key,
        },
        "security": {
            "authnRequestsSigned": True,
            "wantAssertionsSigned": True,
            "requestedAuthnContext": False,
            "signatureAlgorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "digestAlgorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
        },
    }

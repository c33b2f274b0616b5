"""A SAML school: the identity provider of pysaml2 (xmlsec1), in a small web application."""

import contextlib
import re
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlencode

import saml2.config
import saml2.metadata
from flask import Flask, Response, abort, redirect, request
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.sigver import get_pem_wrapped_unwrapped, pre_encryption_part
from werkzeug.serving import make_server

from tests.actors.browser import Browser, Page
from tests.actors.keys import KeyPair, new_rsa_key, rsa_key
from tests.actors.people import Person
from tests.parts.process import free_port, run_directory

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it loads a cipher that `cryptography` is to move
    from saml2.server import Server

GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
FORM = """<!doctype html><title>De school</title>
<form method="post"><input name="uid"><button>Inloggen</button></form>"""


class GcmServer(Server):  # type: ignore[misc]  # pysaml2 has no types
    """Encrypts by GCM, where pysaml2 has triple DES written into it."""

    def _encrypt_assertion(
        self, _encrypt_cert: str, sp_entity_id: str, response: object, node_xpath: str = ""
    ) -> object:
        (_, certificate), *_ = self.metadata.certs(sp_entity_id, "any", "encryption")
        wrapped, unwrapped = get_pem_wrapped_unwrapped(certificate)
        with NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(wrapped)
            file.flush()
            template = pre_encryption_part(msg_enc=GCM, encrypt_cert=unwrapped)
            return self.sec.encrypt_assertion(
                response, file.name, template, key_type="aes-128", node_xpath=node_xpath
            )


@dataclass(slots=True)
class Pysaml2School:
    """A running identity provider. `wishes` are how it makes its next answers, as
    `create_authn_response` calls that; `signing` is the one of its two keys that signs them."""

    port: int
    directory: Path
    sp_metadata: str
    people: dict[str, Person]
    keys: tuple[KeyPair, KeyPair]
    wishes: dict[str, bool] = field(default_factory=lambda: {"sign_assertion": True})
    signing: int = 0
    sessions: dict[str, str] = field(default_factory=dict)
    """The SessionIndex of who is signed in, by uid."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def metadata(self) -> str:
        """With both keys."""
        return str(saml2.metadata.entity_descriptor(self.server().config))

    def login(self, browser: Browser, page: Page, person: Person) -> Page:
        assert page.url.startswith(self.base), page
        return browser.submit(page, {"uid": person.uid})

    def logout(self, browser: Browser, person: Person) -> Page:
        """The person signs out at the school, which tells us; the page where that ends."""
        return browser.open(f"{self.base}/logout?{urlencode({'uid': person.uid})}")

    def server(self) -> Server:
        return GcmServer(config=saml2.config.IdPConfig().load(self._configuration()))

    def _configuration(self) -> dict[str, Any]:
        mine, other = (self.directory / f"idp-{n}" for n in (self.signing, 1 - self.signing))
        return {
            "entityid": f"{self.base}/metadata",
            "key_file": f"{mine}.key",
            "cert_file": f"{mine}.crt",
            "additional_cert_files": [f"{other}.crt"],
            "metadata": {"inline": [self.sp_metadata]},
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [
                            (f"{self.base}/sso", saml2.BINDING_HTTP_REDIRECT)
                        ],
                        "single_logout_service": [
                            (f"{self.base}/slo", saml2.BINDING_HTTP_REDIRECT)
                        ],
                    },
                    "want_authn_requests_signed": True,
                    "name_id_format": [NAMEID_FORMAT_PERSISTENT],
                }
            },
        }


@contextlib.contextmanager
def run_pysaml2_idp(sp_metadata: str, *people: Person) -> Iterator[Pysaml2School]:
    """Serve a school that answers the service provider of `sp_metadata`."""
    with run_directory("pysaml2-idp") as directory:
        port = free_port()
        keys = (rsa_key(f"pysaml2-idp-{port}"), new_rsa_key("next"))
        for number, pair in enumerate(keys):
            (directory / f"idp-{number}.key").write_text(pair.key)
            (directory / f"idp-{number}.crt").write_text(pair.certificate)
        known = {person.uid: person for person in people}
        school = Pysaml2School(port, directory, sp_metadata, known, keys)
        web = make_server("127.0.0.1", port, _app(school), threaded=True)
        thread = threading.Thread(target=web.serve_forever, daemon=True)
        thread.start()
        try:
            yield school
        finally:
            web.shutdown()
            thread.join()
            web.server_close()


def _app(school: Pysaml2School) -> Flask:
    app = Flask(__name__)

    @app.get("/sso")
    def ask() -> str:
        return FORM

    @app.post("/sso")
    def answer() -> str:
        server, query = school.server(), request.args
        asked = server.parse_authn_request(
            query["SAMLRequest"],
            saml2.BINDING_HTTP_REDIRECT,
            relay_state=query["RelayState"],
            sigalg=query["SigAlg"],
            signature=query["Signature"],
        )
        if asked is None:
            abort(403)
        person = school.people[request.form["uid"]]
        to = server.response_args(asked.message)
        made = server.create_authn_response(
            person.attributes(),
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=person.uid),
            authn={"class_ref": PASSWORD},
            sign_alg=RSA_SHA256,
            digest_alg=SHA256,
            **{name: to[name] for name in ("in_response_to", "destination", "sp_entity_id")},
            **school.wishes,
        )
        if said := re.search('SessionIndex="([^"]+)"', str(made)):  # one that is not encrypted
            school.sessions[person.uid] = said[1]
        page: str = server.apply_binding(
            to["binding"], str(made), to["destination"], query["RelayState"], response=True
        )["data"]
        return page

    @app.get("/logout")
    def leave() -> Response:
        server, uid = school.server(), request.args["uid"]
        (entity_id,) = server.metadata.keys()
        (to,) = server.metadata.single_logout_service(
            entity_id, saml2.BINDING_HTTP_REDIRECT, "spsso"
        )
        _, asked = server.create_logout_request(
            to["location"],
            entity_id,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=uid),
            session_indexes=[school.sessions.pop(uid)],
        )
        sent = server.apply_binding(
            saml2.BINDING_HTTP_REDIRECT, str(asked), to["location"], sign=True, sigalg=RSA_SHA256
        )
        return redirect(dict(sent["headers"])["Location"])

    @app.get("/slo")
    def left() -> str:
        server = school.server()
        answer = server.parse_logout_request_response(
            request.args["SAMLResponse"], saml2.BINDING_HTTP_REDIRECT
        )
        return f"<title>Uitgelogd</title><p>{answer.response.status.status_code.value}</p>"

    return app

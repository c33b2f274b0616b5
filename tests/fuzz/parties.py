"""Parties that the fuzzed parsers know, without a database; and requests without a server."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from gateway.core.model import Service
from gateway.errors import FetchRefused, UnknownSchool, UnknownService
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.rules import Rules
from providers.suppliers.oidc.client import hash_secret
from tests.actors.keys import new_ec_key
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.core.people import SCHOOL

NOW = time.time()
BASE = "http://gateway.test"
EC = new_ec_key("party")
KEY = load_pem_private_key(EC.key.encode(), None)
assert isinstance(KEY, ec.EllipticCurvePrivateKey)
JWK = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key())), "kid": "one"}

SUPPLIER = ScriptedSupplier("", "http://supplier.test", EC)


def clock() -> float:
    return NOW


def _saml_service() -> Service:
    metadata = SUPPLIER.metadata(signs_requests=False, slo=f"{SUPPLIER.base}/slo")
    (entity, *_) = read_entities(
        metadata.encode(), Rules(now=NOW, allow_loopback=True, accept_expired=True), None
    )
    assert entity.service_provider, entity.problems
    return Service(
        "svc-saml", "sup", "saml", SUPPLIER.entity_id, "Wilg", entity.service_provider.to_config()
    )


def _client(identifier: str, **config: Any) -> Service:
    config = {"redirect_uris": ["http://tool.test/callback"], **config}
    return Service(identifier, "sup", "oidc", identifier, "Els", config)


SAML = _saml_service()
SIGNER = _client("signer", public_keys=[JWK])
SECRET = _client("secret", secret_hash=hash_secret("s"))
TOOL = Service(
    "tool", "sup", "lti", "tool", "Oefenen",
    {"initiate_login_uri": "http://tool.test/login", "redirect_uris": ["http://tool.test/launch"], "target_link_uri": "http://tool.test/start"},
    targets=("http://tool.test/",),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FewParties:
    """Those above; everybody else is unknown."""

    def service_named(self, protocol: str, identifier: str) -> Service:
        for service in (SAML, SIGNER, SECRET, TOOL):
            if (service.protocol, service.identifier) == (protocol, identifier):
                return service
        raise UnknownService(identifier)

    def school(self, brin: str) -> object:
        if brin == SCHOOL.brin:
            return SCHOOL
        raise UnknownSchool(brin)

    def schools_at(self, institution: str) -> tuple[()]:
        return ()

    def connection_named(self, protocol: str, identifier: str) -> object:
        raise UnknownSchool(identifier)


@dataclass(frozen=True, slots=True)
class Answers:
    """A fetch that always gets these bytes."""

    body: bytes

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        if not self.body:
            raise FetchRefused("nothing there")
        return self.body


def signed(claims: bytes, header: bytes = b'{"alg":"ES256","kid":"one"}') -> str:
    """A JWT of any bytes, well signed by the party's key."""
    covered = b".".join(map(_url64, (header, claims)))
    value = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).sign(covered, KEY)
    return b".".join((covered, _url64(value))).decode()


def request(method: str = "GET", *, query: bytes = b"", **how: Any) -> Request:
    builder = EnvironBuilder(method=method, base_url=BASE, **how)
    environment = builder.get_environ()
    if query:
        environment["QUERY_STRING"] = query.decode("latin-1")
    return Request(environment)


def _url64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")

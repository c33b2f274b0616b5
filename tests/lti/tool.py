"""An LTI tool that asks the gateway's services: by pylti1p3, and by hand where it must lie."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.names_roles import NamesRolesProvisioningService
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector

from gateway.core.model import Service
from providers.suppliers.lti.services.claims import GRADES, MEMBERS
from providers.suppliers.lti.services.scopes import SCOPES
from tests.actors.keys import KeyPair
from tests.parts.web_server import QuietHandler, run_web_server

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
ALL_SCOPES = " ".join(SCOPES)


@dataclass(frozen=True, slots=True)
class Tool:
    """A registered tool, with the key of its name."""

    gateway: str
    service: Service
    keys: KeyPair

    @property
    def kid(self) -> str:
        return kid_of(self.keys)

    @property
    def client_id(self) -> str:
        return self.service.identifier

    @property
    def token_endpoint(self) -> str:
        return f"{self.gateway}/lti/token"

    def connector(self) -> ServiceConnector:
        """pylti1p3's, which fetches its own tokens."""
        registration = Registration().set_client_id(self.client_id)
        registration.set_auth_token_url(self.token_endpoint)
        registration.set_tool_private_key(self.keys.key)
        registration.set_tool_public_key(public_pem(self.keys))
        return ServiceConnector(registration)

    def grades(self, claims: Mapping[str, Any]) -> AssignmentsGradesService:
        return AssignmentsGradesService(self.connector(), claims[GRADES])

    def members(self, claims: Mapping[str, Any]) -> NamesRolesProvisioningService:
        return NamesRolesProvisioningService(self.connector(), claims[MEMBERS])

    def assertion(
        self,
        *,
        key: str | bytes | None = "",
        algorithm: str = "RS256",
        kid: str | None = "",
        **claims: Any,
    ) -> str:
        """A good one with some claims changed; those that are `...` are left out."""
        good = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.token_endpoint,
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
            "jti": str(uuid.uuid4()),
        }
        said = {name: value for name, value in (good | claims).items() if value is not ...}
        named = self.kid if kid == "" else kid
        headers = {"kid": named} if named else {}
        signing = self.keys.key if key == "" else key
        return jwt.encode(said, signing, algorithm, headers)

    def ask_token(self, assertion: str | None = None, **fields: str) -> requests.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion() if assertion is None else assertion,
            "scope": ALL_SCOPES,
        }
        sent = {name: value for name, value in (form | fields).items() if value}
        return requests.post(self.token_endpoint, sent, timeout=30)

    def token(self, scope: str = ALL_SCOPES) -> str:
        answer = self.ask_token(scope=scope)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


@dataclass(frozen=True, slots=True)
class Caller:
    """Requests to the services with one token, without a library between."""

    token: str

    def get(self, address: str, **parameters: str) -> requests.Response:
        return self._ask("GET", address, params=parameters)

    def delete(self, address: str) -> requests.Response:
        return self._ask("DELETE", address)

    def send(
        self, method: str, address: str, body: object, content_type: str = LINE_ITEM
    ) -> requests.Response:
        """`body` is sent as JSON, or as it is when it is text."""
        data = body if isinstance(body, str) else json.dumps(body)
        headers = {"Content-Type": content_type}
        return self._ask(method, address, data=data.encode(), headers=headers)

    def score(self, item: str, body: object) -> requests.Response:
        return self.send("POST", f"{item}/scores", body, SCORE)

    def _ask(self, method: str, address: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return requests.request(
            method, address, headers=headers, timeout=30, allow_redirects=False, **options
        )


def kid_of(keys: KeyPair) -> str:
    """The name that pylti1p3 gives a key (RFC 7638)."""
    return str(Registration.get_jwk(public_pem(keys))["kid"])


def public_pem(keys: KeyPair) -> str:
    public = x509.load_pem_x509_certificate(keys.certificate.encode()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_jwk(keys: KeyPair, kid: str = "") -> dict[str, Any]:
    public = x509.load_pem_x509_certificate(keys.certificate.encode()).public_key()
    row = jwt.get_algorithm_by_name("RS256").to_jwk(public, as_dict=True)
    return {**row, "kid": kid or kid_of(keys), "use": "sig", "alg": "RS256"}


@dataclass(eq=False)
class KeySet:
    """A jwks_uri; `asked` counts how often it was fetched."""

    address: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    up: bool = True


@contextmanager
def run_key_set(keys: KeyPair) -> Iterator[KeySet]:
    published = KeySet(rows=[public_jwk(keys)])

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802  # http.server's name
            published.asked += 1
            body = json.dumps({"keys": published.rows}).encode()
            self.send_response(200 if published.up else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with run_web_server(Handler) as base:
        published.address = f"{base}/jwks"
        yield published

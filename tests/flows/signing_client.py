"""An OpenID client that signs: it proves itself by a key (RFC 7523), and may sign its requests."""

import json
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.actors.browser import Browser
from tests.actors.oidc_client import Attempt, OidcClient
from tests.flows.hub import Hub
from tests.parts.effect import wait_for_oidc_service
from tests.parts.registration import add_supplier
from tests.parts.web_server import QuietHandler, run_web_server

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass
class KeySet:
    """A jwks_uri with a key for each algorithm; the kid is the algorithm's name."""

    address: str = ""
    keys: dict[str, PrivateKey] = field(default_factory=dict)
    up: bool = True
    asked: int = 0

    def key(self, algorithm: str) -> PrivateKey:
        if algorithm not in self.keys:
            self.keys[algorithm] = (
                ec.generate_private_key(CURVES[algorithm]())
                if algorithm in CURVES
                else rsa.generate_private_key(65537, 2048)
            )
        return self.keys[algorithm]

    def document(self) -> dict[str, list[dict[str, Any]]]:
        rows = []
        for algorithm, key in self.keys.items():
            made = jwt.get_algorithm_by_name(algorithm)
            row = made.to_jwk(key.public_key(), as_dict=True)
            rows.append({**row, "kid": algorithm, "use": "sig", "alg": algorithm})
        return {"keys": rows}


@contextmanager
def run_key_set(*algorithms: str) -> Iterator[KeySet]:
    published = KeySet()
    for algorithm in algorithms:
        published.key(algorithm)

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802  # http.server's name
            published.asked += 1
            body = json.dumps(published.document()).encode()
            self.send_response(200 if published.up else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with run_web_server(Handler) as base:
        published.address = f"{base}/jwks"
        yield published


@dataclass(frozen=True, slots=True)
class SigningClient:
    """`plain` does what any client does, but has no secret."""

    plain: OidcClient
    published: KeySet

    @property
    def client_id(self) -> str:
        return self.plain.client_id

    def signed(
        self, claims: Mapping[str, Any], algorithm: str = "RS256", **header: str | None
    ) -> str:
        """A JWT of the claims; those that are `...` are left out."""
        said = {name: value for name, value in claims.items() if value is not ...}
        key = self.published.key(algorithm)
        return jwt.encode(said, key, algorithm, {"kid": algorithm, **header})

    def assertion(self, algorithm: str = "RS256", **changes: Any) -> str:
        now = int(time.time())
        good = {
            "iss": self.client_id, "sub": self.client_id, "aud": self.plain.issuer,
            "iat": now, "exp": now + 60, "jti": str(uuid.uuid4()),
        }  # fmt: skip
        return self.signed({**good, **changes}, algorithm)

    def ask(
        self, endpoint: str, fields: Mapping[str, str], assertion: str | None = None
    ) -> requests.Response:
        """Post to the endpoint that discovery has under this name, with an assertion."""
        proof = {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        }
        address = self.plain.discovery[f"{endpoint}_endpoint"]
        return requests.post(address, data={**fields, **proof}, timeout=10)

    def redeem(
        self, attempt: Attempt, code: str, assertion: str | None = None
    ) -> requests.Response:
        fields = {
            "grant_type": "authorization_code", "code": code, "client_id": self.client_id,
            "redirect_uri": self.plain.redirect_uri, "code_verifier": attempt.verifier,
        }  # fmt: skip
        return self.ask("token", fields, assertion)

    def request_object(self, algorithm: str = "RS256", typ: str = "JWT", **changes: Any) -> str:
        """A whole request, signed; a parameter that is `...` is left out."""
        whole = {
            "iss": self.client_id, "aud": self.plain.issuer, "exp": int(time.time()) + 60,
            "client_id": self.client_id, "response_type": "code", "scope": "openid",
            "redirect_uri": self.plain.redirect_uri,
            "state": secrets.token_urlsafe(8), "nonce": secrets.token_urlsafe(8),
        }  # fmt: skip
        return self.signed({**whole, **changes}, algorithm, typ=typ)


def add_signing_client(
    hub: Hub, published: KeySet, name: str = "Sleutels bij Beuk", *options: str
) -> SigningClient:
    added = hub.gateway.ketenpoort_json(
        "service", "add", "--supplier", add_supplier(hub.gateway, f"Uitgeverij van {name}"),
        "--oidc", "--name", name, "--redirect-uri", "http://tool.test/callback",
        "--jwks-uri", published.address, *options,
    )  # fmt: skip
    assert "client_secret" not in added
    wait_for_oidc_service(hub.gateway, added["client_id"])
    return SigningClient(OidcClient(hub.gateway.base, added["client_id"], ""), published)


def by_object(signer: SigningClient, **beside: str) -> str:
    """An address with the OAuth parameters and what is given."""
    fields = {"client_id": signer.client_id, "response_type": "code", "scope": "openid", **beside}
    return f"{signer.plain.discovery['authorization_endpoint']}?{urlencode(fields)}"


def to_client(hub: Hub, browser: Browser, url: str) -> str:
    """The address at the client to which a request leads in the end."""
    page = browser.open(url)
    assert page.redirect, page
    if not page.redirect.url.startswith("http://tool.test/"):
        page = hub.at_school(browser, page)
    return page.redirect.url

"""An OpenID school inside the test: its answers can be right, or wrong in any one respect."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization

from tests.actors.keys import KeyPair, rsa_key
from tests.actors.people import Person

CLIENT_ID = "ketenpoort-bij-school"
CLIENT_SECRET = "geheim van de school: + / %"
KID = "school-1"
TOKEN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Lies:
    """What is changed in a right answer; in the mappings None leaves a value out."""

    answer: Mapping[str, str | None] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    userinfo: Mapping[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    kid: str | None = KID
    key: str | bytes | None = ""
    token_status: int = 200
    token_body: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    request: Mapping[str, str]
    person: Person
    lies: Lies


@dataclass(eq=False)
class ScriptedOpenIdSchool:
    """An OpenID provider on a port of its own; no browser enters it: give `base` as a stop.

    `issuer(name)` gives one of any number of issuers, all with the same keys. `asked` counts
    the gateway's requests by path.
    """

    base: str
    keys: KeyPair
    kid: str = KID
    asked: Counter[str] = field(default_factory=Counter)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _tokens: dict[str, _Code] = field(default_factory=dict)

    def issuer(self, name: str) -> str:
        return f"{self.base}/{name}"

    def read_request(self, url: str) -> dict[str, str]:
        """The parameters with which the gateway sent the browser, each once."""
        fields = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
        assert all(len(values) == 1 for values in fields.values()), url
        asked = {name: values[0] for name, values in fields.items()}
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        return {**asked, "issuer": url.partition("/authorize?")[0]}

    def answer(self, request: Mapping[str, str], person: Person, lies: Lies | None = None) -> str:
        """The address to which a login of `person` sends the browser back."""
        lies, code = lies or Lies(), secrets.token_urlsafe()
        self._codes[code] = _Code(request, person, lies)
        right = {"code": code, "state": request["state"], "iss": request["issuer"]}
        return f"{request['redirect_uri']}?{urlencode(_without_none({**right, **lies.answer}))}"

    def discovery(self, issuer: str) -> dict[str, Any]:
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> dict[str, Any]:
        private = serialization.load_pem_private_key(self.keys.key.encode(), None)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def redeem(self, form: Mapping[str, str], authorization: str) -> tuple[int, bytes]:
        """The token endpoint: strict about the client, the verifier and single use."""
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or not _may_redeem(code.request, form, authorization):
            return 400, b'{"error": "invalid_grant"}'
        token = secrets.token_urlsafe()
        self._tokens[token] = code
        record = {"access_token": token, "token_type": "Bearer", "id_token": self._id_token(code)}
        return code.lies.token_status, code.lies.token_body or json.dumps(record).encode()

    def userinfo(self, token: str) -> dict[str, Any]:
        code = self._tokens[token]
        right = {"sub": code.person.uid, **code.person.claims()}
        return _without_none({**right, **code.lies.userinfo})

    def _id_token(self, code: _Code) -> str:
        now, lies = int(time.time()), code.lies
        right = {
            "iss": code.request["issuer"],
            "aud": CLIENT_ID,
            "sub": code.person.uid,
            "nonce": code.request["nonce"],
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "auth_time": now - 5,
        }
        key = self.keys.key if lies.key == "" else lies.key
        headers = {"kid": lies.kid} if lies.kid else {}
        return jwt.encode(_without_none({**right, **lies.claims}), key, lies.algorithm, headers)


@contextmanager
def run_openid_school(name: str = "openid-school") -> Iterator[ScriptedOpenIdSchool]:
    """Serve the school in a thread until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    base = f"http://127.0.0.1:{server.server_port}"
    server.school = ScriptedOpenIdSchool(base, rsa_key(name))  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.school  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the library's name
        issuer, endpoint = self._place()
        if endpoint == "openid-configuration":
            self._send(200, self._school.discovery(issuer.removesuffix("/.well-known")))
        elif endpoint == "jwks":
            self._send(200, self._school.jwks())
        else:
            bearer = self.headers["Authorization"].removeprefix("Bearer ")
            self._send(200, self._school.userinfo(bearer))

    def do_POST(self) -> None:  # the library's name
        self._place()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body, strict_parsing=True).items()}
        self._send(*self._school.redeem(form, self.headers["Authorization"]))

    def log_message(self, *_: object) -> None:
        """Quiet."""

    @property
    def _school(self) -> ScriptedOpenIdSchool:
        return self.server.school  # type: ignore[attr-defined,no-any-return]

    def _place(self) -> tuple[str, str]:
        self._school.asked[self.path] += 1
        prefix, _, endpoint = self.path.rpartition("/")
        return self._school.base + prefix, endpoint

    def _send(self, status: int, body: bytes | dict[str, Any]) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _may_redeem(asked: Mapping[str, str], form: Mapping[str, str], authorization: str) -> bool:
    """RFC 6749 §2.3.1 and §4.1.3, RFC 7636 §4.6."""
    quoted = urlencode({CLIENT_ID: CLIENT_SECRET}).replace("=", ":")
    basic = "Basic " + base64.b64encode(quoted.encode()).decode()
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (authorization, form["redirect_uri"], challenge) == (
        basic,
        asked["redirect_uri"],
        asked["code_challenge"],
    )


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}

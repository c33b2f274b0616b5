"""The parsers of OpenID Connect: what clients send, and what a school's provider answers."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

from gateway.core.identify import identify
from gateway.core.model import Connection, Demands, Flow, SupplierRequest
from gateway.errors import FetchRefused, SchoolError, SupplierError
from gateway.trust.client_assertion import (
    ASSERTION_TYPE,
    ClientAssertions,
    ServiceKeys,
)
from gateway.trust.jose import RemoteKeys, TokenRefused, registered_keys, verify_token
from gateway.trust.metadata.endpoints import address_fault
from providers.schools.oidc import OpenIdRelyingParty
from providers.schools.oidc.claims import asserted
from providers.suppliers.oidc.authentication import Authentication
from providers.suppliers.oidc.authorize import AuthorizationError, AuthorizationRequests
from providers.suppliers.oidc.claims_request import ClaimsRefused, read_claims_request
from providers.suppliers.oidc.client_metadata import MetadataRefused, name_in, read_client
from providers.suppliers.oidc.errors import OAuthError
from providers.suppliers.oidc.own_tokens import OwnTokens
from providers.suppliers.oidc.pushed import PushedRequests
from providers.suppliers.oidc.registration import _body
from providers.suppliers.oidc.request_object import RequestObjects
from tests.core.memory import MemoryState
from tests.core.people import SCHOOL, VOCABULARY, HeldClock
from tests.fuzz.parties import BASE, JWK, NOW, Answers, FewParties, clock, request, signed
from tests.fuzz.target import Target, as_text

ISSUER, CALLBACK = "http://idp.test", "http://tool.test/callback"
_JWKS = json.dumps({"keys": [JWK]}).encode()
_KEYS = registered_keys(_JWKS.decode(), clock)
_CONNECTION = Connection("idp-one", "oidc", ISSUER, {"client_id": "poort", "client_secret": "s"})
DISCOVERY = json.dumps(
    {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "jwks_uri": f"{ISSUER}/jwks",
    }
).encode()
_TIMES = {"iat": int(NOW), "exp": int(NOW) + 300}
CLAIMS = {
    **_TIMES,
    "iss": ISSUER,
    "aud": "poort",
    "sub": "leerling-1",
    "nonce": "n",
    "azp": "poort",
    "auth_time": int(NOW),
    "acr": "1",
    "groups": ["2B"],
}
_USERINFO = b'{"sub": "leerling-1", "given_name": "Noor", "nlEduPersonHomeOrganizationId": "99XA"}'
_FLOW = Flow("f" * 22, int(NOW), int(NOW) + 900, SupplierRequest("svc-one", {}, Demands()))
_SERVICE_KEYS = ServiceKeys(Answers(b""), clock)  # type: ignore[arg-type]
_STATE = MemoryState(HeldClock(NOW))
_ASSERTIONS = ClientAssertions(
    "oidc", (f"{BASE}/oidc/token",), FewParties(), _STATE, clock, _SERVICE_KEYS, 60, 300
)  # type: ignore[arg-type]
_AUTHENTICATION = Authentication(FewParties(), _ASSERTIONS, clock)  # type: ignore[arg-type]
_OWN = OwnTokens(SimpleNamespace(jwks=lambda: {"keys": [{**JWK, "alg": "ES256"}]}), BASE)  # type: ignore[arg-type]
_AUTHORIZE = AuthorizationRequests(
    FewParties(),  # type: ignore[arg-type]
    _OWN,
    RequestObjects(_SERVICE_KEYS, BASE, 60),
    PushedRequests(_STATE, lambda size=16: "r" * size),
)


@dataclass(frozen=True, slots=True)
class _Provider:
    """A school's provider, honest but for one answer; a fetch like `Answers`."""

    answers: Mapping[str, bytes]

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        name = address.rpartition("/")[2]
        if name not in self.answers:
            raise FetchRefused("nothing there")
        return self.answers[name]

    def post_form(self, address: str, fields: object, credentials: object) -> bytes:
        return self.answers["token"]


def _identity(**wrong: bytes) -> object:
    """Who comes of the answers, where some are wrong."""
    token = json.dumps({"id_token": signed(_json(CLAIMS)), "access_token": "a"}).encode()
    honest = {"openid-configuration": DISCOVERY, "jwks": _JWKS, "token": token}
    answers = {**honest, "userinfo": _USERINFO, **wrong}
    party = OpenIdRelyingParty(_parts(_Provider(answers)))
    party.begin(_CONNECTION, SCHOOL, _FLOW)
    provider = party._discovery.find(ISSUER)
    claims = party._claims(_CONNECTION, provider, "c", {"verifier": "v", "nonce": "n"})
    said = asserted(claims, _CONNECTION, NOW)
    return identify(said, _CONNECTION, [SCHOOL], SCHOOL.brin, VOCABULARY)


def _parts(fetch: _Provider) -> Any:
    settings = SimpleNamespace(base_url=BASE, clock_skew_seconds=60)
    sealer = SimpleNamespace(unseal=lambda text: text)
    return SimpleNamespace(
        fetch=fetch,
        clock=clock,
        settings=settings,
        sealer=sealer,
        random=lambda size=16: "r" * size,
    )


def _discovered(data: bytes) -> object:
    return _identity(**{"openid-configuration": data})


def _id_token(data: bytes) -> object:
    return _identity(token=json.dumps({"id_token": signed(data)}).encode())


def _keys(data: bytes) -> object:
    return RemoteKeys(f"{ISSUER}/jwks", Answers(data), clock).find("one")  # type: ignore[arg-type]


def _token(text: str) -> object:
    return verify_token(text, _KEYS, issuer=ISSUER, audience="poort", skew=60)


def _header(data: bytes) -> object:
    return _token(signed(_json(CLAIMS), data))


def _authorize(data: bytes) -> object:
    """A server passes on no query that is not UTF-8; granian answers 400."""
    data = as_text(data).encode()
    return _AUTHORIZE.read(request(query=data))


def _request_object(data: bytes) -> object:
    query = f"client_id=signer&redirect_uri={CALLBACK}&response_type=code&scope=openid"
    return _authorize(f"{query}&request={signed(data)}".encode())


def _asserted(data: bytes) -> object:
    fields = {"client_assertion": signed(data), "client_assertion_type": ASSERTION_TYPE}
    return _AUTHENTICATION.read(request("POST", data=fields))


def _basic(data: bytes) -> object:
    header = data.decode("latin-1").replace("\n", "").replace("\r", "")
    return _AUTHENTICATION.read(request("POST", headers={"Authorization": header}))


def _registered(data: bytes) -> object:
    """A client's metadata as it registers itself, without a server."""
    asked = _body(SimpleNamespace(get_data=lambda: data))  # type: ignore[arg-type]
    fault = partial(address_fault, allow_loopback=False)
    return read_client(asked, fault), name_in(asked, "Oefenen")


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


_ASKED = {
    "client_id": "signer",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid",
}
_OBJECT = {
    "iss": "signer",
    "aud": BASE,
    **_ASKED,
    "claims": {"id_token": {"acr": {"essential": True, "values": ["1"]}}},
    "max_age": 1,
}
_ASSERTION = {"iss": "signer", "sub": "signer", "aud": f"{BASE}/oidc/token", "jti": "j", **_TIMES}
_QUERY = (
    b"client_id=secret&redirect_uri=http%3A%2F%2Ftool.test%2Fcallback&response_type=code&scope=openid+email"
    b"&state=s&nonce=n&prompt=login&max_age=10&ui_locales=nl+en&login_hint=brin%3A99XA&response_mode=form_post"
    b"&code_challenge=ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ&code_challenge_method=S256"
)  # fmt: skip
_CLIENT = {
    "redirect_uris": ["https://tool.example/callback"], "client_name": "Oefenen", "response_types": ["code"],
    "grant_types": ["authorization_code", "refresh_token"], "application_type": "web", "jwks": {"keys": [JWK]},
    "token_endpoint_auth_method": "private_key_jwt", "id_token_signed_response_alg": "ES256",
    "post_logout_redirect_uris": ["https://tool.example/bye"], "initiate_login_uri": "https://tool.example/login",
}  # fmt: skip
_OF_AUTHORIZE = (SupplierError, AuthorizationError)

TARGETS = (
    Target("jwks", _keys, (TokenRefused, FetchRefused), (_JWKS,)),
    Target("jwt", lambda d: _token(as_text(d)), (TokenRefused,), (signed(_json(CLAIMS)).encode(),)),
    Target("jws-header", _header, (TokenRefused,), (b'{"alg":"ES256","kid":"one","typ":"JWT"}', b'{"alg":"ES256","crit":["b64"]}')),
    Target("jwt-claims", lambda d: _token(signed(d)), (TokenRefused,), (_json(CLAIMS),)),
    Target("id-token-hint", lambda d: _OWN.read(signed(d)), (), (_json({**CLAIMS, "iss": BASE, "sid": "s"}),)),
    Target("school-discovery", _discovered, (SchoolError,), (DISCOVERY,)),
    Target("school-keys", lambda d: _identity(jwks=d), (SchoolError,), (_JWKS,)),
    Target("school-token-answer", lambda d: _identity(token=d), (SchoolError,), (_json({"id_token": signed(_json(CLAIMS)), "access_token": "a"}),)),
    Target("school-id-token", _id_token, (SchoolError,), (_json(CLAIMS),)),
    Target("school-userinfo", lambda d: _identity(userinfo=d), (SchoolError,), (_USERINFO,)),
    Target("authorization-request", _authorize, _OF_AUTHORIZE, (_QUERY,)),
    Target("request-object", _request_object, _OF_AUTHORIZE, (_json(_OBJECT),)),
    Target("claims-parameter", lambda d: read_claims_request(as_text(d)), (ClaimsRefused,), (_json(_OBJECT["claims"]),)),
    Target("client-assertion", _asserted, (OAuthError,), (_json(_ASSERTION),)),
    Target("basic-header", _basic, (OAuthError,), (b"Basic " + base64.b64encode(b"secret:s"),)),
    Target("client-registration", _registered, (OAuthError, MetadataRefused), (_json(_CLIENT),)),
)  # fmt: skip

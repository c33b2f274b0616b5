"""Clients that sign: private_key_jwt (RFC 7523), and request objects (OpenID Connect Core §6.1,
RFC 9101)."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
import requests

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.oidc_client import Attempt, read_callback
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import Hub
from tests.flows.signing_client import (
    KeySet,
    SigningClient,
    add_signing_client,
    by_object,
    run_key_set,
    to_client,
)
from tests.lti.tool import public_pem
from tests.parts.effect import wait_for_oidc_service
from tests.parts.registration import add_supplier

NOW = time.time
EVIL = "http://evil.test/callback"


def code_at(hub: Hub, browser: Browser, signer: SigningClient) -> tuple[Attempt, str]:
    attempt = signer.plain.begin(school=SAML_SCHOOL)
    return attempt, read_callback(to_client(hub, browser, attempt.url))["code"]


# private_key_jwt


def test_rfc7523_2_2_code_is_redeemed_by_an_assertion(
    hub: Hub, person: Browser, signer: SigningClient
):
    attempt, code = code_at(hub, person, signer)
    record = signer.redeem(attempt, code).json()
    assert signer.plain.verify(record["id_token"], attempt, record["access_token"])["sub"]


def test_discovery_each_algorithm_of_an_assertion_works(signer: SigningClient):
    for endpoint in ("token", "revocation", "introspection"):
        name = f"{endpoint}_endpoint_auth_signing_alg_values_supported"
        for algorithm in signer.plain.discovery[name]:
            answer = signer.ask(endpoint, {"token": "x"}, signer.assertion(algorithm))
            assert answer.status_code != 401, f"{endpoint} {algorithm}: {answer.text}"


@pytest.mark.parametrize("path", ["", "/oidc/token", "/oidc/par", "/oidc/revoke"])
def test_rfc9126_2_audience_may_be_our_issuer_or_an_endpoint(signer: SigningClient, path: str):
    for audience in (signer.plain.issuer + path, [signer.plain.issuer + path]):
        answer = signer.ask("introspection", {"token": "x"}, signer.assertion(aud=audience))
        assert answer.json() == {"active": False}


def test_rfc7523_3_registered_key_instead_of_an_address(hub: Hub, tmp_path: Path):
    keys = rsa_key("sleutel in een bestand")
    file = tmp_path / "public.pem"
    file.write_text(public_pem(keys))
    client = add_client_with_key(hub, file)
    now = int(NOW())
    claims = {"iss": client, "sub": client, "aud": hub.gateway.base, "iat": now, "exp": now + 60}
    assertion = jwt.encode({**claims, "jti": "een"}, keys.key, "RS256")
    fields = {
        "token": "x", "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }  # fmt: skip
    answer = requests.post(f"{hub.gateway.base}/oidc/introspect", data=fields, timeout=10)
    assert answer.json() == {"active": False}


def add_client_with_key(hub: Hub, file: Path) -> str:
    supplier = add_supplier(hub.gateway, "Uitgeverij Hazelaar")
    added = hub.gateway.ketenpoort_json(
        "service", "add", "--supplier", supplier, "--oidc", "--name", "Sleutel bij Hazelaar",
        "--redirect-uri", "http://tool.test/callback", "--public-key", str(file),
    )  # fmt: skip
    wait_for_oidc_service(hub.gateway, added["client_id"])
    return str(added["client_id"])


WRONG: dict[str, Callable[[SigningClient], str]] = {
    "expired": lambda own: own.assertion(exp=NOW() - 300, iat=NOW() - 360),
    "long": lambda own: own.assertion(exp=NOW() + 7200),
    "old": lambda own: own.assertion(iat=NOW() - 7200),
    "future": lambda own: own.assertion(iat=NOW() + 600),
    "no exp": lambda own: own.assertion(exp=...),
    "no jti": lambda own: own.assertion(jti=...),
    "half a character": lambda own: own.assertion(jti="\ud800"),
    "aud of another": lambda own: own.assertion(aud="https://elders.test/token"),
    "aud beside us": lambda own: own.assertion(aud=[own.plain.issuer, "https://elders.test"]),
    "aud of the tools": lambda own: own.assertion(aud=f"{own.plain.issuer}/lti/token"),
    "sub of another": lambda own: own.assertion(sub="svc-ander"),
    "iss of another": lambda own: own.assertion(iss="svc-ander", sub="svc-ander"),
    "unsigned": lambda own: jwt.encode(claims_of(own), None, "none"),
    "by its id": lambda own: jwt.encode(claims_of(own), own.client_id.ljust(32, "x"), "HS256"),
    "by the JWK": lambda own: by_hmac(own, json.dumps(own.published.document()).encode()),
    "wrong key": lambda own: jwt.encode(
        claims_of(own), rsa_key("vreemde").key, "RS256", {"kid": "RS256"}
    ),
    "brings its key": lambda own: own.signed(claims_of(own), jku="http://evil.test/jwks", kid="x"),
    "other algorithm": lambda own: jwt.encode(
        claims_of(own), own.published.key("RS256"), "PS256", {"kid": "RS256"}
    ),
    "nonsense": lambda own: "a.b.c",
    "deep": lambda own: (
        base64.urlsafe_b64encode(b"[" * 2000 + b"]" * 2000).rstrip(b"=").decode() + ".e30.x"
    ),
}  # fmt: skip


def claims_of(own: SigningClient) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(own.assertion(), options={"verify_signature": False})
    return found


def by_hmac(own: SigningClient, secret: bytes) -> str:
    """What no library signs: a MAC, with what everybody knows as its secret."""
    head = json.dumps({"alg": "HS256", "kid": "RS256"}).encode()
    signed = f"{base64url(head)}.{own.assertion().split('.')[1]}"
    return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), 'sha256'))}"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_rfc7523_3_wrong_assertion_is_refused(
    signer: SigningClient, make: Callable[[SigningClient], str]
):
    answer = signer.ask("introspection", {"token": "x"}, make(signer))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), answer.text
    assert answer.json()["error_description"].isascii()
    assert signer.ask("introspection", {"token": "x"}).ok


def test_rfc7523_3_assertion_counts_once(signer: SigningClient):
    assertion = signer.assertion()
    assert signer.ask("introspection", {"token": "x"}, assertion).ok
    answer = signer.ask("introspection", {"token": "x"}, assertion)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_rfc6749_2_3_client_that_signs_has_no_secret(signer: SigningClient):
    """No way back to a weaker proof."""
    address = signer.plain.discovery["introspection_endpoint"]
    for secret in ("x", "None", "null"):
        auth = (signer.client_id, secret)
        answer = requests.post(address, data={"token": "x"}, auth=auth, timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_rfc6749_2_3_two_ways_at_once(hub: Hub, signer: SigningClient):
    answer = signer.ask("introspection", {"token": "x", "client_secret": "x"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_assertion_of_another_client_does_not_redeem(
    hub: Hub, person: Browser, signer: SigningClient, published: KeySet
):
    other = add_signing_client(hub, published, "Sleutels bij Haagbeuk")
    attempt, code = code_at(hub, person, signer)
    answer = signer.redeem(attempt, code, other.assertion())
    assert answer.json()["error"] == "invalid_client", "client_id names the other"


def test_dead_jwks_uri_is_told_and_not_asked_each_time(hub: Hub):
    with run_key_set("RS256") as dead:
        client = add_signing_client(hub, dead, "Sleutels bij Vlier")
        dead.up = False
        for _ in range(3):
            answer = client.ask("introspection", {"token": "x"})
            assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert dead.asked == 1


# Request objects


def test_discovery_each_algorithm_of_a_request_object_works(
    hub: Hub, person: Browser, signer: SigningClient
):
    for algorithm in signer.plain.discovery["request_object_signing_alg_values_supported"]:
        token = signer.request_object(algorithm, school=SAML_SCHOOL, state=algorithm)
        answer = read_callback(to_client(hub, person, by_object(signer, request=token)))
        assert "code" in answer, f"{algorithm}: {answer}"
        assert answer["state"] == algorithm


def test_core_6_1_what_is_signed_goes_before_what_is_not(
    hub: Hub, person: Browser, signer: SigningClient
):
    """OIDF oidcc-ensure-request-object-with-redirect-uri."""
    token = signer.request_object(school=SAML_SCHOOL, state="getekend", max_age=3600)
    url = by_object(signer, request=token, redirect_uri=EVIL, state="vervalst", prompt="login")
    address = to_client(hub, person, url)
    assert address.startswith("http://tool.test/callback?")
    assert read_callback(address)["state"] == "getekend"


def test_core_6_1_parameters_beside_the_object_count(
    hub: Hub, person: Browser, signer: SigningClient
):
    token = signer.request_object(state=...)
    url = by_object(signer, request=token, state="los", prompt="none")
    answer = read_callback(to_client(hub, person, url))
    assert (answer["state"], answer["error"]) == ("los", "login_required")


def test_rfc9101_6_3_only_what_is_signed_counts_where_the_type_says_so(
    hub: Hub, person: Browser, signer: SigningClient
):
    token = signer.request_object(typ="oauth-authz-req+jwt", state=..., school=SAML_SCHOOL)
    url = by_object(signer, request=token, state="los", prompt="none")
    answer = read_callback(to_client(hub, person, url))
    assert answer.keys() == {"code", "iss"}


def test_core_6_1_claims_as_an_object(hub: Hub, person: Browser, signer: SigningClient):
    wish = {"id_token": {"sub": {"value": "een-ander"}}}
    token = signer.request_object(school=SAML_SCHOOL, claims=wish)
    answer = read_callback(to_client(hub, person, by_object(signer, request=token)))
    assert answer["error"] == "login_required"


CONTRADICTING: dict[str, Callable[[SigningClient], str]] = {
    "another client_id": lambda own: own.request_object(client_id="svc-ander"),
    "another response_type": lambda own: own.request_object(response_type="token"),
    "object in an object": lambda own: own.request_object(request=own.request_object()),
    "request_uri in an object": lambda own: own.request_object(request_uri=EVIL),
    "iss of another": lambda own: own.request_object(iss="svc-ander"),
    "no iss": lambda own: own.request_object(iss=...),
    "aud of another": lambda own: own.request_object(aud="https://elders.test"),
    "no aud": lambda own: own.request_object(aud=...),
    "expired": lambda own: own.request_object(exp=int(NOW()) - 300),
    "not yet": lambda own: own.request_object(nbf=int(NOW()) + 600),
    "state is a list": lambda own: own.request_object(state=["a"]),
    "max_age is true": lambda own: own.request_object(max_age=True),
    "wrong key": lambda own: jwt.encode(
        jwt.decode(own.request_object(), options={"verify_signature": False}),
        rsa_key("vreemde").key, "RS256", {"kid": "RS256"},
    ),
    "encrypted": lambda own: "a.b.c.d.e",
    "header of another kind": lambda own: "W10.e30.",
    "nonsense": lambda own: "x",
}  # fmt: skip


@pytest.mark.parametrize("name", ["none", "None", "NONE"])
def test_oidf_unsigned_request_object_is_rejected_as_unsupported(
    hub: Hub, person: Browser, signer: SigningClient, name: str
):
    """OIDF oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported; discovery
    says so too."""
    claims = jwt.decode(signer.request_object(), options={"verify_signature": False})
    header = base64.urlsafe_b64encode(json.dumps({"alg": name}).encode()).rstrip(b"=").decode()
    token = f"{header}.{jwt.encode(claims, None, 'none').split('.')[1]}."
    url = by_object(signer, request=token, redirect_uri=signer.plain.redirect_uri, state="los")
    answer = read_callback(to_client(hub, person, url))
    assert (answer["error"], answer["state"]) == ("request_not_supported", "los")
    assert "none" not in signer.plain.discovery["request_object_signing_alg_values_supported"]


@pytest.mark.parametrize("make", CONTRADICTING.values(), ids=CONTRADICTING)
def test_core_6_1_object_that_is_wrong_or_contradicts_is_refused(
    hub: Hub, person: Browser, signer: SigningClient, make: Callable[[SigningClient], str]
):
    url = by_object(
        signer, request=make(signer), redirect_uri=signer.plain.redirect_uri, state="los"
    )
    answer = read_callback(to_client(hub, person, url))
    assert answer["error"] == "invalid_request_object", answer
    assert answer["state"] == "los"


def test_core_6_1_redirect_uri_inside_must_be_registered_too(
    hub: Hub, person: Browser, signer: SigningClient
):
    token = signer.request_object(redirect_uri=EVIL)
    url = by_object(signer, request=token, redirect_uri=signer.plain.redirect_uri)
    page = person.open(url)
    assert (page.status, page.redirect) == (400, None)
    assert "KP-303" in page.words


def test_core_6_1_request_object_of_a_client_without_keys_is_refused_aloud(
    hub: Hub, person: Browser, signer: SigningClient
):
    attempt = hub.client.begin(request=signer.request_object(client_id=hub.client.client_id))
    answer = read_callback(person.open(attempt.url).redirect.url)
    assert (answer["error"], answer["state"]) == ("request_not_supported", attempt.state)

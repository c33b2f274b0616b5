"""What other people's OpenID clients do beyond a plain login: Debian's mod_auth_openidc is told of
logout by each channel; Authlib proves itself by a key, refreshes, introspects and revokes."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import Hub, run_hub
from tests.flows.test_oidc_logout import end_by_person, frames_of
from tests.lti.tool import public_pem
from tests.parts.apache_openidc import OpenidcSupplier, new_openidc, run_openidc
from tests.parts.effect import wait_for_oidc_service
from tests.parts.gateway import Gateway
from tests.parts.registration import add_supplier

HINTED = f'OIDCAuthRequestParams "school={SAML_SCHOOL}"\n'
CALLBACK = "http://tool.test/callback"


@pytest.fixture(scope="module")
def store() -> str:
    """What another's client asks is so on each store: one is enough."""
    return "sqlite"


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


@pytest.fixture
def person(hub: Hub) -> Iterator[Browser]:
    with hub.browser() as new:
        yield new


def add_client_of(hub: Hub, name: str, callback: str, *options: str) -> dict[str, str]:
    added: dict[str, str] = hub.gateway.ketenpoort_json(
        "service", "add", "--supplier", add_supplier(hub.gateway, f"Uitgeverij van {name}"),
        "--oidc", "--name", name, "--redirect-uri", callback, *options,
    )  # fmt: skip
    wait_for_oidc_service(hub.gateway, added["client_id"])
    return added


@contextlib.contextmanager
def run_client(hub: Hub, name: str, *options: str) -> Iterator[OpenidcSupplier]:
    """A client of the gateway; in `options` {base} and {callback} are its own."""
    supplier = new_openidc()
    filled = [
        option.format(base=supplier.base, callback=supplier.redirect_uri) for option in options
    ]
    added = add_client_of(hub, name, supplier.redirect_uri, *filled)
    with run_openidc(
        supplier,
        issuer=hub.gateway.base,
        client_id=added["client_id"],
        client_secret=added["client_secret"],
        more=HINTED,
    ):
        yield supplier


def sign_in(hub: Hub, browser: Browser, client: OpenidcSupplier) -> Page:
    page = browser.open(client.protected)
    if page.redirect:
        page = hub.at_school(browser, page)
    return page


def test_authlib_proves_itself_by_a_key(hub: Hub, person: Browser, tmp_path: Path):
    """Its assertions live an hour, as long as we let them."""
    keys, public = rsa_key("Authlib met een sleutel"), tmp_path / "public.pem"
    public.write_text(public_pem(keys))
    added = add_client_of(hub, "Authlib tekent", CALLBACK, "--public-key", str(public))
    session = OAuth2Session(
        added["client_id"], keys.key, token_endpoint_auth_method="private_key_jwt",
        redirect_uri=CALLBACK, scope="openid", code_challenge_method="S256",
    )  # fmt: skip
    endpoint = f"{hub.gateway.base}/oidc/token"
    session.register_client_auth_method(PrivateKeyJWT(endpoint))
    given = redeemed(hub, person, session)
    assert given["id_token"]
    assert "refresh_token" not in given


def test_authlib_refreshes_introspects_and_revokes(hub: Hub, person: Browser):
    added = add_client_of(hub, "Authlib ververst", CALLBACK, "--refresh-tokens")
    session = OAuth2Session(
        added["client_id"], added["client_secret"],
        redirect_uri=CALLBACK, scope="openid", code_challenge_method="S256",
    )  # fmt: skip
    base = hub.gateway.base
    given = redeemed(hub, person, session)
    anew = session.refresh_token(f"{base}/oidc/token", given["refresh_token"])
    assert anew["access_token"] != given["access_token"]
    said = session.introspect_token(f"{base}/oidc/introspect", anew["access_token"]).json()
    assert said["active"] is True
    session.revoke_token(f"{base}/oidc/revoke", anew["refresh_token"], "refresh_token")
    said = session.introspect_token(f"{base}/oidc/introspect", anew["access_token"]).json()
    assert said == {"active": False}


def redeemed(hub: Hub, browser: Browser, session: OAuth2Session) -> dict[str, str]:
    """A login by Authlib's own requests: what the token endpoint gave."""
    verifier = "v" * 64
    url, _ = session.create_authorization_url(
        f"{hub.gateway.base}/oidc/authorize", code_verifier=verifier, school=SAML_SCHOOL
    )
    page = hub.at_school(browser, browser.open(url))
    given: dict[str, str] = session.fetch_token(
        f"{hub.gateway.base}/oidc/token",
        authorization_response=page.redirect.url,
        code_verifier=verifier,
    )
    return given


def test_backchannel_logout_ends_the_clients_session(hub: Hub, person: Browser):
    with run_client(
        hub, "Apache achterom", "--backchannel-logout-uri", "{callback}?logout=backchannel"
    ) as client:
        sign_in(hub, person, client)
        assert person.open(client.protected).status == 200
        page = end_by_person(hub, person)
        assert "Daar ook uitgelogd" in page.words
        assert "Apache achterom" in page.words
        page = person.open(client.protected)
        assert page.redirect
        assert page.redirect.url.startswith(hub.school.base), "it asks who is there again"


def test_frontchannel_logout_ends_the_clients_session(hub: Hub, person: Browser):
    with run_client(
        hub, "Apache voorom", "--frontchannel-logout-uri", "{callback}?logout=get"
    ) as client:
        sign_in(hub, person, client)
        page = end_by_person(hub, person)
        for frame in frames_of(page):
            assert person.open(frame).status == 200
        page = person.open(client.protected)
        assert page.redirect
        assert page.redirect.url.startswith(hub.school.base), "it asks who is there again"


def test_logout_that_the_client_begins(hub: Hub, person: Browser):
    with run_client(hub, "Apache zelf", "--post-logout-redirect-uri", "{base}/") as client:
        sign_in(hub, person, client)
        person.open(f"{client.redirect_uri}?logout={client.base}/")
        assert person.hops[-1].url.startswith(f"{client.base}/")
        page = person.open(client.protected)
        assert page.redirect
        assert page.redirect.url.startswith(hub.school.base), "the gateway forgot too"

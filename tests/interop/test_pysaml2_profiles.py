"""pysaml2 as a supplier with its own defaults, in both profiles, signed and encrypted (xmlsec1)."""

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import saml2
import saml2.client
import saml2.config
import saml2.metadata
import saml2.response

from tests.actors.browser import Browser, Page
from tests.actors.keys import KeyPair, new_rsa_key, rsa_key
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.actors.saml_xml import decode, find
from tests.flows.hub import Hub, hinted, query_of, run_hub
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway
from tests.parts.registration import add_saml_service, add_supplier, grant

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
ENTREE = ("--profile", "entree", "--sign-response")
FRAME = re.compile(r'<iframe src="([^"]+)"')


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


def client_at(
    hub: Hub,
    base: str,
    folder: Path,
    keys: KeyPair | None = None,
    logout: str = saml2.BINDING_HTTP_REDIRECT,
) -> saml2.client.Saml2Client:
    """A service provider that leaves what it wants signed to pysaml2; `logout` is the binding of
    its SingleLogoutService."""
    keys = keys or rsa_key(base)
    key, certificate = folder / "sp.key", folder / "sp.crt"
    key.write_text(keys.key)
    certificate.write_text(keys.certificate)
    pair = {"key_file": str(key), "cert_file": str(certificate)}
    configuration = saml2.config.SPConfig().load(
        {
            "entityid": f"{base}/metadata",
            "allow_unknown_attributes": True,
            **pair,
            "encryption_keypairs": [pair],
            "metadata": {"inline": [hub.gateway.idp_metadata()]},
            "service": {
                "sp": {
                    "endpoints": {
                        "assertion_consumer_service": [(f"{base}/acs", saml2.BINDING_HTTP_POST)],
                        "single_logout_service": [(f"{base}/slo", logout)],
                    },
                    "authn_requests_signed": True,
                }
            },
        }
    )
    return saml2.client.Saml2Client(configuration)


@pytest.mark.parametrize(
    ("name", "options", "is_encrypted"),
    [
        ("saml2int", (), True),
        ("getekend", ENTREE, False),
        ("versleuteld", (*ENTREE, "--encryption", "aes128-gcm"), True),
    ],
)
def test_pysaml2_with_its_defaults(
    hub: Hub, tmp_path: Path, name: str, options: Sequence[str], is_encrypted: bool
):
    """SAML2Int IDP09, IDP11: it wants the Response signed, and opens what is encrypted."""
    base = f"http://pysaml2-{name}.test"
    client = client_at(hub, base, tmp_path)
    register(hub, client, name, options)
    with hub.browser(base) as browser:
        request_id, page = arrive(hub, client, browser)
    response = decode(page.message.fields["SAMLResponse"])
    assert bool(find(response, "./saml:EncryptedAssertion")) is is_encrypted
    answer = accepted(client, request_id, page)
    assert answer.ava["givenName"] == [PUPIL.given_name]
    assert answer.ava["eduPersonAffiliation"] == [PUPIL.affiliation]


@pytest.mark.parametrize("options", [(), ENTREE])
def test_pysaml2_ends_the_session(hub: Hub, tmp_path: Path, options: Sequence[str]):
    """SAML2Int IDP21 to IDP24: its LogoutRequest, and our answer as it reads that."""
    base = f"http://pysaml2-weg-{len(options)}.test"
    client = client_at(hub, base, tmp_path)
    register(hub, client, f"weg-{len(options)}", options)
    with hub.browser(base) as browser:
        answer = accepted(client, *arrive(hub, client, browser))
        asked = client.do_logout(
            answer.name_id, [f"{hub.gateway.base}/saml/metadata"], "", None, sign=True,
            expected_binding=saml2.BINDING_HTTP_REDIRECT, sign_alg=RSA_SHA256,
        )  # fmt: skip
        ((_, request),) = asked.values()
        page = browser.open(dict(request["headers"])["Location"])
        assert page.redirect.url.startswith(f"{base}/slo?")
        fields = query_of(page.redirect.url)
        heard = client.parse_logout_request_response(
            fields["SAMLResponse"][0], saml2.BINDING_HTTP_REDIRECT
        )
        assert heard.status_ok()
        assert "code=" not in browser.open(hub.client.begin(prompt="none").url).redirect.url


@pytest.mark.parametrize("options", [(), ENTREE])
def test_pysaml2_is_asked_to_end_its_own(hub: Hub, tmp_path: Path, options: Sequence[str]):
    """SAML2Int IDP21: our LogoutRequest names the person as it knows them; we hear its answer."""
    base = f"http://pysaml2-uit-{len(options)}.test"
    client = client_at(hub, base, tmp_path)
    register(hub, client, f"uit-{len(options)}", options)
    with hub.browser(base) as browser:
        answer = accepted(client, *arrive(hub, client, browser))
        assert client.users.subjects() == [answer.name_id]
        page = browser.submit(browser.open(f"{hub.gateway.base}/logout"), button="Uitloggen")
        (address,) = FRAME.findall(page.text)
        fields = query_of(html.unescape(address))
        replied = client.handle_logout_request(
            fields["SAMLRequest"][0], answer.name_id, saml2.BINDING_HTTP_REDIRECT,
            sign=True, sign_alg=RSA_SHA256,
        )  # fmt: skip
        assert client.users.subjects() == []
        assert browser.open(dict(replied["headers"])["Location"]).status == 204


@pytest.mark.parametrize("options", [(), ENTREE])
def test_pysaml2_logs_out_by_post(hub: Hub, tmp_path: Path, options: Sequence[str]):
    """Bindings §3.5: it asks by POST, and so we answer; then we ask it by POST, in a frame."""
    base = f"http://pysaml2-post-{len(options)}.test"
    client = client_at(hub, base, tmp_path, logout=saml2.BINDING_HTTP_POST)
    register(hub, client, f"post-{len(options)}", options)
    with hub.browser(base) as browser:
        answer = accepted(client, *arrive(hub, client, browser))
        idp = f"{hub.gateway.base}/saml/metadata"
        asked = client.do_logout(
            answer.name_id, [idp], "", None, sign=True,
            expected_binding=saml2.BINDING_HTTP_POST, sign_alg=RSA_SHA256, digest_alg=SHA256,
        )  # fmt: skip
        ((_, form),) = asked.values()
        fields = dict(FIELD.findall(str(form["data"])))
        page = browser.post(f"{hub.gateway.base}/saml/slo", fields, initiator=base)
        assert page.message.url == f"{base}/slo"
        heard = client.parse_logout_request_response(
            page.message.fields["SAMLResponse"], saml2.BINDING_HTTP_POST
        )
        assert heard.status_ok()
        accepted(client, *arrive(hub, client, browser))
        page = browser.submit(browser.open(f"{hub.gateway.base}/logout"), button="Uitloggen")
        (address,) = FRAME.findall(page.text)
        frame = browser.open(f"{hub.gateway.base}{address}")
        client.parse_logout_request(frame.message.fields["SAMLRequest"], saml2.BINDING_HTTP_POST)


def test_pysaml2_takes_another_key(hub: Hub, tmp_path: Path):
    """SAML2Int MD05: renewed metadata is what counts, for its signatures and for ours to encrypt."""
    base = "http://pysaml2-sleutel.test"
    old = client_at(hub, base, tmp_path)
    register(hub, old, "sleutel", ())
    (tmp_path / "new").mkdir()
    new = client_at(hub, base, tmp_path / "new", new_rsa_key("new"))
    file = hub.gateway.directory / "pysaml2.xml"
    file.write_text(str(saml2.metadata.entity_descriptor(new.config)))
    hub.gateway.ketenpoort("metadata", "import", file, "--unsigned")
    wait_for_changes(hub.gateway)
    with hub.browser(base) as browser:
        assert accepted(new, *arrive(hub, new, browser)).ava["givenName"] == [PUPIL.given_name]
    with hub.browser(base) as browser:
        _, request = old.prepare_for_authenticate(relay_state="les", sigalg=RSA_SHA256)
        assert browser.open(hinted(dict(request["headers"])["Location"])).status == 403


def register(hub: Hub, client: saml2.client.Saml2Client, name: str, options: Sequence[str]) -> None:
    service = add_saml_service(
        hub.gateway,
        add_supplier(hub.gateway, name),
        str(saml2.metadata.entity_descriptor(client.config)),
        profile="",
        attributes={"givenName": "Aanspreken"},
        more=options,
    )
    grant(hub.gateway, SAML_SCHOOL, service, "givenName")


def arrive(hub: Hub, client: saml2.client.Saml2Client, browser: Browser) -> tuple[str, Page]:
    """A login: the id of the request, and the page with the answer."""
    request_id, request = client.prepare_for_authenticate(relay_state="les", sigalg=RSA_SHA256)
    page = browser.open(hinted(dict(request["headers"])["Location"]))
    return request_id, hub.at_school(browser, page)


def accepted(
    client: saml2.client.Saml2Client, request_id: str, page: Page
) -> saml2.response.AuthnResponse:
    """The answer as pysaml2 accepts it."""
    return client.parse_authn_request_response(
        page.message.fields["SAMLResponse"], saml2.BINDING_HTTP_POST, {request_id: "/"}
    )

"""The judges judged: our scripted parties agree with real software, and refuse what is wrong."""

from collections.abc import Iterator

import pytest
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError

from tests.actors.browser import Browser
from tests.actors.oidc_client import OidcClient
from tests.actors.people import OIDC_PUPIL, PUPIL
from tests.actors.saml_proof import Signing
from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.parts.apache_mellon import MellonSupplier, run_mellon
from tests.parts.oidc_provider import OidcProviderSchool, run_oidc_provider
from tests.parts.simplesamlphp_idp import run_simplesamlphp

SCHOOL = ScriptedSchool("").base
SUPPLIER = ScriptedSupplier("").base


@pytest.fixture(scope="module")
def mellon() -> Iterator[MellonSupplier]:
    with run_mellon(ScriptedSchool("").metadata()) as supplier:
        yield supplier


@pytest.mark.parametrize("encrypt", [False, True])
def test_supplier_and_simplesamlphp_agree(encrypt: bool):
    metadata = ScriptedSupplier("").metadata(encrypted=encrypt)
    with (
        run_simplesamlphp([metadata], encrypt=encrypt) as school,
        Browser([SUPPLIER]) as browser,
    ):
        supplier = ScriptedSupplier(school.metadata())
        request = supplier.request(name_id_format=None)
        form = browser.open(supplier.redirect_url(request, "here"))
        message = school.login(browser, form, PUPIL).message
        received = supplier.receive(message.fields, request)
        assert (received.name_id, received.relay_state) == (PUPIL.uid, "here")
        assert received.attributes == PUPIL.attributes()
        with pytest.raises(OneLogin_Saml2_ValidationError, match="InResponseTo"):
            supplier.receive(message.fields, supplier.request())


def test_school_and_mellon_agree(mellon: MellonSupplier):
    page = _answer(mellon, {})
    assert page.url == f"{mellon.protected}a?b=c"
    assert (
        mellon.learned(page.text).items()
        >= {k: v[0] for k, v in PUPIL.attributes().items()}.items()
    )


def test_mellon_reads_what_we_encrypt(mellon: MellonSupplier):
    (certificate,) = ScriptedSchool(mellon.metadata()).gateway.encryption
    assert _answer(mellon, {"encrypt_for": certificate}).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"audiences": ("http://other.test",)},
        {"recipient": "http://other.test/acs"},
        {"signing": None},
        {"not_on_or_after": -600, "confirmation_not_on_or_after": -600},
        {"signing": Signing(ScriptedSchool("", "http://other.test").keys)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_mellon_refuses_what_we_make_wrong(mellon: MellonSupplier, wrong: dict):
    assert _answer(mellon, wrong).status == 400


def _answer(mellon: MellonSupplier, changes: dict):
    school = ScriptedSchool(mellon.metadata())
    with Browser([SCHOOL]) as browser:
        request = school.read_request(browser.open(f"{mellon.protected}a?b=c").redirect.url)
        response = school.answer(request, PUPIL, **changes).build()
        return browser.post(school.acs, school.fields(response, request), initiator=SCHOOL)


def test_client_and_oidc_provider_agree():
    school = OidcProviderSchool()
    client = OidcClient(school.issuer, school.client_id, school.client_secret)
    with (
        run_oidc_provider(school, client.redirect_uri),
        Browser([client.redirect_uri]) as browser,
    ):
        attempt = client.begin()
        callback = school.login(browser, browser.open(attempt.url), OIDC_PUPIL).redirect.url
        tokens = client.finish(attempt, callback)
        assert tokens.userinfo == {"sub": OIDC_PUPIL.uid, **OIDC_PUPIL.claims()}
        with pytest.raises(AssertionError, match="state"):
            client.finish(client.begin(), callback)

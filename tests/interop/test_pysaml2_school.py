"""pysaml2 as a school: signed responses and assertions, encrypted ones, and its second key."""

from collections.abc import Iterator

import pytest

from tests.actors.browser import Browser
from tests.actors.oidc_client import Tokens
from tests.actors.people import SECOND_PUPIL, SECOND_SAML_SCHOOL
from tests.actors.saml_xml import Element, decode, find
from tests.flows.hub import Hub, run_hub
from tests.parts.gateway import Gateway
from tests.parts.pysaml2_idp import GCM, Pysaml2School, run_pysaml2_idp
from tests.parts.registration import add_saml_school

SIGNED = {
    "assertion": {"sign_assertion": True},
    "both": {"sign_response": True, "sign_assertion": True},
}


@pytest.fixture(scope="module")
def store() -> str:
    """One kind: what is asked here is not of the store."""
    return "sqlite"


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


@pytest.fixture(scope="module")
def school(hub: Hub) -> Iterator[Pysaml2School]:
    """It wants our requests signed."""
    with run_pysaml2_idp(hub.gateway.sp_metadata(), SECOND_PUPIL) as running:
        metadata = running.metadata()
        add_saml_school(hub.gateway, SECOND_SAML_SCHOOL, "De Lijsterbes", "Proefstede", metadata)
        yield running


@pytest.fixture
def person(hub: Hub) -> Iterator[Browser]:
    with hub.browser() as new:
        yield new


def login(hub: Hub, school: Pysaml2School, browser: Browser) -> tuple[Tokens, Element]:
    """A whole login: what the client learned, and the school's Response."""
    attempt = hub.client.begin(school=SECOND_SAML_SCHOOL)
    page = school.login(browser, browser.open(attempt.url), SECOND_PUPIL)
    (posted,) = (hop for hop in browser.hops if "SAMLResponse" in hop.request.fields)
    assert page.redirect, page.words
    tokens = hub.client.finish(attempt, page.redirect.url)
    return tokens, decode(posted.request.fields["SAMLResponse"])


def assert_learned(tokens: Tokens) -> None:
    assert tokens.claims["nlEduPersonHomeOrganizationId"] == SECOND_PUPIL.brin
    assert tokens.claims["eduPersonAffiliation"] == [SECOND_PUPIL.affiliation]


@pytest.mark.parametrize("signed", SIGNED)
def test_signed_answer(hub: Hub, person: Browser, school: Pysaml2School, signed: str):
    """SAML Core §5.4: the signature is where the school puts it."""
    school.wishes = SIGNED[signed]
    tokens, response = login(hub, school, person)
    assert_learned(tokens)
    assert bool(find(response, "./ds:Signature")) is (signed == "both")
    assert find(response, "./saml:Assertion/ds:Signature")


@pytest.mark.parametrize("signed", SIGNED)
def test_encrypted_answer(hub: Hub, person: Browser, school: Pysaml2School, signed: str):
    """SAML Core §6: signed first, then encrypted for the key in our metadata."""
    school.wishes = {**SIGNED[signed], "encrypt_assertion": True}
    tokens, response = login(hub, school, person)
    assert_learned(tokens)
    (method,) = find(response, "./saml:EncryptedAssertion/xenc:EncryptedData/xenc:EncryptionMethod")
    assert method.get("Algorithm") == GCM


def test_signed_response_around_an_unsigned_assertion(
    hub: Hub, person: Browser, school: Pysaml2School
):
    """Metadata §2.4.4: our WantAssertionsSigned says what we want; the page says who can mend it."""
    school.wishes = {"sign_response": True, "sign_assertion": False}
    page = person.open(hub.client.begin(school=SECOND_SAML_SCHOOL).url)
    page = school.login(person, page, SECOND_PUPIL)
    assert (page.status, "KP-211" in page.words) == (403, True)


def test_its_rollover(hub: Hub, school: Pysaml2School):
    """SAML2Int MD05: both keys are in its metadata, and either signs."""
    school.wishes, subjects = SIGNED["both"], set[str]()
    for key in (0, 1):
        school.signing = key
        with hub.browser() as browser:
            tokens, response = login(hub, school, browser)
        (certificate, *_) = find(response, ".//ds:X509Certificate")
        assert "".join(certificate.text.split()) == school.keys[key].certificate_base64
        subjects.add(tokens.claims["sub"])
    assert len(subjects) == 1


def test_logout_at_the_school(hub: Hub, school: Pysaml2School, person: Browser):
    """SAML Core §3.7.3: our session ends, so the client must ask the school again; pysaml2 takes
    our signed answer."""
    school.wishes = SIGNED["both"]
    login(hub, school, person)
    page = school.logout(person, SECOND_PUPIL)
    assert page.url.startswith(f"{school.base}/slo"), page
    assert "urn:oasis:names:tc:SAML:2.0:status:" in page.text
    again = person.open(hub.client.begin(school=SECOND_SAML_SCHOOL, prompt="none").url)
    assert again.redirect
    assert "error=login_required" in again.redirect.url

"""A LogoutRequest ends the session of whoever the service was told of, and no other (C3)."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.redirect import RSA_SHA1, RSA_SHA256, sign_query
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import Element, deflate, encode, instant, new_id, root, sub
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.attacks.saml.stage import SUPPLIER, Stage, assert_logged, assert_refused, cookies

MALFORMED = ("KP-302", 400)
UNKNOWN = ("KP-301", 404)
SIGNATURE = ("KP-304", 403)
STRANGER = rsa_key("stranger")


def logout_request(
    stage: Stage,
    supplier: ScriptedSupplier,
    *indexes: str,
    issued: float = 0,
    destination: str | None = None,
    issuer: str | None = None,
    person: str = "whoever",
) -> Element:
    request = root(
        "samlp:LogoutRequest",
        ID=new_id(),
        Version="2.0",
        IssueInstant=instant(issued),
        Destination=destination or f"{stage.base}/saml/slo",
    )
    sub(request, "saml:Issuer", issuer or supplier.entity_id)
    sub(request, "saml:NameID", person)
    for index in indexes:
        sub(request, "samlp:SessionIndex", index)
    return request


def address(stage: Stage, request: Element, keys=None, algorithm: str = RSA_SHA256) -> str:
    fields = {"SAMLRequest": deflate(request)}
    query = sign_query(fields, keys, algorithm) if keys else urlencode(fields)
    return f"{stage.base}/saml/slo?{query}"


Attack = Callable[[Stage, str], str]


def unsigned(stage: Stage, index: str) -> str:
    return address(stage, logout_request(stage, stage.supplier, index))


def by_a_stranger(stage: Stage, index: str) -> str:
    return address(stage, logout_request(stage, stage.supplier, index), STRANGER)


def by_sha1(stage: Stage, index: str) -> str:
    request = logout_request(stage, stage.supplier, index)
    return address(stage, request, stage.supplier.keys, RSA_SHA1)


def by_another_service(stage: Stage, index: str) -> str:
    """Signed by a service that is registered, in the name of the one that was told."""
    request = logout_request(stage, stage.supplier, index)
    return address(stage, request, stage.second_supplier.keys)


def by_an_unknown_service(stage: Stage, index: str) -> str:
    request = logout_request(stage, stage.supplier, index, issuer="http://unknown.test/metadata")
    return address(stage, request, STRANGER)


def old(stage: Stage, index: str) -> str:
    request = logout_request(stage, stage.supplier, index, issued=-3600)
    return address(stage, request, stage.supplier.keys)


def of_the_future(stage: Stage, index: str) -> str:
    request = logout_request(stage, stage.supplier, index, issued=3600)
    return address(stage, request, stage.supplier.keys)


def for_another_gateway(stage: Stage, index: str) -> str:
    elsewhere = "http://other-gateway.test/saml/slo"
    request = logout_request(stage, stage.supplier, index, destination=elsewhere)
    return address(stage, request, stage.supplier.keys)


def login_request(stage: Stage, index: str) -> str:
    """An AuthnRequest that its service did sign, sent to the other address."""
    request = stage.supplier.request().build()
    return address(stage, request, stage.supplier.keys)


REFUSED: list[tuple[Attack, tuple[str, int]]] = [
    (unsigned, SIGNATURE),
    (by_a_stranger, SIGNATURE),
    (by_sha1, SIGNATURE),
    (by_another_service, SIGNATURE),
    (by_an_unknown_service, UNKNOWN),
    (old, MALFORMED),
    (of_the_future, MALFORMED),
    (for_another_gateway, MALFORMED),
    (login_request, MALFORMED),
]


@pytest.mark.parametrize(
    ("attack", "refusal"), REFUSED, ids=[attack.__name__ for attack, _ in REFUSED]
)
def test_logout_request_that_is_refused(
    stage: Stage, browser: Browser, attack: Attack, refusal: tuple[str, int]
):
    """SAML Core §3.7.1, Profiles §4.4.3.1."""
    index = str(stage.begin(browser).succeed().session_index)
    log = stage.log()
    assert_refused(browser.open(attack(stage, index), initiator=SUPPLIER), *refusal)
    assert_logged(log, refusal[0])
    assert_still_in(stage, browser)


def test_posted_logout_request_without_a_signature(stage: Stage, browser: Browser):
    index = str(stage.begin(browser).succeed().session_index)
    request = logout_request(stage, stage.supplier, index)
    page = browser.post(f"{stage.base}/saml/slo", {"SAMLRequest": encode(request)}, SUPPLIER)
    assert_refused(page, *SIGNATURE)
    assert_still_in(stage, browser)


def test_posted_logout_request_that_was_changed(stage: Stage, browser: Browser):
    """The session of another, put into a request that the service signed for its own."""
    index = str(stage.begin(browser).succeed().session_index)
    request = logout_request(stage, stage.supplier, "own")
    Signing(stage.supplier.keys).sign(request)
    (named,) = request.iter("{urn:oasis:names:tc:SAML:2.0:protocol}SessionIndex")
    named.text = index
    page = browser.post(f"{stage.base}/saml/slo", {"SAMLRequest": encode(request)}, SUPPLIER)
    assert_refused(page, *SIGNATURE)
    assert_still_in(stage, browser)


@pytest.mark.parametrize("named", ["of-another-service", "invented", ""])
def test_session_that_the_service_was_not_told_of(stage: Stage, browser: Browser, named: str):
    """A signed request for a name that is another service's ends nothing of anybody."""
    index = str(stage.begin(browser).succeed().session_index)
    wanted = {"of-another-service": index}.get(named, named)
    other = stage.second_supplier
    request = logout_request(stage, other, wanted)
    with stage.browser() as elsewhere:
        elsewhere.open(address(stage, request, other.keys))
    assert_still_in(stage, browser)


def test_session_of_another_person_than_is_named(stage: Stage, browser: Browser):
    """SAML Core §3.7.1: both count, the NameID and the session."""
    index = str(stage.begin(browser).succeed().session_index)
    request = logout_request(stage, stage.supplier, index)
    with stage.browser() as elsewhere:
        elsewhere.open(address(stage, request, stage.supplier.keys))
    assert_still_in(stage, browser)


def test_services_can_not_compare_their_names_of_a_session(stage: Stage, browser: Browser):
    """Each knows the session by a name of its own, so that neither names it for the other."""
    first = stage.begin(browser).succeed()
    request = stage.second_supplier.request()
    page = browser.open(stage.second_supplier.redirect_url(request))
    second = stage.second_supplier.receive(page.message.fields, request)
    assert first.session_index != second.session_index
    assert first.name_id != second.name_id


def test_honest_logout_request_ends_the_session(stage: Stage, browser: Browser):
    """What the refusals are measured against."""
    received = stage.begin(browser).succeed()
    index = str(received.session_index)
    request = logout_request(stage, stage.supplier, index, person=received.name_id)
    page = browser.open(address(stage, request, stage.supplier.keys), initiator=SUPPLIER)
    assert page.redirect
    assert page.redirect.url.startswith(f"{SUPPLIER}/slo?SAMLResponse=")
    assert "kp_session" not in cookies(stage, browser)
    stage.begin(browser)


def assert_still_in(stage: Stage, browser: Browser) -> None:
    """The session opens the next service without a login."""
    request = stage.second_supplier.request()
    page = browser.open(stage.second_supplier.redirect_url(request))
    assert page.message, page
    assert stage.second_supplier.receive(page.message.fields, request)

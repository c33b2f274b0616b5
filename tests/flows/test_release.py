"""What reaches a service: asked ∩ granted ∩ sent, decided once for both protocols (design.md §1)."""

from dataclasses import dataclass, replace

import jwt
import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL, Person
from tests.actors.saml_xml import STATUS, decode, find
from tests.flows.hub import Hub
from tests.parts.effect import wait_for_changes

ALWAYS = {
    "eckId",
    "eduPersonAffiliation",
    "nlEduPersonHomeOrganizationId",
    "nlEduPersonHomeOrganization",
}
NAMELESS = replace(PUPIL, uid="naamloos@esdoorn.test", given_name="")
SERVICES = pytest.mark.parametrize("protocol", ["saml", "oidc"])


@dataclass(frozen=True, slots=True)
class Learned:
    """What a service of either protocol learned."""

    pseudonym: str
    attributes: dict[str, object]
    session: str


def learn(hub: Hub, browser: Browser, protocol: str, person: Person = PUPIL) -> Learned:
    if protocol == "saml":
        received = hub.saml_received(browser, person)
        return Learned(received.name_id, dict(received.attributes), received.session_index or "")
    tokens = hub.tokens(browser, person)
    own = {k: v for k, v in tokens.userinfo.items() if k != "sub"}
    return Learned(tokens.claims["sub"], own, tokens.claims["sid"])


def decide(hub: Hub, protocol: str, *words: str) -> None:
    """A decision of the school about the service, taken over without a restart."""
    service = hub.service if protocol == "saml" else hub.client.client_id
    command, *options = words
    hub.gateway.ketenpoort(
        "release", command, "--school", SAML_SCHOOL, "--service", service, *options
    )
    wait_for_changes(hub.gateway)


@SERVICES
def test_asked_and_granted_and_sent(hub: Hub, person: Browser, protocol: str):
    """Each alone is not enough; a grant and its end take effect in a running gateway."""
    name = {"saml": "givenName", "oidc": "given_name"}[protocol]
    assert learn(hub, person, protocol).attributes.keys() == ALWAYS, "asked, not granted"

    decide(hub, protocol, "grant", "--attribute", "sn")
    assert learn(hub, person, protocol).attributes.keys() == ALWAYS, "granted, not asked"

    decide(hub, protocol, "grant", "--attribute", "givenName")
    found = learn(hub, person, protocol).attributes
    assert found.keys() == {*ALWAYS, name}, "in the session that was there"
    assert found[name] in (PUPIL.given_name, [PUPIL.given_name])
    with hub.browser() as other:
        unsent = learn(hub, other, protocol, NAMELESS).attributes
        assert unsent.keys() == ALWAYS, "asked and granted, not sent"

    decide(hub, protocol, "revoke", "--attribute", "givenName")
    assert learn(hub, person, protocol).attributes.keys() == ALWAYS


def went_wrong(page: Page, code: str) -> None:
    """A plain page, with no answer in it but the one behind the button."""
    assert (page.status, page.redirect) == (403, None)
    assert code in page.words, page


def back_to(hub: Hub, protocol: str, browser: Browser) -> tuple[Page, list[str]]:
    """The page of a refused login, and the protocol error that its button sends."""
    if protocol == "saml":
        request = hub.supplier.request()
        page = browser.open(hub.supplier.redirect_url(request, "terug"))
        form = next(form for form in page.forms if form.action == hub.supplier.acs)
        response = decode(form.fields["SAMLResponse"])
        assert not find(response, ".//saml:Assertion")
        assert response.get("InResponseTo") == request.id
        assert form.fields["RelayState"] == "terug"
        codes = [code.get("Value") for code in find(response, ".//samlp:StatusCode")]
        return page, [code.removeprefix(STATUS) for code in codes]
    attempt = hub.client.begin()
    page = browser.open(attempt.url)
    (link,) = [each for each in page.links if each.href.startswith(hub.client.redirect_uri)]
    assert f"state={attempt.state}" in link.href
    assert "code=" not in link.href
    return page, ["access_denied"] if "error=access_denied" in link.href else [link.href]


ERRORS = {"saml": ["Responder", "RequestDenied"], "oidc": ["access_denied"]}


@SERVICES
def test_service_that_the_school_switched_off(hub: Hub, protocol: str):
    with hub.browser() as person, Browser([hub.supplier.base], scripts=False) as other:
        learn(hub, person, protocol)
        other.cookies = person.cookies
        decide(hub, protocol, "off")
        page, error = back_to(hub, protocol, other)
        went_wrong(page, "KP-307")
        assert error == ERRORS[protocol]
        decide(hub, protocol, "on")
        assert learn(hub, person, protocol).pseudonym


@SERVICES
def test_service_that_the_operator_switched_off(hub: Hub, protocol: str):
    service = hub.service if protocol == "saml" else hub.client.client_id
    with hub.browser() as person, Browser([hub.supplier.base], scripts=False) as other:
        learn(hub, person, protocol)
        other.cookies = person.cookies
        hub.gateway.ketenpoort("service", "off", service)
        wait_for_changes(hub.gateway)
        page, error = back_to(hub, protocol, other)
        went_wrong(page, "KP-306")
        assert error == ERRORS[protocol]
        hub.gateway.ketenpoort("service", "on", service)
        wait_for_changes(hub.gateway)
        assert learn(hub, person, protocol).pseudonym


def test_nothing_by_which_two_suppliers_can_compare(hub: Hub, person: Browser):
    """One session: other pseudonyms, other session names, and only the school in common."""
    saml, oidc = learn(hub, person, "saml"), learn(hub, person, "oidc")
    assert saml.pseudonym != oidc.pseudonym
    assert saml.session != oidc.session
    common = {_flat(value) for value in saml.attributes.values()} & {
        _flat(value) for value in oidc.attributes.values()
    }
    assert common == {"student", SAML_SCHOOL, "Esdoorn College"}


@SERVICES
def test_the_same_person_is_known_again(hub: Hub, person: Browser, protocol: str):
    first = learn(hub, person, protocol)
    with hub.browser() as elsewhere:
        again = learn(hub, elsewhere, protocol)
    assert again.pseudonym == first.pseudonym
    assert again.session != first.session


def test_access_token_says_no_more_than_was_released_then(hub: Hub, person: Browser):
    tokens = hub.tokens(person)
    claims = jwt.decode(tokens.id_token, options={"verify_signature": False})
    assert tokens.userinfo.items() <= claims.items()
    assert not PUPIL.secrets & {_flat(value) for value in claims.values()}


def _flat(value: object) -> object:
    return value[0] if isinstance(value, list) else value

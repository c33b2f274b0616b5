"""A SAML service ends the session (SAML Core §3.7, Bindings §3.4.4.1)."""

from dataclasses import replace
from urllib.parse import urlencode

import jwt
import pytest

from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL
from tests.actors.redirect import RSA_SHA1, RSA_SHA256, sign_query, verify_query
from tests.actors.saml_xml import (
    PERSISTENT,
    STATUS,
    Element,
    deflate,
    find,
    inflate,
    instant,
    new_id,
    root,
    sub,
    text_of,
)
from tests.actors.scripted_supplier import Received
from tests.flows.hub import Hub, answer_fields, query_of

SECOND_AT_SCHOOL = replace(PUPIL, uid="een-ander@esdoorn.test")


def logout_request(hub: Hub, received: Received, **changes: str | None) -> Element:
    """A valid LogoutRequest for the session that the supplier was told of."""
    valid = {
        "ID": new_id(),
        "Version": "2.0",
        "IssueInstant": instant(),
        "Destination": f"{hub.gateway.base}/saml/slo",
    }
    header = {name: value for name, value in {**valid, **changes}.items() if name in valid}
    end = {"NotOnOrAfter": changes["end"]} if "end" in changes else {}
    request = root("samlp:LogoutRequest", **header, **end)
    sub(request, "saml:Issuer", changes.get("issuer", hub.supplier.entity_id))
    sub(request, "saml:NameID", changes.get("name", received.name_id), Format=PERSISTENT)
    for index in (changes.get("index", received.session_index) or "").split():
        sub(request, "samlp:SessionIndex", index)
    return request


def open_logout(
    hub: Hub, browser: Browser, request: Element, keys: str = "http://supplier.test",
    algorithm: str = RSA_SHA256,
) -> Page:  # fmt: skip
    fields = {"SAMLRequest": deflate(request), "RelayState": "hier & daar"}
    query = sign_query(fields, rsa_key(keys), algorithm)
    return browser.open(f"{hub.gateway.base}/saml/slo?{query}")


def has_session(hub: Hub, browser: Browser) -> bool:
    page = browser.open(hub.client.begin(prompt="none").url)
    return "code=" in page.redirect.url


def read_status(hub: Hub, page: Page, request: Element) -> list[str]:
    """The status codes of a LogoutResponse that the gateway signed."""
    assert page.redirect.url.startswith(f"{hub.supplier.base}/slo?")
    query = page.redirect.url.partition("?")[2]
    verify_query(query, hub.supplier.gateway.signing)
    fields = query_of(page.redirect.url)
    assert fields["RelayState"] == ["hier & daar"]
    response = inflate(fields["SAMLResponse"][0])
    assert response.get("InResponseTo") == request.get("ID")
    assert response.get("Destination") == f"{hub.supplier.base}/slo"
    assert text_of(response, "./saml:Issuer") == hub.supplier.gateway.entity_id
    return [
        code.get("Value").removeprefix(STATUS) for code in find(response, ".//samlp:StatusCode")
    ]


def test_core_3_7_3_2_alone_it_is_success(hub: Hub, person: Browser):
    request = logout_request(hub, hub.saml_received(person))
    assert read_status(hub, open_logout(hub, person, request), request) == ["Success"]
    assert not has_session(hub, person)


def test_core_3_7_3_2_with_another_service_open_it_is_partial(hub: Hub, person: Browser):
    received = hub.saml_received(person)
    hub.tokens(person)
    request = logout_request(hub, received)
    status = read_status(hub, open_logout(hub, person, request), request)
    assert status == ["Success", "PartialLogout"]
    assert not has_session(hub, person)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "http://vreemd.test/metadata"},
        {"Destination": "http://vreemd.test/saml/slo"},
        {"IssueInstant": instant(-3600)},
        {"IssueInstant": instant(3600)},
        {"IssueInstant": "gisteren"},
        {"end": instant(-600)},
        {"end": "gisteren"},
        {"Version": "1.1"},
    ],
)
def test_core_3_2_1_wrong_request_ends_nothing(hub: Hub, person: Browser, changes: dict[str, str]):
    request = logout_request(hub, hub.saml_received(person), **changes)
    page = open_logout(hub, person, request)
    assert page.status in {400, 404}
    assert "KP-30" in page.words
    assert has_session(hub, person)


def test_core_3_7_1_request_that_has_not_expired_counts(hub: Hub, person: Browser):
    request = logout_request(hub, hub.saml_received(person), end=instant(60))
    assert read_status(hub, open_logout(hub, person, request), request) == ["Success"]


REFUSED = ["Requester", "UnknownPrincipal"]


def test_core_3_7_3_2_session_of_another_than_is_named_stays(hub: Hub, person: Browser):
    request = logout_request(hub, hub.saml_received(person), name="iemand-anders")
    assert read_status(hub, open_logout(hub, person, request), request) == REFUSED
    assert has_session(hub, person)


def test_core_3_7_1_without_a_session_index_it_is_that_of_this_browser(hub: Hub, person: Browser):
    request = logout_request(hub, hub.saml_received(person), index=None)
    with hub.browser() as elsewhere:
        refused = open_logout(hub, elsewhere, request)
        assert read_status(hub, refused, request) == REFUSED, "nothing of this person is here"
    assert read_status(hub, open_logout(hub, person, request), request) == ["Success"]
    assert not has_session(hub, person)


def test_core_3_7_1_several_sessions_end_together(hub: Hub, person: Browser):
    """One person on two devices; a session that is unknown, or over, is left out."""
    with hub.browser() as other:
        first, second = hub.saml_received(person), hub.saml_received(other)
        both = f"{first.session_index} {second.session_index} onbekend"
        request = logout_request(hub, first, index=both)
        assert read_status(hub, open_logout(hub, person, request), request) == ["Success"]
        assert not has_session(hub, person)
        assert not has_session(hub, other)


def test_core_3_7_3_2_of_several_sessions_only_the_persons_own_end(hub: Hub, person: Browser):
    with hub.browser() as other:
        first, second = hub.saml_received(person), hub.saml_received(other, SECOND_AT_SCHOOL)
        both = f"{first.session_index} {second.session_index}"
        request = logout_request(hub, first, index=both)
        status = read_status(hub, open_logout(hub, person, request), request)
        assert status == ["Success", "PartialLogout"]
        assert not has_session(hub, person)
        assert has_session(hub, other)


def test_core_3_7_1_more_sessions_than_anybody_has(hub: Hub, person: Browser):
    """Each costs a look: a service does not make us look for ever."""
    request = logout_request(hub, hub.saml_received(person), index="onbekend " * 101)
    assert open_logout(hub, person, request).status == 400


@pytest.mark.parametrize("way", ["stranger", "sha1", "unsigned"])
def test_core_3_7_1_request_must_be_the_services_own(hub: Hub, person: Browser, way: str):
    request = logout_request(hub, hub.saml_received(person))
    page = {
        "stranger": lambda: open_logout(hub, person, request, "stranger"),
        "sha1": lambda: open_logout(hub, person, request, algorithm=RSA_SHA1),
        "unsigned": lambda: person.open(
            f"{hub.gateway.base}/saml/slo?{urlencode({'SAMLRequest': deflate(request)})}"
        ),
    }[way]()
    assert page.status == 403
    assert "KP-304" in page.words
    assert has_session(hub, person)


def test_session_name_of_another_service_ends_nothing(hub: Hub, person: Browser):
    """Two services can not compare names, nor end what the other was told of."""
    received = hub.saml_received(person)
    claims = jwt.decode(hub.tokens(person).id_token, options={"verify_signature": False})
    assert claims["sid"] != received.session_index
    open_logout(hub, person, logout_request(hub, received, index=claims["sid"]))
    assert has_session(hub, person)


def test_session_of_another_person_stays(hub: Hub, person: Browser):
    with hub.browser() as other:
        received = hub.saml_received(other)
        hub.saml_received(person)
        open_logout(hub, other, logout_request(hub, received))
        assert not has_session(hub, other)
        assert has_session(hub, person)


def test_core_3_7_3_2_answer_to_the_login_that_follows_is_of_a_new_session(
    hub: Hub, person: Browser
):
    received = hub.saml_received(person)
    open_logout(hub, person, logout_request(hub, received))
    request, page = hub.saml_login(person)
    again = hub.supplier.receive(answer_fields(page), request)
    assert again.name_id == received.name_id
    assert again.session_index != received.session_index

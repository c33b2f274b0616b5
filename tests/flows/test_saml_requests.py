"""What a service may ask of the login, and the status when it can not be met (SAML Core §3.4.1).

None of these refusals shows a page: each goes back to the service that asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import (
    PASSWORD_CONTEXT,
    PERSISTENT,
    REDIRECT,
    STATUS,
    TRANSIENT,
    Element,
    decode,
    find,
    sub,
    text_of,
)
from tests.actors.scripted_supplier import Received, ScriptedSupplier
from tests.flows.hub import Hub, answer_fields, hinted
from tests.parts.registration import add_saml_service, add_supplier

CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PASSWORD, SMARTCARD, TOKEN = CLASS + "Password", CLASS + "Smartcard", CLASS + "TimeSyncToken"
MFA = "https://refeds.org/profile/mfa"
Change = Callable[[Element], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRequest(AuthnRequest):
    """A request to which a further part is added before it is signed."""

    change: Change

    def build(self) -> Element:
        element = AuthnRequest.build(self)
        self.change(element)
        return element


def asked(hub: Hub, change: Change, **parts: object) -> AuthnRequest:
    """A request of the hub's service with a change."""
    return ChangedRequest(
        issuer=hub.supplier.entity_id,
        destination=hub.supplier.gateway.endpoints[REDIRECT],
        acs=hub.supplier.acs,
        change=change,
        **{"name_id_format": None, **parts},
    )


def contexts(*names: str, comparison: str | None = None, kind: str = "Class") -> Change:
    def change(request: Element) -> None:
        wanted = sub(request, "samlp:RequestedAuthnContext", Comparison=comparison)
        for name in names:
            sub(wanted, f"saml:AuthnContext{kind}Ref", name)

    return change


def policy(**attributes: str) -> Change:
    return lambda request: void(sub(request, "samlp:NameIDPolicy", **attributes))


def scoping(count: str | None, *schools: str) -> Change:
    def change(request: Element) -> None:
        scope = sub(request, "samlp:Scoping", ProxyCount=count)
        if schools:
            entries = sub(scope, "samlp:IDPList")
            for school in schools:
                sub(entries, "samlp:IDPEntry", ProviderID=school)

    return change


def about(name: str) -> Change:
    def change(request: Element) -> None:
        subject = sub(request, "saml:Subject")
        sub(subject, "saml:NameID", name)
        request.insert(1, subject)

    return change


def void(_element: Element) -> None:
    pass


def ask(hub: Hub, browser: Browser, request: AuthnRequest) -> Page:
    return browser.open(hinted(hub.supplier.redirect_url(request, "terug")))


def codes(hub: Hub, page: Page, request: AuthnRequest) -> list[str]:
    """The status that the service gets, in a signed answer to its request that says no more."""
    fields = answer_fields(page)
    response = decode(fields["SAMLResponse"])
    assert fields["RelayState"] == "terug"
    assert response.get("InResponseTo") == request.id
    assert page.message.url == response.get("Destination") == hub.supplier.acs
    assert len(find(response, "./ds:Signature")) == 1
    assert not find(response, ".//saml:Assertion | .//saml:EncryptedAssertion")
    found = find(response, ".//samlp:StatusCode/@Value")
    return [str(code).removeprefix(STATUS) for code in found]


def met(hub: Hub, browser: Browser, request: AuthnRequest) -> Received:
    """The answer to a request that can be met."""
    page = ask(hub, browser, request)
    if page.message is None:
        page = hub.at_school(browser, page)
    return hub.supplier.receive(answer_fields(page), request)


# The scripted school asserts PasswordProtectedTransport.
MET = [
    contexts(PASSWORD_CONTEXT),
    contexts(PASSWORD_CONTEXT, comparison="exact"),
    contexts(MFA, PASSWORD_CONTEXT),
    contexts(PASSWORD, comparison="minimum"),
    contexts(PASSWORD_CONTEXT, comparison="minimum"),
    contexts(MFA, PASSWORD, comparison="minimum"),
    contexts(PASSWORD, comparison="better"),
    contexts(SMARTCARD, comparison="maximum"),
    contexts(PASSWORD_CONTEXT, comparison="maximum"),
    contexts(CLASS + "unspecified"),
    contexts(CLASS + "unspecified", comparison="minimum"),
]
NOT_MET = [
    contexts(MFA),
    contexts(PASSWORD),
    contexts("https://vreemd.test/sterk"),
    contexts(TOKEN, comparison="minimum"),
    contexts("https://vreemd.test/sterk", comparison="minimum"),
    contexts(PASSWORD_CONTEXT, comparison="better"),
    contexts(PASSWORD, comparison="maximum"),
]


@pytest.mark.parametrize("change", MET)
def test_core_3_3_2_2_1_context_that_the_school_asserts(hub: Hub, person: Browser, change: Change):
    received = met(hub, person, asked(hub, change))
    assert text_of(received.assertion, ".//saml:AuthnContextClassRef") == PASSWORD_CONTEXT


@pytest.mark.parametrize("change", NOT_MET)
def test_core_3_3_2_2_1_another_context_is_no_authn_context(
    hub: Hub, person: Browser, change: Change
):
    """Also with a session: it does not serve, and the school is asked again."""
    hub.saml_received(person)
    request = asked(hub, change)
    page = hub.at_school(person, ask(hub, person, request))
    assert codes(hub, page, request) == ["Responder", "NoAuthnContext"]


@pytest.mark.parametrize(
    "change",
    [
        contexts(CLASS + "SmartcardPKI", comparison="better"),
        contexts("https://vreemd.test/sterk", comparison="better"),
        contexts("https://vreemd.test/verklaring", kind="Decl"),
    ],
)
def test_core_3_3_2_2_1_what_no_login_can_satisfy_asks_nobody(
    hub: Hub, person: Browser, change: Change
):
    request = asked(hub, change)
    page = ask(hub, person, request)
    assert codes(hub, page, request) == ["Responder", "NoAuthnContext"]
    assert len(person.hops) == 1


def test_core_3_4_1_passive_request_for_another_context_is_no_passive(hub: Hub, person: Browser):
    hub.saml_received(person)
    request = asked(hub, contexts(MFA), is_passive="true")
    assert codes(hub, ask(hub, person, request), request) == ["Responder", "NoPassive"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"AllowCreate": "false"},
        {"AllowCreate": "true"},
        {"Format": PERSISTENT},
        {"Format": PERSISTENT, "AllowCreate": "false"},
        {"Format": TRANSIENT, "AllowCreate": "false"},
        {"SPNameQualifier": "http://supplier.test/metadata"},
        {"SPNameQualifier": ""},
    ],
)
def test_core_3_4_1_1_name_id_policy_that_we_meet(
    hub: Hub, person: Browser, attributes: dict[str, str]
):
    received = met(hub, person, asked(hub, policy(**attributes)))
    assert received.name_id_format == attributes.get("Format", PERSISTENT)
    assert text_of(received.assertion, ".//saml:NameID/@SPNameQualifier") == hub.supplier.entity_id


@pytest.mark.parametrize(
    "attributes",
    [
        {"SPNameQualifier": "http://vreemd.test/metadata"},
        {"SPNameQualifier": "http://vreemd.test/groep", "Format": PERSISTENT},
        {"Format": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
        {"Format": "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted"},
        {"Format": ""},
    ],
)
def test_core_3_4_1_1_name_id_policy_that_we_can_not_meet(
    hub: Hub, person: Browser, attributes: dict[str, str]
):
    request = asked(hub, policy(**attributes))
    page = ask(hub, person, request)
    assert codes(hub, page, request) == ["Requester", "InvalidNameIDPolicy"]


@pytest.mark.parametrize("count", ["0", "00", " 0 "])
def test_core_3_4_1_2_no_proxying_is_proxy_count_exceeded(hub: Hub, person: Browser, count: str):
    """Also for who is signed in: it was a school that said who that is."""
    hub.saml_received(person)
    request = asked(hub, scoping(count))
    page = ask(hub, person, request)
    assert codes(hub, page, request) == ["Responder", "ProxyCountExceeded"]


@pytest.mark.parametrize("count", ["1", "2", "99999", None])
def test_core_3_4_1_2_one_step_of_proxying_is_what_we_do(
    hub: Hub, person: Browser, count: str | None
):
    assert met(hub, person, asked(hub, scoping(count)))


@pytest.mark.parametrize("count", ["-1", "veel", "1.0", "", "\u0661", "1000000"])
def test_core_3_4_1_2_count_that_is_none(hub: Hub, person: Browser, count: str):
    page = ask(hub, person, asked(hub, scoping(count)))
    assert (page.status, page.message) == (400, None)
    assert "KP-302" in page.words


def test_core_3_4_1_3_list_of_schools_that_we_do_not_know(hub: Hub, person: Browser):
    request = asked(hub, scoping(None, "http://vreemd.test", "http://anders.test"))
    page = ask(hub, person, request)
    assert codes(hub, page, request) == ["Responder", "NoSupportedIDP"]


def test_core_3_4_1_subject_that_the_service_names(hub: Hub, person: Browser):
    """We do not find out beforehand whether the person is that one, so it is never ignored."""
    request = asked(hub, about("iemand"))
    page = ask(hub, person, request)
    assert codes(hub, page, request) == ["Responder", "RequestUnsupported"]


@pytest.mark.parametrize(
    "change",
    [
        contexts(),
        contexts(PASSWORD, comparison="ongeveer"),
        contexts(*[PASSWORD] * 51),
        lambda request: void([contexts(PASSWORD)(request), contexts(MFA)(request)]),
        lambda request: void([policy()(request), policy()(request)]),
    ],
)
def test_core_3_4_1_request_that_is_not_well_formed(hub: Hub, person: Browser, change: Change):
    page = ask(hub, person, asked(hub, change))
    assert (page.status, page.message, page.redirect) == (400, None, None)
    assert "KP-302" in page.words


def test_core_3_4_1_fresh_login_that_the_school_does_not_give(hub: Hub, person: Browser):
    """ForceAuthn: the school lets an old login count."""
    request = asked(hub, void, force_authn="true")
    page = hub.at_school(person, ask(hub, person, request), authn_instant=-3600)
    assert codes(hub, page, request) == ["Responder", "AuthnFailed"]


def test_core_3_4_1_fresh_and_passive_together_is_no_passive(hub: Hub, person: Browser):
    hub.saml_received(person)
    request = asked(hub, void, force_authn="true", is_passive="true")
    assert codes(hub, ask(hub, person, request), request) == ["Responder", "NoPassive"]


@pytest.mark.parametrize("way", ["registered", "metadata"])
def test_saml2int_idp04_unsigned_request_where_signatures_are_required(hub: Hub, way: str):
    supplier = ScriptedSupplier(hub.gateway.idp_metadata(), f"http://streng-{way}.test")
    add_saml_service(
        hub.gateway,
        add_supplier(hub.gateway, way),
        supplier.metadata(signs_requests=way == "metadata"),
        more=["--signed-requests"] if way == "registered" else [],
    )
    with hub.browser(supplier.base) as browser:
        page = browser.open(supplier.redirect_url(supplier.request(), sign=False))
        assert (page.status, page.message, page.redirect) == (403, None, None)
        assert "KP-304" in page.words
        page = browser.open(hinted(supplier.redirect_url(supplier.request())))
        assert hub.asked_of_school(page)

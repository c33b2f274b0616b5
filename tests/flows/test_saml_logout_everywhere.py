"""Single logout with several services (SAML Core §3.7, Profiles §4.4): told, and told honestly."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL
from tests.actors.redirect import sign_query, verify_query
from tests.actors.saml_proof import Signing, verify
from tests.actors.saml_xml import (
    POST,
    REDIRECT,
    STATUS,
    Element,
    decode,
    deflate,
    encode,
    find,
    inflate,
    instant,
    new_id,
    root,
    sub,
    text_of,
)
from tests.actors.scripted_supplier import Received, ScriptedSupplier
from tests.flows.hub import Hub, answer_fields, hinted, query_of
from tests.parts.registration import add_saml_service, add_supplier

FRAME = re.compile(r'<iframe src="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Party:
    """A further service, and its name for people."""

    supplier: ScriptedSupplier
    name: str

    def login(self, hub: Hub, browser: Browser) -> Received:
        request = self.supplier.request(name_id_format=None)
        page = browser.open(hinted(self.supplier.redirect_url(request)))
        if page.message is None:
            page = hub.at_school(browser, page, PUPIL)
        return self.supplier.receive(answer_fields(page), request)


def party(hub: Hub, name: str, binding: str | None, *, profile: str = "entree") -> Party:
    """Register a service whose logout speaks this binding, or none."""
    supplier = ScriptedSupplier(hub.gateway.idp_metadata(), f"http://{name.lower()}.test")
    metadata = supplier.metadata(slo=f"{supplier.base}/slo" if binding else None)
    if binding == POST:
        slo = f'SingleLogoutService Binding="{REDIRECT}"'
        assert slo in metadata
        metadata = metadata.replace(slo, f'SingleLogoutService Binding="{POST}"')
    owner = add_supplier(hub.gateway, name)
    add_saml_service(hub.gateway, owner, metadata, name=name, profile=profile)
    return Party(supplier, name)


@pytest.fixture(scope="module")
def by_redirect(hub: Hub) -> Party:
    return party(hub, "Wingerd", REDIRECT)


@pytest.fixture(scope="module")
def by_post(hub: Hub) -> Party:
    return party(hub, "Klimop", POST)


@pytest.fixture
def person(hub: Hub, by_redirect: Party, by_post: Party) -> Iterator[Browser]:
    with hub.browser(by_redirect.supplier.base, by_post.supplier.base) as new:
        yield new


def sign_out(hub: Hub, browser: Browser) -> Page:
    """The person's own button."""
    page = browser.open(f"{hub.gateway.base}/logout")
    return browser.submit(page, {})


def frames(page: Page) -> list[str]:
    return [html.unescape(address) for address in FRAME.findall(page.text)]


def asked(hub: Hub, supplier: ScriptedSupplier, address: str) -> Element:
    """The LogoutRequest that the address carries; the gateway signed it."""
    assert address.startswith(f"{supplier.base}/slo?")
    verify_query(address.partition("?")[2], supplier.gateway.signing)
    request = inflate(query_of(address)["SAMLRequest"][0])
    assert request.get("Destination") == f"{supplier.base}/slo"
    assert text_of(request, "./saml:Issuer") == supplier.gateway.entity_id
    return request


def message(
    hub: Hub, supplier: ScriptedSupplier, kind: str, codes: Sequence[str] = (), **marks: str
) -> Element:
    header = {
        "ID": new_id(),
        "Version": "2.0",
        "IssueInstant": instant(),
        "Destination": f"{hub.gateway.base}/saml/slo",
    }
    made = root(f"samlp:{kind}", **header, **marks)
    sub(made, "saml:Issuer", supplier.entity_id)
    inner = sub(made, "samlp:Status") if codes else None
    for code in codes:
        inner = sub(inner, "samlp:StatusCode", Value=STATUS + code)
    return made


@pytest.mark.parametrize("profile", ["entree", "saml2int"])
def test_profiles_4_4_3_1_a_person_signs_out_and_the_service_is_asked(hub: Hub, profile: str):
    """By the NameID and the session that the service was told of, in either profile."""
    service = party(hub, f"Hop-{profile}", REDIRECT, profile=profile)
    with hub.browser(service.supplier.base) as browser:
        received = service.login(hub, browser)
        page = sign_out(hub, browser)
    (address,) = frames(page)
    request = asked(hub, service.supplier, address)
    (name,) = find(request, "./saml:NameID")
    assert (name.text, name.get("Format")) == (received.name_id, received.name_id_format)
    assert name.get("SPNameQualifier") == service.supplier.entity_id
    assert text_of(request, "./samlp:SessionIndex") == received.session_index
    assert service.name in page.text


def test_core_3_7_3_2_who_can_not_be_asked_is_named_as_open(hub: Hub):
    """It has no address for it."""
    without = party(hub, "Braam", None)
    with hub.browser(without.supplier.base) as browser:
        without.login(hub, browser)
        page = sign_out(hub, browser)
    assert frames(page) == []
    assert without.name in page.words


def test_profiles_4_4_3_4_one_service_ends_it_and_the_other_is_asked(
    hub: Hub, person: Browser, by_redirect: Party
):
    """The one that began gets PartialLogout and no request of ours; the other a request."""
    first = hub.saml_received(person)
    second = by_redirect.login(hub, person)
    request = message(hub, hub.supplier, "LogoutRequest")
    sub(request, "saml:NameID", first.name_id)
    sub(request, "samlp:SessionIndex", first.session_index)
    query = sign_query({"SAMLRequest": deflate(request)}, hub.supplier.keys)
    page = person.open(f"{hub.gateway.base}/saml/slo?{query}")
    (address,) = frames(page)
    ours = asked(hub, by_redirect.supplier, address)
    assert text_of(ours, "./samlp:SessionIndex") == second.session_index
    (back,) = re.findall(r'<a href="([^"]+)" id="back"', page.text)
    answer = inflate(query_of(html.unescape(back))["SAMLResponse"][0])
    codes = [str(code) for code in find(answer, ".//samlp:StatusCode/@Value")]
    assert codes == [STATUS + "Success", STATUS + "PartialLogout"]


def test_bindings_3_5_logout_by_post_is_answered_by_post(hub: Hub, person: Browser, by_post: Party):
    received = by_post.login(hub, person)
    supplier = by_post.supplier
    fields = posted_request(hub, supplier, received)
    page = person.post(f"{hub.gateway.base}/saml/slo", fields, initiator=supplier.base)
    assert page.message.url == f"{supplier.base}/slo"
    assert page.message.fields["RelayState"] == "a b&c"
    answer = decode(page.message.fields["SAMLResponse"])
    verify(answer, supplier.gateway.signing)
    assert answer.get("InResponseTo") == decode(fields["SAMLRequest"]).get("ID")
    assert [str(c) for c in find(answer, ".//samlp:StatusCode/@Value")] == [STATUS + "Success"]
    page = person.open(hub.client.begin(prompt="none").url)
    assert "code=" not in page.redirect.url


def posted_request(hub: Hub, supplier: ScriptedSupplier, received: Received) -> dict[str, str]:
    request = message(hub, supplier, "LogoutRequest")
    sub(request, "saml:NameID", received.name_id)
    sub(request, "samlp:SessionIndex", received.session_index)
    Signing(supplier.keys).sign(request)
    return {"SAMLRequest": encode(request), "RelayState": "a b&c"}


def test_bindings_3_5_logout_by_post_asks_the_other_services_first(
    hub: Hub, person: Browser, by_redirect: Party, by_post: Party
):
    """The page has both: the frames, and the form that goes back to who began."""
    received = by_post.login(hub, person)
    other = by_redirect.login(hub, person)
    fields = posted_request(hub, by_post.supplier, received)
    page = person.post(f"{hub.gateway.base}/saml/slo", fields, initiator=by_post.supplier.base)
    (address,) = frames(page)
    request = asked(hub, by_redirect.supplier, address)
    assert text_of(request, "./samlp:SessionIndex") == other.session_index
    policy = page.headers["Content-Security-Policy"]
    assert "form-action" not in policy, "the form goes to another party"
    assert f"frame-src 'self' {by_redirect.supplier.base}" in policy
    (form,) = [each for each in page.forms if each.action == f"{by_post.supplier.base}/slo"]
    sent = page.filled(form, {}).fields
    assert sent["RelayState"] == "a b&c"
    answer = decode(sent["SAMLResponse"])
    verify(answer, by_post.supplier.gateway.signing)
    codes = [str(code) for code in find(answer, ".//samlp:StatusCode/@Value")]
    assert codes == [STATUS + "Success", STATUS + "PartialLogout"]


def test_bindings_3_5_service_that_knows_post_alone_is_asked_in_a_frame(
    hub: Hub, person: Browser, by_post: Party
):
    received = by_post.login(hub, person)
    page = sign_out(hub, person)
    assert by_post.name in page.words.partition("Misschien nog open")[0]
    (address,) = frames(page)
    assert f"frame-src 'self' {by_post.supplier.base}" in page.headers["Content-Security-Policy"]
    frame = person.open(f"{hub.gateway.base}{address}")
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert frame.message.url == f"{by_post.supplier.base}/slo"
    request = decode(frame.message.fields["SAMLRequest"])
    verify(request, by_post.supplier.gateway.signing)
    assert text_of(request, "./samlp:SessionIndex") == received.session_index
    assert person.open(f"{hub.gateway.base}{address}").status == 204, "a form goes once"


def answered(
    hub: Hub, browser: Browser, service: Party, request: Element, codes: Sequence[str]
) -> Page:
    """What the service sends in its frame when it was asked."""
    marks = {"InResponseTo": request.get("ID")}
    answer = message(hub, service.supplier, "LogoutResponse", codes, **marks)
    query = sign_query({"SAMLResponse": deflate(answer)}, service.supplier.keys)
    return browser.open(f"{hub.gateway.base}/saml/slo?{query}")


@pytest.mark.parametrize("codes", [["Success"], ["Success", "PartialLogout"], ["Requester"]])
def test_core_3_7_2_what_a_service_answers_is_heard(
    hub: Hub, person: Browser, by_redirect: Party, codes: list[str]
):
    """In a frame: there is nothing to show. The page that asked may then say more."""
    by_redirect.login(hub, person)
    farewell = sign_out(hub, person)
    (address,) = frames(farewell)
    request = asked(hub, by_redirect.supplier, address)
    log = (hub.gateway.directory / "log").read_text()
    assert heard(hub, person, farewell) == {"told": [], "open": []}
    page = answered(hub, person, by_redirect, request, codes)
    assert (page.status, page.text) == (204, "")
    lines = (hub.gateway.directory / "log").read_text().removeprefix(log)
    assert '"logout.answered"' in lines
    assert f'"done": {int(codes == ["Success"])}' in lines
    said = "told" if codes == ["Success"] else "open"
    assert heard(hub, person, farewell) == {"told": [], "open": [], said: [by_redirect.name]}
    again = answered(hub, person, by_redirect, request, ["Success"])
    assert (again.status, "KP-302" in again.words) == (400, True), "one answer to one request"


def heard(hub: Hub, browser: Browser, farewell: Page) -> dict[str, list[str]]:
    """What the farewell's page can ask; nobody else knows the address."""
    (status,) = re.findall(r'data-status="([^"]+)"', farewell.text)
    found: dict[str, list[str]] = json.loads(browser.open(f"{hub.gateway.base}{status}").text)
    return found


def test_core_3_2_2_answer_to_what_another_was_asked_is_refused(
    hub: Hub, person: Browser, by_redirect: Party, by_post: Party
):
    """InResponseTo is a request of ours to that very service; an invented one counts as little."""
    by_redirect.login(hub, person)
    farewell = sign_out(hub, person)
    request = asked(hub, by_redirect.supplier, frames(farewell)[0])
    page = answered(hub, person, by_post, request, ["Success"])
    assert (page.status, "KP-302" in page.words) == (400, True)
    request.set("ID", new_id())
    page = answered(hub, person, by_redirect, request, ["Success"])
    assert (page.status, "KP-302" in page.words) == (400, True)
    assert heard(hub, person, farewell) == {"told": [], "open": []}


@pytest.mark.parametrize("way", ["stranger", "unsigned", "elsewhere"])
def test_profiles_4_4_3_4_answer_that_is_not_the_services_own(
    hub: Hub, person: Browser, by_redirect: Party, way: str
):
    hub.saml_received(person)
    answer = message(hub, by_redirect.supplier, "LogoutResponse", ["Success"])
    if way == "elsewhere":
        answer.set("Destination", "http://vreemd.test/saml/slo")
    fields = {"SAMLResponse": deflate(answer)}
    keys = rsa_key("stranger") if way == "stranger" else by_redirect.supplier.keys
    query = sign_query(fields, keys)
    if way == "unsigned":
        query = query.partition("&SigAlg")[0]
    page = person.open(f"{hub.gateway.base}/saml/slo?{query}")
    assert (page.status, page.redirect) == (400 if way == "elsewhere" else 403, None)
    assert "KP-30" in page.words


def test_a_posted_answer_is_heard_too(hub: Hub, person: Browser, by_post: Party):
    """Bindings §3.5; its signature is inside."""
    by_post.login(hub, person)
    farewell = sign_out(hub, person)
    frame = person.open(f"{hub.gateway.base}{frames(farewell)[0]}")
    marks = {"InResponseTo": decode(frame.message.fields["SAMLRequest"]).get("ID")}
    answer = message(hub, by_post.supplier, "LogoutResponse", ["Success"], **marks)
    Signing(by_post.supplier.keys).sign(answer)
    fields = {"SAMLResponse": encode(answer)}
    page = person.post(f"{hub.gateway.base}/saml/slo", fields, initiator=by_post.supplier.base)
    assert (page.status, page.text) == (204, "")
    assert heard(hub, person, farewell)["told"] == [by_post.name]

"""A school ends the session of one of its people (SAML Core §3.7, Profiles §4.4; OpenID Connect
Back-Channel Logout 1.0): here, and at each service of that session."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import jwt
import pytest
import requests

from tests.actors.browser import Browser, Page
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.oidc_client import OidcClient
from tests.actors.people import OIDC_PUPIL, OIDC_SCHOOL, PUPIL, TEACHER, Person
from tests.actors.redirect import RSA_SHA1, RSA_SHA256, sign_query, verify_query
from tests.actors.saml_metadata import idp_metadata
from tests.actors.saml_proof import Signing, encrypt
from tests.actors.saml_xml import (
    POST,
    REDIRECT,
    STATUS,
    Element,
    deflate,
    encode,
    find,
    inflate,
    instant,
    new_id,
    parse,
    root,
    sub,
    text_of,
)
from tests.actors.scripted_openid_school import CLIENT_ID, KID, Lies
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import Hub, query_of, run_hub
from tests.flows.openid_schools import Schools, run_schools
from tests.flows.test_oidc_logout import Listener, back_channel, run_listener
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_saml_school

BRIN = "99XF"
SCHOOL = "http://with-logout.test"
SLO = f"{SCHOOL}/slo"
INDEX = "_session-at-school"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True)
class Stage:
    """`hub.school` is one whose metadata has an address of logout; `client` listens by itself."""

    hub: Hub
    client: OidcClient
    listener: Listener
    openid: Schools

    @property
    def own_address(self) -> str:
        return f"{self.hub.gateway.base}/school/saml/slo"

    def sign_in(self, browser: Browser, person: Person = PUPIL, index: str | None = INDEX) -> None:
        """At the client that can be told."""
        attributes = {**person.attributes(), "nlEduPersonHomeOrganizationId": [BRIN]}
        attempt = self.client.begin(school=BRIN)
        page = browser.open(attempt.url)
        page = self.hub.at_school(browser, page, person, attributes=attributes, session_index=index)
        self.client.finish(attempt, page.redirect.url)

    def request(
        self, *indexes: str, person: str = PUPIL.uid, issuer: str = "", **changes: str | None
    ) -> Element:
        header = {
            "ID": new_id(),
            "Version": "2.0",
            "IssueInstant": instant(),
            "Destination": self.own_address,
        }
        made = root("samlp:LogoutRequest", **{**header, **changes})
        sub(made, "saml:Issuer", issuer or self.hub.school.entity_id)
        sub(made, "saml:NameID", person)
        for index in indexes:
            sub(made, "samlp:SessionIndex", index)
        return made

    def redirected(
        self,
        browser: Browser,
        request: Element,
        keys: KeyPair | None = None,
        algorithm: str = RSA_SHA256,
    ) -> Page:
        fields = {"SAMLRequest": deflate(request), "RelayState": "hier & daar"}
        query = sign_query(fields, keys or self.hub.school.keys, algorithm)
        return browser.open(f"{self.own_address}?{query}", initiator=SCHOOL)

    def posted(self, browser: Browser, request: Element, keys: KeyPair | None = None) -> Page:
        Signing(keys or self.hub.school.keys).sign(request)
        fields = {"SAMLRequest": encode(request), "RelayState": "hier & daar"}
        return browser.post(self.own_address, fields, initiator=SCHOOL)

    def status(self, page: Page, request: Element) -> list[str]:
        """The codes of the LogoutResponse, signed by the gateway, on the way to the school."""
        assert page.redirect, page
        assert page.redirect.url.startswith(f"{SLO}?")
        verify_query(page.redirect.url.partition("?")[2], self.hub.school.gateway.signing)
        fields = query_of(page.redirect.url)
        assert fields["RelayState"] == ["hier & daar"]
        response = inflate(fields["SAMLResponse"][0])
        assert response.get("InResponseTo") == request.get("ID")
        assert response.get("Destination") == SLO
        assert text_of(response, "./saml:Issuer") == self.hub.school.gateway.entity_id
        codes = find(response, ".//samlp:StatusCode")
        return [code.get("Value", "").removeprefix(STATUS) for code in codes]

    def is_in(self, browser: Browser) -> bool:
        return "code=" in browser.open(self.client.begin(prompt="none").url).redirect.url


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with run_directory("gateway") as directory, run_listener() as listener:
        gateway = Gateway(directory)
        with run_gateway(gateway), run_hub(gateway) as others, run_schools(others) as openid:
            school = ScriptedSchool(gateway.sp_metadata(), SCHOOL)
            metadata = idp_metadata(school.entity_id, school.sso, [school.keys], slo=SLO)
            add_saml_school(gateway, BRIN, "De Poortwachter", "Voorbeelddam", metadata)
            hub = replace(others, school=school)
            yield Stage(hub, back_channel(hub, listener, "Luisteraar"), listener, openid)


@pytest.fixture
def person(stage: Stage) -> Iterator[Browser]:
    stage.listener.told.clear()
    stage.listener.status = 200
    with stage.hub.browser(stage.openid.provider.base) as new:
        yield new


def test_metadata_2_4_2_our_address_of_logout_is_published(stage: Stage):
    entity = parse(stage.hub.gateway.sp_metadata())
    found = find(entity, "./md:SPSSODescriptor/md:SingleLogoutService")
    assert {(each.get("Binding"), each.get("Location")) for each in found} == {
        (REDIRECT, stage.own_address),
        (POST, stage.own_address),
    }


@pytest.mark.parametrize("binding", ["redirect", "post"])
def test_core_3_7_3_2_session_ends_here_and_at_its_services(
    stage: Stage, person: Browser, binding: str
):
    stage.sign_in(person)
    assert stage.is_in(person)
    request = stage.request(INDEX)
    send = stage.redirected if binding == "redirect" else stage.posted
    assert stage.status(send(person, request), request) == ["Success"]
    assert len(stage.listener.told) == 1
    assert not stage.is_in(person)


def test_core_3_7_3_2_service_that_is_not_reached_makes_it_partial(stage: Stage, person: Browser):
    stage.sign_in(person)
    stage.listener.status = 500
    request = stage.request(INDEX)
    assert stage.status(stage.redirected(person, request), request) == ["Success", "PartialLogout"]
    assert not stage.is_in(person)


def test_core_3_7_1_request_that_names_no_session_ends_the_last_of_the_person(
    stage: Stage, person: Browser
):
    """Partial, since an earlier one on another device may stand."""
    stage.sign_in(person)
    request = stage.request()
    assert stage.status(stage.redirected(person, request), request) == ["Success", "PartialLogout"]
    assert not stage.is_in(person)


def test_core_3_7_1_each_session_that_is_named_ends_and_no_other(stage: Stage, person: Browser):
    with stage.hub.browser() as second, stage.hub.browser() as third:
        for browser, index in ((person, "_1"), (second, "_2"), (third, "_3")):
            stage.sign_in(browser, index=index)
        request = stage.request("_1", "_2")
        assert stage.status(stage.redirected(person, request), request) == ["Success"]
        assert [stage.is_in(each) for each in (person, second, third)] == [False, False, True]
        assert len(stage.listener.told) == 2


def test_another_person_with_that_index_stays(stage: Stage, person: Browser):
    stage.sign_in(person, TEACHER)
    request = stage.request(INDEX)
    assert stage.status(stage.redirected(person, request), request) == ["Success"]
    assert stage.is_in(person)


def test_session_that_nobody_has_is_success(stage: Stage, person: Browser):
    request = stage.request("_never")
    assert stage.status(stage.redirected(person, request), request) == ["Success"]


def test_core_3_7_1_encrypted_name_id(stage: Stage, person: Browser):
    """At the login and in the request: the same person."""
    stage.sign_in(person)
    request = stage.request(INDEX)
    (name,) = find(request, "./saml:NameID")
    der = stage.hub.school.gateway.encryption[0]
    request.replace(name, encrypt(name, der, wrapper="saml:EncryptedID"))
    assert stage.status(stage.redirected(person, request), request) == ["Success"]
    assert not stage.is_in(person)


def test_session_without_an_index_of_the_school(stage: Stage, person: Browser):
    stage.sign_in(person, index=None)
    request = stage.request()
    stage.redirected(person, request)
    assert not stage.is_in(person)


def test_front_channel_services_are_told_by_a_page_of_ours(stage: Stage, person: Browser):
    """The SAML supplier hears of it in a frame; then the person goes back to the school."""
    stage.sign_in(person)
    supplier = stage.hub.supplier
    page = person.open(supplier.redirect_url(supplier.request(), None))
    assert page.message
    page = stage.redirected(person, stage.request(INDEX))
    assert page.status == 200
    assert f"{supplier.base}/slo?" in page.text
    assert f"{SLO}?" in page.text
    assert not stage.is_in(person)


STRANGER = rsa_key("stranger")
HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("Profiles-4.4.3.1-stranger", {"keys": STRANGER}, "KP-212"),
    ("Profiles-4.4.3.1-SHA-1", {"algorithm": RSA_SHA1}, "KP-212"),
    ("Core-3.2.1-stale", {"IssueInstant": instant(-3600)}, "KP-217"),
    ("Core-3.2.1-future", {"IssueInstant": instant(3600)}, "KP-217"),
    ("Core-3.7.1-NotOnOrAfter", {"NotOnOrAfter": instant(-3600)}, "KP-217"),
    ("Core-3.2.1-destination", {"Destination": "http://elsewhere.test/slo"}, "KP-210"),
    ("Core-3.2.1-version", {"Version": "1.1"}, "KP-210"),
    ("issuer-unknown", {"issuer": "http://nobody.test/metadata"}, "KP-201"),
    ("issuer-of-another-school", {"issuer": "http://school.test/metadata"}, "KP-212"),
]


@pytest.mark.parametrize(("changes", "code"), [pytest.param(*c[1:], id=c[0]) for c in HOSTILE])
def test_request_that_does_not_hold_ends_nothing(
    stage: Stage, person: Browser, changes: dict[str, Any], code: str
):
    stage.sign_in(person)
    how = {name: changes[name] for name in ("keys", "algorithm") if name in changes}
    what = {name: value for name, value in changes.items() if name not in how}
    page = stage.redirected(person, stage.request(INDEX, **what), **how)
    assert code in page.words
    assert stage.listener.told == []
    assert stage.is_in(person)


def test_another_school_can_not_end_it_in_its_own_name(stage: Stage, person: Browser):
    """The words of a school count for the sessions that it made."""
    stage.sign_in(person)
    request = stage.request(INDEX, issuer="http://school.test/metadata")
    stage.redirected(person, request, rsa_key("http://school.test"))
    assert stage.is_in(person)


def test_unsigned_request_ends_nothing(stage: Stage, person: Browser):
    stage.sign_in(person)
    fields = {"SAMLRequest": encode(stage.request(INDEX))}
    page = person.post(stage.own_address, fields, initiator=SCHOOL)
    assert "KP-212" in page.words
    assert stage.is_in(person)


def test_request_counts_once(stage: Stage, person: Browser):
    """Core §1.3.4: one that was overheard ends no later session."""
    request = stage.request()
    stage.redirected(person, request)
    stage.sign_in(person)
    assert "KP-219" in stage.redirected(person, request).words
    assert stage.is_in(person)


def test_answer_to_a_question_that_we_never_ask_is_refused(stage: Stage, person: Browser):
    response = root("samlp:LogoutResponse", ID=new_id(), Version="2.0", IssueInstant=instant())
    sub(response, "saml:Issuer", stage.hub.school.entity_id)
    query = sign_query({"SAMLResponse": deflate(response)}, stage.hub.school.keys)
    assert "KP-210" in person.open(f"{stage.own_address}?{query}").words


# OpenID Connect Back-Channel Logout 1.0


def openid_sign_in(stage: Stage, browser: Browser, **claims: str) -> None:
    _, page = stage.openid.ask(browser, OIDC_SCHOOL)
    answer = stage.openid.answer(page, Lies(claims={"sid": "s-1", **claims}))
    page = browser.open(answer, initiator=stage.openid.provider.base)
    assert "code=" in page.redirect.url


def token(stage: Stage, *, key: str = "", algorithm: str = "RS256", **changes: Any) -> str:
    """A logout token that holds, with changes; None leaves a claim out."""
    now, provider = int(time.time()), stage.openid.provider
    right = {
        "iss": provider.issuer("gewoon"),
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid.uuid4()),
        "sub": OIDC_PUPIL.uid,
        "sid": "s-1",
        "events": {EVENT: {}},
    }
    headers = {"kid": KID, "typ": changes.pop("typ", "logout+jwt")}
    claims = {name: value for name, value in {**right, **changes}.items() if value is not None}
    secret = None if algorithm == "none" else key or provider.keys.key
    return jwt.encode(claims, secret, algorithm, headers)


def tell(stage: Stage, *tokens: str) -> requests.Response:
    """As the provider does: program to program."""
    address = f"{stage.hub.gateway.base}/school/oidc/logout"
    return requests.post(address, [("logout_token", each) for each in tokens], timeout=30)


@pytest.mark.parametrize("named", [{"sub": None}, {"sid": None}, {}], ids=["sid", "sub", "both"])
def test_backchannel_2_6_the_session_ends(stage: Stage, person: Browser, named: dict[str, None]):
    openid_sign_in(stage, person)
    assert stage.is_in(person)
    answer = tell(stage, token(stage, **named))
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not stage.is_in(person)


def test_backchannel_2_5_services_are_told(stage: Stage, person: Browser):
    openid_sign_in(stage, person)
    assert stage.is_in(person)  # which the client hears of, so that it is told
    tell(stage, token(stage))
    assert len(stage.listener.told) == 1


def test_backchannel_2_6_another_session_stays(stage: Stage, person: Browser):
    openid_sign_in(stage, person, sid="s-2")
    assert tell(stage, token(stage, sid="s-1")).status_code == 200
    assert stage.is_in(person)


LIES: list[tuple[str, dict[str, Any]]] = [
    ("2.4-no-event", {"events": None}),
    ("2.4-another-event", {"events": {"http://schemas.openid.net/event/other": {}}}),
    ("2.4-event-that-is-no-object", {"events": {EVENT: "ja"}}),
    ("2.4-nonce", {"nonce": "n"}),
    ("2.4-neither-sid-nor-sub", {"sid": None, "sub": None}),
    ("2.4-no-jti", {"jti": None}),
    ("2.4-no-iat", {"iat": None}),
    ("2.4-no-exp", {"exp": None}),
    ("2.6-expired", {"iat": 1_700_000_000, "exp": 1_700_000_100}),
    ("2.6-audience", {"aud": "somebody-else"}),
    ("2.6-issuer-unknown", {"iss": "http://nobody.test"}),
    ("2.6-sid-that-is-no-text", {"sid": ["s-1"]}),
    ("2.6-key", {"key": STRANGER.key}),
    ("2.6-none", {"key": None, "algorithm": "none"}),
    ("2.4-type", {"typ": "at+jwt"}),
]


@pytest.mark.parametrize("changes", [pytest.param(c[1], id=c[0]) for c in LIES])
def test_backchannel_token_that_does_not_hold_ends_nothing(
    stage: Stage, person: Browser, changes: dict[str, Any]
):
    openid_sign_in(stage, person)
    answer = tell(stage, token(stage, **changes))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert answer.headers["Cache-Control"] == "no-store"
    assert stage.is_in(person)


def test_backchannel_2_6_jti_counts_once(stage: Stage, person: Browser):
    overheard = token(stage)
    assert tell(stage, overheard).status_code == 200
    openid_sign_in(stage, person)
    assert tell(stage, overheard).status_code == 400
    assert stage.is_in(person)


@pytest.mark.parametrize("tokens", [(), ("geen JWT",), ("a.b.c",), ("x" * 9000,)], ids=repr)
def test_backchannel_what_is_no_token(stage: Stage, tokens: tuple[str, ...]):
    assert tell(stage, *tokens).status_code == 400


def test_backchannel_two_tokens(stage: Stage):
    assert tell(stage, token(stage), token(stage)).status_code == 400

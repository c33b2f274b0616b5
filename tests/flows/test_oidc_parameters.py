"""What a client may ask beside the code (OpenID Connect Core §3.1.2.1, §5.5; Form Post §2)."""

import json
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import Attempt, read_callback
from tests.actors.people import SAML_SCHOOL, TEACHER
from tests.actors.saml_xml import PASSWORD_CONTEXT
from tests.flows.hub import Hub, add_client
from tests.parts.effect import wait_for_changes

CALLBACK = "http://tool.test/callback"


def answer_of(hub: Hub, page: Page, mode: str) -> dict[str, str]:
    """What came back, by the way that was asked and by no other."""
    if mode == "form_post":
        form = next(form for form in page.forms if "state" in form.fields)
        assert (page.status, form.method, form.action) == (200, "POST", CALLBACK)
        assert form.buttons, "those without scripts press a button"
        assert "no-store" in page.headers["Cache-Control"]
        return dict(form.fields)
    address = urlsplit(page.redirect.url)
    said, silent = (
        (address.fragment, address.query)
        if mode == "fragment"
        else (address.query, address.fragment)
    )
    assert silent == ""
    assert page.redirect.url.startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(said, strict_parsing=True).items()}


def asked(hub: Hub, person: Browser, **changes: str | None) -> tuple[Attempt, Page]:
    """A request of somebody who is signed in, and the page with its answer."""
    attempt = hub.client.begin(**changes)
    return attempt, person.open(attempt.url)


MODES = ["query", "fragment", "form_post"]


@pytest.mark.parametrize("mode", MODES)
def test_multiple_response_types_2_1_code_comes_by_the_way_asked(
    hub: Hub, person: Browser, mode: str
):
    assert sorted(hub.client.discovery["response_modes_supported"]) == sorted(MODES)
    hub.tokens(person)
    attempt, page = asked(hub, person, response_mode=mode)
    answer = answer_of(hub, page, mode)
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == (attempt.state, hub.gateway.base)
    tokens = hub.client.redeem(attempt, answer["code"]).json()
    assert hub.client.verify(tokens["id_token"], attempt, tokens["access_token"])["sub"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("changes", [{"prompt": "none"}, {"scope": "profile"}])
def test_multiple_response_types_2_1_error_comes_by_the_same_way(
    hub: Hub, person: Browser, mode: str, changes: dict[str, str]
):
    attempt, page = asked(hub, person, response_mode=mode, **changes)
    answer = answer_of(hub, page, mode)
    assert answer["error"] in {"login_required", "invalid_scope"}
    assert (answer["state"], answer["iss"]) == (attempt.state, hub.gateway.base)


def test_form_post_2_nothing_of_a_client_runs_in_our_page(hub: Hub, person: Browser):
    hub.tokens(person)
    state = "\"><script>alert(1)</script>'"
    _, page = asked(hub, person, response_mode="form_post", state=state)
    assert answer_of(hub, page, "form_post")["state"] == state
    assert "<script>alert" not in page.text


def test_core_3_1_2_1_id_token_hint_of_the_same_person(hub: Hub, person: Browser):
    first = hub.tokens(person)
    second = hub.tokens(person, prompt="none", id_token_hint=first.id_token)
    assert second.claims["sub"] == first.claims["sub"]
    assert second.claims["auth_time"] == first.claims["auth_time"]


@pytest.mark.parametrize("prompt", ["none", None])
def test_core_3_1_2_2_id_token_hint_of_another_person(
    hub: Hub, person: Browser, prompt: str | None
):
    with hub.browser() as other:
        hint = hub.tokens(other, TEACHER).id_token
    hub.tokens(person)
    _, page = asked(hub, person, prompt=prompt, id_token_hint=hint)
    answer = read_callback(page.redirect.url)
    assert answer["error"] == "login_required"
    assert "code" not in answer


def test_core_3_1_2_2_id_token_hint_and_another_person_logs_in(hub: Hub, person: Browser):
    with hub.browser() as other:
        hint = hub.tokens(other, TEACHER).id_token
    _, callback = hub.code_of(person, id_token_hint=hint)
    assert read_callback(callback)["error"] == "login_required"


@pytest.mark.parametrize("kind", ["forged", "unsigned", "of another client", "access token", "x"])
def test_core_3_1_2_1_id_token_hint_must_be_ours_and_the_clients(
    hub: Hub, person: Browser, kind: str
):
    tokens = hub.tokens(person)
    claims = jwt.decode(tokens.id_token, options={"verify_signature": False})
    header = jwt.get_unverified_header(tokens.id_token)
    if kind == "of another client":
        client = add_client(hub.gateway, "Zingen bij Els")
        attempt = client.begin()
        hint = client.finish(attempt, person.open(attempt.url).redirect.url).id_token
    else:
        hint = {
            "forged": jwt.encode(claims, "x" * 32, "HS256", {"kid": header["kid"]}),
            "unsigned": jwt.encode(claims, None, "none", {"kid": header["kid"]}),
            "access token": tokens.access_token,
            "x": "x",
        }[kind]
    _, page = asked(hub, person, prompt="none", id_token_hint=hint)
    assert read_callback(page.redirect.url)["error"] == "invalid_request"


def claims(place: str = "id_token", **wishes: object) -> str:
    return json.dumps({place: wishes})


def test_core_5_5_1_essential_claim_that_the_school_granted_comes_back(hub: Hub, person: Browser):
    """OIDF oidcc-claims-essential, in the words of a school federation: what is granted comes,
    and what is not granted does not, however essential."""
    client = add_client(
        hub.gateway, "Namen bij Iep", "--attribute", "sn=Op het bord",
        "--attribute", "mail=Nieuwsbrief",
    )  # fmt: skip
    hub.gateway.ketenpoort(
        "release", "grant", "--school", SAML_SCHOOL, "--service", client.client_id,
        "--attribute", "sn",
    )  # fmt: skip
    wait_for_changes(hub.gateway)
    wish = claims("userinfo", family_name={"essential": True}, email={"essential": True})
    attempt = client.begin(claims=wish, school=SAML_SCHOOL)
    page = hub.at_school(person, person.open(attempt.url))
    tokens = client.finish(attempt, page.redirect.url)
    assert tokens.userinfo["family_name"]
    assert "email" not in tokens.userinfo
    assert "email" not in tokens.claims


def test_core_5_5_unknown_claims_and_members_are_passed_over(hub: Hub, person: Browser):
    wish = json.dumps({"vreemd": 1, "id_token": {"shoe_size": {"essential": True}, "name": None}})
    assert hub.tokens(person, claims=wish).claims["sub"]


def test_core_5_5_1_sub_of_this_person(hub: Hub, person: Browser):
    sub = hub.tokens(person).claims["sub"]
    for wish in ({"value": sub}, {"values": ["een-ander", sub]}, {"essential": True}, None):
        assert hub.tokens(person, prompt="none", claims=claims(sub=wish)).claims["sub"] == sub


@pytest.mark.parametrize("place", ["id_token", "userinfo"])
@pytest.mark.parametrize("wish", [{"value": "een-ander"}, {"values": []}, {"values": ["a", "b"]}])
def test_core_3_1_2_2_sub_of_another_person_gets_no_answer(
    hub: Hub, person: Browser, place: str, wish: dict[str, object]
):
    hub.tokens(person)
    _, page = asked(hub, person, prompt="none", claims=claims(place, sub=wish))
    assert read_callback(page.redirect.url)["error"] == "login_required"


def test_core_3_1_2_1_sub_and_hint_that_contradict_get_no_answer(hub: Hub, person: Browser):
    tokens = hub.tokens(person)
    wish = claims(sub={"value": "een-ander"})
    _, page = asked(hub, person, prompt="none", claims=wish, id_token_hint=tokens.id_token)
    assert read_callback(page.redirect.url)["error"] == "login_required"


@pytest.mark.parametrize(
    "values", [{"value": PASSWORD_CONTEXT}, {"values": ["x", PASSWORD_CONTEXT]}]
)
def test_core_5_5_1_1_essential_acr_that_holds(
    hub: Hub, person: Browser, values: dict[str, object]
):
    wish = claims(acr={"essential": True, **values})
    assert hub.tokens(person, claims=wish).claims["acr"] == PASSWORD_CONTEXT


def test_core_5_5_1_1_essential_acr_that_can_not_be_met_is_a_failed_login(
    hub: Hub, person: Browser
):
    _, callback = hub.code_of(person, claims=claims(acr={"essential": True, "values": ["gold"]}))
    assert read_callback(callback)["error"] == "unmet_authentication_requirements"


def test_core_5_5_1_1_essential_acr_of_another_login_asks_the_school_again(
    hub: Hub, person: Browser
):
    """A session by a weaker login does not serve, and does not stand in the way of a stronger."""
    before = hub.tokens(person).claims
    wish = claims(acr={"essential": True, "values": ["https://refeds.org/profile/mfa"]})
    attempt, page = asked(hub, person, claims=wish, school=SAML_SCHOOL)
    page = hub.at_school(person, page, context="https://refeds.org/profile/mfa")
    after = hub.client.finish(attempt, page.redirect.url).claims
    assert after["acr"] == "https://refeds.org/profile/mfa"
    assert after["sid"] != before["sid"]


def test_core_5_5_1_1_essential_acr_without_a_page(hub: Hub, person: Browser):
    hub.tokens(person)
    wish = claims(acr={"essential": True, "value": "gold"})
    _, page = asked(hub, person, claims=wish, prompt="none")
    assert read_callback(page.redirect.url)["error"] == "login_required"


@pytest.mark.parametrize(
    "voluntary", [{"acr_values": "gold silver"}, {"claims": claims(acr={"values": ["gold"]})}]
)
def test_core_3_1_2_1_acr_values_are_voluntary_and_answered_honestly(
    hub: Hub, person: Browser, voluntary: dict[str, str]
):
    assert hub.tokens(person, **voluntary).claims["acr"] == PASSWORD_CONTEXT


@pytest.mark.parametrize(
    "text",
    [
        "naam", "[]", "1", '"x"', "null", "{", '{"id_token": []}', '{"id_token": {"sub": 1}}',
        '{"id_token": {"sub": {"value": 1}}}', '{"userinfo": {"sub": {"values": "x"}}}',
        '{"id_token": {"acr": {"essential": true, "values": []}}}',
        '{"id_token": {"sub": {"value": "a"}, "sub": {"value": "b"}}}', "[" * 3000,
    ],
)  # fmt: skip
def test_core_5_5_what_is_no_request_for_claims_is_refused(hub: Hub, person: Browser, text: str):
    _, page = asked(hub, person, claims=text)
    answer = read_callback(page.redirect.url)
    assert answer["error"] == "invalid_request"
    assert answer["error_description"].isascii()


@pytest.mark.parametrize(
    ("locales", "language"),
    [("en", "en"), ("nl", "nl"), ("fy-NL en-GB nl", "en"), ("de", "nl"), ("../x \r\n", "nl")],
)
def test_core_3_1_2_1_ui_locales_choose_the_language_of_our_pages(
    hub: Hub, person: Browser, locales: str, language: str
):
    assert sorted(hub.client.discovery["ui_locales_supported"]) == ["en", "nl"]
    _, page = asked(hub, person, ui_locales=locales)
    assert urlsplit(page.url).path == "/school"
    assert f'<html lang="{language}">' in page.text


def test_what_a_person_chose_goes_before_ui_locales(hub: Hub, person: Browser):
    _, page = asked(hub, person)
    person.open(f"{page.url}&lang=nl")
    _, page = asked(hub, person, ui_locales="en")
    assert '<html lang="nl">' in page.text


@pytest.mark.parametrize("display", ["page", "popup", "touch", "wap", "hologram"])
def test_core_3_1_2_1_display_does_no_harm(hub: Hub, person: Browser, display: str):
    assert hub.tokens(person, display=display).claims


@pytest.mark.parametrize("hint", [{"login_hint": "piet@school.test"}, {"claims_locales": "nl en"}])
def test_core_3_1_2_1_hints_do_no_harm(hub: Hub, person: Browser, hint: dict[str, str]):
    hub.tokens(person)
    assert hub.tokens(person, **hint).claims


def test_core_3_1_2_1_select_account_asks_the_school_again(hub: Hub, person: Browser):
    hub.tokens(person)
    _, page = asked(hub, person, prompt="select_account", school=SAML_SCHOOL)
    assert hub.asked_of_school(page).force_authn


def test_oidf_alternate_happy_flow(hub: Hub, person: Browser):
    """RFC 6749 §3.3: neither the scopes nor the parameters have an order."""
    hub.tokens(person)
    attempt = hub.client.begin(scope="email openid")
    address, _, query = attempt.url.partition("?")
    page = person.open(f"{address}?{'&'.join(reversed(query.split('&')))}")
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]


@pytest.mark.parametrize(
    "scope",
    [
        "openid profile", "openid email", "openid address", "openid phone",
        "openid profile email address phone", "email profile openid",
    ],
)  # fmt: skip
def test_core_5_4_scopes_in_any_order_do_no_harm(hub: Hub, person: Browser, scope: str):
    """What is released is for the school to say; a scope that gives nothing is not said back."""
    attempt, callback = hub.code_of(person, scope=scope)
    given = hub.client.redeem(attempt, read_callback(callback)["code"]).json()
    known = set(hub.client.discovery["scopes_supported"])
    assert set(given["scope"].split()) == set(scope.split()) & known

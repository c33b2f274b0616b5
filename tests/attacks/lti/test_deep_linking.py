"""What a tool brings back counts once, from that tool, for the teacher who was sent to pick.

LTI Deep Linking §4.5, LTI Security §5.2.2 and §5.2.3, RFC 8725 §3.1.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL, TEACHER
from tests.actors.scripted_tool import CLAIM, DEEP_LINKING, ScriptedTool, public_pem
from tests.attacks.lti.stage import Stage, assert_refused


def asked(lti: Stage, browser: Browser, tool: ScriptedTool | None = None) -> Mapping[str, Any]:
    """The request to pick that a teacher brings to a tool."""
    tool = tool or lti.tool
    address = f"{lti.gateway.base}/lti/pick?service={tool.client_id}"
    question = tool.question(tool.hints(lti.follow(browser, address, TEACHER)))
    return tool.read(tool.ask(browser, question), question)


def bring(lti: Stage, browser: Browser, token: str) -> Page:
    return browser.post(f"{lti.gateway.base}/lti/deep-link", {"JWT": token}, lti.tool.base)


def assert_taken(page: Page) -> None:
    assert "/links/new?fragment=" in page.url, page
    assert page.status == 200, page


def assert_nothing_taken(page: Page, code: str) -> None:
    assert "/links/new" not in page.url
    assert_refused(page, code)


def test_answer_is_taken(lti: Stage, person: Browser):
    """What all others differ from in one respect."""
    request = asked(lti, person)
    settings = request[f"{DEEP_LINKING}deep_linking_settings"]
    assert settings["accept_types"] == ["ltiResourceLink", "link"]
    assert settings["deep_link_return_url"] == f"{lti.gateway.base}/lti/deep-link"
    assert f"{CLAIM}resource_link" not in request
    assert_taken(bring(lti, person, lti.tool.sign(lti.tool.picked(request))))


def test_answer_counts_once(lti: Stage, person: Browser):
    request = asked(lti, person)
    token = lti.tool.sign(lti.tool.picked(request))
    assert_taken(bring(lti, person, token))
    for again in (token, lti.tool.sign(lti.tool.picked(request))):
        page = bring(lti, person, again)
        assert_nothing_taken(page, "KP-101")
        assert lti.tool.hints(person.click(page, "Opnieuw beginnen")), "to pick once more"


def test_nonce_counts_once(lti: Stage, person: Browser):
    first = lti.tool.picked(asked(lti, person))
    assert_taken(bring(lti, person, lti.tool.sign(first)))
    second = lti.tool.picked(asked(lti, person), nonce=first["nonce"])
    assert_nothing_taken(bring(lti, person, lti.tool.sign(second)), "KP-101")


@pytest.mark.parametrize("signed_in", [TEACHER, PUPIL], ids=["teacher", "pupil"])
def test_what_another_picked_is_not_taken(lti: Stage, person: Browser, signed_in: object):
    """Login CSRF: the victim's browser posts what the attacker picked. The page is a victim's own
    only when the very same person is signed in there."""
    token = lti.tool.sign(lti.tool.picked(asked(lti, person)))
    with lti.browser() as victim:
        lti.sign_in(victim, signed_in)
        page = bring(lti, victim, token)
    if signed_in is TEACHER:
        assert_taken(page)
    else:
        assert_nothing_taken(page, "KP-40")


def test_stranger_must_sign_in_first(lti: Stage, person: Browser):
    token = lti.tool.sign(lti.tool.picked(asked(lti, person)))
    with lti.browser() as stranger:
        page = bring(lti, stranger, token)
        assert page.url.startswith(f"{lti.gateway.base}/school")


def test_alg_none_is_refused(lti: Stage, person: Browser):
    claims = lti.tool.picked(asked(lti, person))
    token = jwt.encode(claims, None, algorithm="none")
    assert_nothing_taken(bring(lti, person, token), "KP-304")


def test_public_key_as_a_secret_is_refused(lti: Stage, person: Browser):
    """RFC 8725 §2.1: HMAC with the tool's public key."""
    claims = lti.tool.picked(asked(lti, person))
    head, body, _ = lti.tool.sign(claims).split(".")
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","typ":"JWT"}').decode()
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = signer.sign(f"{header}.{body}".encode(), public_pem(lti.tool.keys).encode())
    token = f"{header}.{body}.{jwt.utils.base64url_encode(signature).decode()}"
    assert head != header
    assert_nothing_taken(bring(lti, person, token), "KP-304")


def test_key_in_the_header_is_not_trusted(lti: Stage, person: Browser):
    """RFC 7515 §4.1.3: jwk of the attacker's own."""
    own = rsa_key("http://elders.test")
    key = load_pem_private_key(own.key.encode(), None).public_key()
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
    claims = lti.tool.picked(asked(lti, person))
    token = jwt.encode(claims, own.key, "RS256", headers={"jwk": jwk})
    assert_nothing_taken(bring(lti, person, token), "KP-304")


def test_other_tool_can_not_sign_for_this_one(lti: Stage, person: Browser):
    claims = lti.tool.picked(asked(lti, person))
    token = lti.tool.sign(claims, lti.second.keys)
    assert_nothing_taken(bring(lti, person, token), "KP-304")


def test_other_tool_can_not_use_the_data(lti: Stage, person: Browser):
    """Its own signature, the data of the first: nothing, and the first still can."""
    request = asked(lti, person)
    stolen = lti.second.picked(request)
    assert_nothing_taken(bring(lti, person, lti.second.sign(stolen)), "KP-101")
    assert_taken(bring(lti, person, lti.tool.sign(lti.tool.picked(request))))


def test_signature_of_changed_claims_is_refused(lti: Stage, person: Browser):
    request = asked(lti, person)
    head, _, signature = lti.tool.sign(lti.tool.picked(request)).split(".")
    _, other, _ = lti.tool.sign(lti.tool.picked(request)).split(".")
    assert_nothing_taken(bring(lti, person, f"{head}.{other}.{signature}"), "KP-304")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "http://elders.test"}, "KP-304"),
        ({"aud": None}, "KP-304"),
        ({"iss": "svc-onbekend"}, "KP-301"),
        ({"iss": None}, "KP-301"),
        ({"exp": int(time.time()) - 4000, "iat": int(time.time()) - 4300}, "KP-304"),
        ({"exp": None}, "KP-304"),
        ({"iat": int(time.time()) + 4000, "exp": int(time.time()) + 4300}, "KP-304"),
        ({"exp": int(time.time()) + 90_000}, "KP-302"),
        ({"nonce": None}, "KP-304"),
        ({"message_type": "LtiResourceLinkRequest"}, "KP-302"),
        ({"message_type": None}, "KP-302"),
        ({"version": "1.1"}, "KP-302"),
        ({"deployment_id": "elders"}, "KP-302"),
        ({"deployment_id": None}, "KP-302"),
        ({"data": "anders"}, "KP-101"),
        ({"data": None}, "KP-101"),
    ],
)
def test_answer_that_is_not_as_it_must_be(
    lti: Stage, person: Browser, changes: dict[str, object], code: str
):
    token = lti.tool.sign(lti.tool.picked(asked(lti, person), **changes))
    assert_nothing_taken(bring(lti, person, token), code)


ITEM = {"type": "ltiResourceLink", "title": "Oefening", "url": "http://eerste.test/oefening/1"}


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([ITEM | {"url": "http://tweede.test/oefening"}], "KP-303"),
        ([ITEM, ITEM | {"url": "http://elders.test/"}], "KP-303"),
        ([ITEM | {"url": "javascript:alert(1)"}], "KP-303"),
        ([ITEM | {"url": "http://eerste.test@elders.test/"}], "KP-303"),
        ([ITEM | {"url": "//eerste.test/"}], "KP-303"),
        ([ITEM | {"url": ["http://eerste.test/"]}], "KP-302"),
        ([ITEM | {"url": None}], "KP-302"),
        ([{"type": "html", "html": "<script>alert(1)</script>"}], "KP-305"),
        ([{"type": "file", "url": "http://eerste.test/a.pdf"}], "KP-305"),
        ([{"type": ["ltiResourceLink"]}], "KP-305"),
        (["ltiResourceLink"], "KP-305"),
        ([ITEM | {"custom": {"niveau": 2}}], "KP-302"),
        ([ITEM | {"custom": {"niveau": "x" * 5000}}], "KP-302"),
        ([ITEM | {"custom": "niveau"}], "KP-302"),
        ([ITEM | {"custom": {"niveau": "\u0000"}}], "KP-302"),
        ([ITEM | {"custom": {"a b": "1"}}], "KP-410"),
        ([ITEM] * 51, "KP-302"),
        ({"0": ITEM}, "KP-302"),
        ("ltiResourceLink", "KP-302"),
    ],
)
def test_items_that_are_not_taken(lti: Stage, person: Browser, items: object, code: str):
    token = lti.tool.sign(lti.tool.picked(asked(lti, person), content_items=items))
    assert_nothing_taken(bring(lti, person, token), code)


def test_title_is_shown_as_text(lti: Stage, person: Browser):
    title = "<script>alert(1)</script> & meer\n\u0000 regels"
    items = [ITEM | {"title": title, "url": "http://eerste.test/oefening/script"}]
    token = lti.tool.sign(lti.tool.picked(asked(lti, person), content_items=items))
    page = bring(lti, person, token)
    assert_taken(page)
    assert "<script>alert(1)" not in page.text


COLLEAGUE = replace(TEACHER, uid="mira@esdoorn.test")
PICKED = [
    ITEM | {"title": f"Vulkaan {name}", "url": f"http://eerste.test/vulkaan/{name}"}
    for name in ("een", "twee")
]


def test_what_was_picked_is_seen_by_who_has_a_link_alone(lti: Stage, person: Browser):
    """Not by a colleague, at whichever page; the service is the tile that it was."""
    base = lti.gateway.base
    token = lti.tool.sign(lti.tool.picked(asked(lti, person), content_items=PICKED))
    page = bring(lti, person, token)
    assert "Vulkaan een" in page.words
    (fragment, _) = parse_qs(urlsplit(page.url).query)["fragment"]
    page = person.click(page, "Maak een link Vulkaan een")
    assert "Vulkaan een" in person.submit(page, button="Maak de link").words
    with lti.browser() as other:
        lti.sign_in(other, COLLEAGUE)
        for path in ("/materials", "/materials?q=Vulkaan", "/", "/?q=Vulkaan"):
            page = other.open(base + path)
            assert page.status == 200
            assert not [link for link in page.links if "Vulkaan" in link.text], page
        assert "Proeven eerste" in other.open(base).words
        assert_refused(other.open(f"{base}/open/{fragment}"), "KP-400")
        target = urlencode({"service": lti.tool.client_id, "target": PICKED[0]["url"]})
        assert "Vulkaan een" not in other.open(f"{base}/share?{target}").words


def test_picker_is_on_the_page_of_materials(lti: Stage, person: Browser):
    """For tools that have one, which the school switched on."""
    lti.sign_in(person, TEACHER)
    page = person.open(f"{lti.gateway.base}/materials")
    hints = lti.tool.hints(person.click(page, "Kies bij Proeven eerste"))
    assert hints["login_hint"]


@pytest.mark.parametrize(
    "line_item",
    ["veel", {"label": "\ud800"}, {"label": "x" * 9000}, {"scoreMaximum": -1}, {"label": "\u0000"}],
)
def test_line_item_that_can_not_be_made_costs_nobody_the_pick(
    lti: Stage, person: Browser, line_item: object
):
    items = [ITEM | {"lineItem": line_item}]
    token = lti.tool.sign(lti.tool.picked(asked(lti, person), content_items=items))
    assert_taken(bring(lti, person, token))


@pytest.mark.parametrize(
    "fields",
    [{}, {"JWT": ""}, {"JWT": "a.b.c"}, {"JWT": "x" * 100_000}, {"jwt": "a.b.c"}],
    ids=["nothing", "empty", "garbage", "long", "other case"],
)
def test_post_without_an_answer(lti: Stage, person: Browser, fields: dict[str, str]):
    page = person.post(f"{lti.gateway.base}/lti/deep-link", fields, lti.tool.base)
    assert_refused(page, "KP-302")


def test_tool_that_can_not_be_picked_from(lti: Stage, person: Browser):
    address = f"{lti.gateway.base}/lti/pick?service="
    assert_refused(person.open(address + "svc-onbekend"), "KP-301")
    assert_refused(person.open(address), "KP-301")


def test_pupil_can_not_pick(lti: Stage, person: Browser):
    page = lti.follow(person, f"{lti.gateway.base}/lti/pick?service={lti.tool.client_id}", PUPIL)
    assert page.redirect is None
    assert_refused(page, "KP-40")

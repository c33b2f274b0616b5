"""Our signing keys are rotated by command in a running gateway."""

import jwt
import requests

from tests.actors.browser import Browser
from tests.actors.people import SAML_SCHOOL
from tests.actors.saml_metadata import read_party
from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.flows.hub import Hub, answer_fields
from tests.parts.effect import wait_for_changes


def certificates(hub: Hub) -> tuple[str, ...]:
    """Of our signing keys, as suppliers read them now."""
    metadata = hub.gateway.idp_metadata()
    return read_party(metadata, "md:IDPSSODescriptor", "md:SingleSignOnService").signing


def kid_of(id_token: str) -> str:
    return str(jwt.get_unverified_header(id_token)["kid"])


def published(hub: Hub) -> set[str]:
    keys = requests.get(hub.client.discovery["jwks_uri"], timeout=30).json()["keys"]
    return {key["kid"] for key in keys}


def rotate(hub: Hub) -> None:
    hub.gateway.ketenpoort("keys", "rotate")
    wait_for_changes(hub.gateway)


def test_our_keys_are_rotated_while_people_log_in(hub: Hub, person: Browser):
    """Published before they sign and after (design.md §7.8): nobody is cut off at any step."""
    first = hub.tokens(person)
    (before,) = certificates(hub)
    rotate(hub)
    assert certificates(hub)[0] == before
    assert len(certificates(hub)) == 2
    reader = ScriptedSupplier(hub.gateway.idp_metadata())  # read between the steps, as many do
    between = hub.tokens(person)
    assert kid_of(between.id_token) == kid_of(first.id_token)

    attempt = hub.client.begin(school=SAML_SCHOOL)
    with hub.browser() as other:
        at_school = other.open(attempt.url)
        rotate(hub)
        page = hub.at_school(other, at_school)
        last = hub.client.finish(attempt, page.redirect.url)
    assert kid_of(last.id_token) != kid_of(first.id_token)
    assert {kid_of(first.id_token), kid_of(last.id_token)} <= published(hub)
    assert before not in certificates(hub)
    hinted = hub.tokens(person, prompt="none", id_token_hint=first.id_token)
    assert hinted.claims["sub"] == first.claims["sub"], "what the last key signed is known"
    request, page = hub.saml_login(person)
    assert reader.receive(answer_fields(page), request).name_id
    with hub.browser() as other:
        page = other.open(hub.client.begin(school=SAML_SCHOOL).url)
        school = ScriptedSchool(hub.gateway.sp_metadata())
        assert school.read_request(page.redirect.url).id, "signed with the new key, as published"

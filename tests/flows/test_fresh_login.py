"""A service that asks for a fresh login gets one, or is told that there is none.

OpenID Connect Core §3.1.2.1 (prompt, max_age), SAML Core §3.4.1 (ForceAuthn). Schools exist that
let the old login count when they are asked again.
"""

import time

import pytest

from tests.actors.browser import Browser
from tests.actors.oidc_client import read_callback
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.actors.saml_xml import STATUS, decode, find
from tests.flows.hub import Hub, answer_fields

STALE = -3600
DEMANDS = pytest.mark.parametrize("demand", [{"prompt": "login"}, {"max_age": "60"}])


@DEMANDS
def test_core_3_1_2_1_school_that_does_not_ask_again(
    hub: Hub, person: Browser, demand: dict[str, str]
):
    """It MUST return an error, typically login_required."""
    attempt = hub.client.begin(school=SAML_SCHOOL, **demand)
    page = hub.at_school(person, person.open(attempt.url), PUPIL, authn_instant=STALE)
    answer = read_callback(page.redirect.url)
    assert (answer.get("error"), answer["state"]) == ("login_required", attempt.state)


def test_core_3_4_1_school_that_ignores_force_authn(hub: Hub, person: Browser):
    request = hub.supplier.request(force_authn="true")
    page = person.open(f"{hub.supplier.redirect_url(request)}&school={SAML_SCHOOL}")
    page = hub.at_school(person, page, PUPIL, authn_instant=STALE)
    response = decode(answer_fields(page)["SAMLResponse"])
    assert not find(response, ".//saml:Assertion")
    codes = [code.get("Value") for code in find(response, ".//samlp:StatusCode")]
    assert codes == [STATUS + "Responder", STATUS + "AuthnFailed"]
    assert response.get("InResponseTo") == request.id


@DEMANDS
def test_clock_of_the_school_may_be_behind_within_the_bound(
    hub: Hub, person: Browser, demand: dict[str, str]
):
    attempt = hub.client.begin(school=SAML_SCHOOL, **demand)
    page = hub.at_school(person, person.open(attempt.url), PUPIL, authn_instant=-120)
    claims = hub.client.finish(attempt, page.redirect.url).claims
    assert time.time() - claims["auth_time"] < 180


def test_stale_login_serves_where_nothing_fresh_was_asked(hub: Hub, person: Browser):
    """The school's own session is the school's to keep."""
    attempt = hub.client.begin(school=SAML_SCHOOL)
    page = hub.at_school(person, person.open(attempt.url), PUPIL, authn_instant=STALE)
    claims = hub.client.finish(attempt, page.redirect.url).claims
    assert 3500 < time.time() - claims["auth_time"] < 3700
    page = person.open(hub.client.begin(school=SAML_SCHOOL, max_age="600").url)
    assert hub.asked_of_school(page).force_authn, "the session is older than that"

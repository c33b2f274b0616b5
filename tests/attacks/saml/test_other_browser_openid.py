"""The same for an OpenID school: its code counts in the browser that brought it (RFC 9700 §4.7)."""

from collections.abc import Iterator

import pytest

from tests.actors.browser import Browser
from tests.actors.people import OIDC_PUPIL, OIDC_SCHOOL
from tests.actors.saml_request import AuthnRequest
from tests.actors.scripted_openid_school import (
    CLIENT_ID,
    CLIENT_SECRET,
    ScriptedOpenIdSchool,
    run_openid_school,
)
from tests.attacks.saml.stage import Stage, assert_logged, assert_nobody_is_in, assert_refused
from tests.parts.registration import Client, add_oidc_school


@pytest.fixture(scope="module")
def school(stage: Stage) -> Iterator[ScriptedOpenIdSchool]:
    with run_openid_school() as provider:
        client = Client(CLIENT_ID, CLIENT_SECRET)
        issuer = provider.issuer("meidoorn")
        add_oidc_school(
            stage.gateway,
            OIDC_SCHOOL,
            "Meidoorn Lyceum",
            "Testerveen",
            issuer=issuer,
            client=client,
        )
        yield provider


def begin(
    stage: Stage, browser: Browser, school: ScriptedOpenIdSchool
) -> tuple[AuthnRequest, dict[str, str]]:
    """From the supplier to the door of the school; what was asked there."""
    browser.stops = (*browser.stops, school.base)
    request = stage.supplier.request()
    page = browser.open(f"{stage.supplier.redirect_url(request)}&school={OIDC_SCHOOL}")
    assert page.redirect, page
    return request, school.read_request(page.redirect.url)


def test_code_does_not_sign_in_a_browser_that_did_not_ask(
    stage: Stage, browser: Browser, school: ScriptedOpenIdSchool
):
    """RFC 6749 §10.12."""
    _, asked = begin(stage, browser, school)
    log = stage.log()
    with stage.browser() as victim:
        page = victim.open(school.answer(asked, OIDC_PUPIL), initiator=school.base)
        assert_refused(page, "KP-102", 400)
        assert_logged(log, "KP-102")
        assert_nobody_is_in(stage, victim)


def test_code_does_not_sign_in_a_browser_that_did_not_bring_it(
    stage: Stage, browser: Browser, school: ScriptedOpenIdSchool
):
    """The attacker sends his own question to a victim, whose school answers about the victim."""
    _, asked = begin(stage, browser, school)
    with stage.browser() as victim:
        victim.open(school.answer(asked, OIDC_PUPIL), initiator=school.base)
    for address in (
        f"/flow/{asked['state']}",
        f"/school?flow={asked['state']}&school={OIDC_SCHOOL}",
    ):
        page = browser.open(stage.base + address)
        assert page.message is None, "the attacker stands at the supplier as the victim"
        assert page.redirect
        assert page.redirect.url.startswith(asked["issuer"])
    assert_nobody_is_in(stage, browser)


def test_honest_code_signs_in(stage: Stage, browser: Browser, school: ScriptedOpenIdSchool):
    """What the refusals are measured against."""
    request, asked = begin(stage, browser, school)
    page = browser.open(school.answer(asked, OIDC_PUPIL), initiator=school.base)
    assert stage.supplier.receive(page.message.fields, request).attributes

"""What a school is asked beyond who somebody is: a kind of login that a service demands (SAML Core
§3.3.2.2.1; OpenID Connect Core §3.1.2.1), and for which of its schools (Entree's BRIN scoping)."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import OIDC_PUPIL, PUPIL, SAML_SCHOOL
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import PASSWORD_CONTEXT, text_of
from tests.actors.scripted_openid_school import CLIENT_ID, CLIENT_SECRET, Lies, run_openid_school
from tests.actors.scripted_openid_school import ScriptedOpenIdSchool as OpenIdSchool
from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_supplier import Received
from tests.flows.hub import Hub, answer_fields, hinted, run_hub
from tests.parts.effect import wait_for_school
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_school_to_connection

MFA = "https://refeds.org/profile/mfa"
SAML_BOTH, OPENID_BOTH = ("99XL", "99XM"), ("99XN", "99XP")
SCOPED = "http://scoped.test"


@dataclass(frozen=True)
class Stage:
    """A connection with two schools for each protocol, each told which one was chosen."""

    hub: Hub
    scoped: ScriptedSchool
    openid: OpenIdSchool

    def ask(self, browser: Browser, brin: str, **changes: object) -> tuple[AuthnRequest, Page]:
        request = self.hub.supplier.request(**changes)
        url = self.hub.supplier.redirect_url(request, None)
        return request, browser.open(hinted(url, brin))


def context_of(received: Received) -> str:
    return text_of(received.assertion, ".//saml:AuthnContextClassRef")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with run_directory("gateway") as directory, run_openid_school() as openid:
        gateway = Gateway(directory)
        with run_gateway(gateway), run_hub(gateway) as hub:
            scoped = ScriptedSchool(gateway.sp_metadata(), SCOPED)
            metadata, secret = directory / "scoped.xml", directory / "school-secret"
            metadata.write_text(scoped.metadata())
            secret.write_text(CLIENT_SECRET)
            ways = {
                SAML_BOTH: ["--metadata", metadata],
                OPENID_BOTH: [
                    "--oidc", "--issuer", openid.issuer("beide"), "--client-id", CLIENT_ID,
                    "--client-secret-file", secret,
                ],
            }  # fmt: skip
            for (first, second), options in ways.items():
                named = ("--name", f"School {first}", "--town", "Testerveen", "--brin-scoping")
                connection = gateway.ketenpoort_json(
                    "school", "add", "--brin", first, *named, *options
                )["connection"]
                wait_for_school(gateway, first)
                add_school_to_connection(
                    gateway, second, f"School {second}", "Testerveen", connection
                )
            yield Stage(hub, scoped, openid)


@pytest.fixture
def person(stage: Stage) -> Iterator[Browser]:
    with stage.hub.browser(SCOPED, stage.openid.base) as new:
        yield new


@pytest.mark.parametrize("brin", SAML_BOTH)
def test_entree_a6_saml_school_is_told_which_was_chosen(stage: Stage, person: Browser, brin: str):
    request, page = stage.ask(person, brin)
    asked = stage.scoped.read_request(page.redirect.url)
    assert asked.idp_list == (brin,)
    attributes = {**PUPIL.attributes(), "nlEduPersonHomeOrganizationId": [brin]}
    response = stage.scoped.answer(asked, PUPIL, attributes=attributes).build()
    fields = stage.scoped.fields(response, asked)
    page = person.post(stage.scoped.acs, fields, initiator=SCOPED)
    received = stage.hub.supplier.receive(answer_fields(page), request)
    assert received.attributes["nlEduPersonHomeOrganizationId"] == [brin]


@pytest.mark.parametrize("brin", OPENID_BOTH)
def test_entree_a6_openid_school_is_told_which_was_chosen(stage: Stage, person: Browser, brin: str):
    request, page = stage.ask(person, brin)
    asked = stage.openid.read_request(page.redirect.url)
    assert asked["login_hint"] == f"brin:{brin}"
    lies = Lies(userinfo={"nlEduPersonHomeOrganizationId": brin})
    page = person.open(stage.openid.answer(asked, OIDC_PUPIL, lies), initiator=stage.openid.base)
    received = stage.hub.supplier.receive(answer_fields(page), request)
    assert received.attributes["nlEduPersonHomeOrganizationId"] == [brin]


def test_school_without_the_setting_is_not_told(stage: Stage, person: Browser):
    _, page = stage.ask(person, SAML_SCHOOL)
    asked = stage.hub.asked_of_school(page)
    assert (asked.idp_list, asked.contexts, asked.comparison) == ((), (), None)


def test_core_3_3_2_2_1_saml_school_is_asked_for_the_context_and_step_up_succeeds(
    stage: Stage, person: Browser
):
    """Signed in with a password already; the service wants a second factor."""
    hub = stage.hub
    assert context_of(hub.saml_received(person)) == PASSWORD_CONTEXT
    request, page = stage.ask(person, SAML_SCHOOL, contexts=[MFA, "urn:invented:gold"])
    asked = hub.asked_of_school(page)
    assert (asked.comparison, set(asked.contexts)) == ("exact", {MFA, "urn:invented:gold"})
    response = hub.school.answer(asked, PUPIL, context=MFA).build()
    page = hub.post(person, response, asked)
    assert context_of(hub.supplier.receive(answer_fields(page), request)) == MFA


def test_core_3_1_2_1_openid_school_is_asked_for_the_context_and_step_up_succeeds(
    stage: Stage, person: Browser
):
    hub, (brin, _) = stage.hub, OPENID_BOTH
    request, page = stage.ask(person, brin, contexts=[MFA])
    asked = stage.openid.read_request(page.redirect.url)
    assert asked["acr_values"] == MFA
    lies = Lies(claims={"acr": MFA}, userinfo={"nlEduPersonHomeOrganizationId": brin})
    page = person.open(stage.openid.answer(asked, OIDC_PUPIL, lies), initiator=stage.openid.base)
    assert context_of(hub.supplier.receive(answer_fields(page), request)) == MFA

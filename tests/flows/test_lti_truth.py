"""What the platform says of itself, tried (LTI Dynamic Registration §3.4, LTI Core §5.3)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.actors.browser import Browser
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.actors.scripted_tool import CLAIM, ScriptedTool
from tests.flows.hub import Hub, hinted
from tests.parts.effect import wait_for_lti_service
from tests.parts.registration import add_link, add_supplier, grant

CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
ASKED = ("givenName", "sn", "nlEduPersonTussenvoegsels", "mail", "nlEduPersonUnit")
TOOL = "http://tool.test"


@pytest.fixture(scope="module")
def store() -> str:
    """What is said is the same on each store: one is enough."""
    return "sqlite"


@pytest.fixture(scope="module")
def said(hub: Hub) -> dict[str, Any]:
    answer = requests.get(f"{hub.gateway.base}/lti/openid-configuration", timeout=30)
    assert answer.headers["Content-Type"] == "application/json"
    return dict(answer.json())


@dataclass(frozen=True)
class Launched:
    claims: dict[str, Any]
    variables: tuple[str, ...]

    @property
    def custom(self) -> dict[str, str]:
        return dict(self.claims[f"{CLAIM}custom"])


@pytest.fixture(scope="module")
def launched(hub: Hub, said: dict[str, Any]) -> Launched:
    """A launch of a tool that asks for every variable and may know every name."""
    variables = tuple(said[CONFIGURATION]["variables"])
    own = tuple(
        f"Ketenpoort.{name}" for name in ("nlEduPersonHomeOrganizationId", "employeeNumber")
    )
    added = hub.gateway.ketenpoort_json(
        "service", "add", "--supplier", add_supplier(hub.gateway, "Uitgeverij Hazelaar"),
        "--lti", "--name", "Alles", "--initiate-login-uri", f"{TOOL}/login",
        "--redirect-uri", f"{TOOL}/launch", "--custom", "leeg=",
        *(part for name in (*variables, *own) for part in ("--custom", f"{name}=${name}")),
        *(part for name in ASKED for part in ("--attribute", f"{name}=Aanspreken")),
    )  # fmt: skip
    tool = ScriptedTool(TOOL, hub.gateway.base, added["client_id"])
    wait_for_lti_service(hub.gateway, tool.client_id)
    grant(hub.gateway, SAML_SCHOOL, tool.client_id, *ASKED)
    link = add_link(hub.gateway, tool.client_id, f"{TOOL}/les/1")
    with hub.browser() as browser:
        question = tool.question(tool.hints(hub.at_school(browser, browser.open(hinted(link)))))
        return Launched(tool.read(tool.ask(browser, question), question), variables)


def test_issuer_and_addresses_are_its_own(hub: Hub, said: dict[str, Any]):
    base = hub.gateway.base
    assert said["issuer"] == base
    for name in ("authorization", "token", "registration"):
        address = said[f"{name}_endpoint"]
        assert address.startswith(f"{base}/lti/")
        assert requests.post(address, timeout=30).status_code in {400, 401, 404}, address
    keys = requests.get(said["jwks_uri"], timeout=30).json()["keys"]
    assert "RS256" in {key["alg"] for key in keys}


def test_every_variable_is_known(launched: Launched):
    """A window has all but a link's own title, which this link has none of."""
    unknown = {name for name in launched.variables if launched.custom[name] == f"${name}"}
    assert unknown == {"ResourceLink.title"}
    assert launched.custom["Person.name.full"] == "Sanne van der Wouden"
    assert launched.custom["User.id"] == launched.claims["sub"]
    assert launched.custom["Membership.role"] == ",".join(launched.claims[f"{CLAIM}roles"])


def test_own_variables_say_what_was_released(launched: Launched):
    assert launched.custom["Ketenpoort.nlEduPersonHomeOrganizationId"] == SAML_SCHOOL
    assert launched.custom["Ketenpoort.employeeNumber"] == "$Ketenpoort.employeeNumber"
    assert PUPIL.employee_number not in json.dumps(launched.claims)


def test_names_are_under_their_own_claims(launched: Launched):
    expected = {
        "name": "Sanne van der Wouden",
        "given_name": "Sanne",
        "family_name": "van der Wouden",
        "email": PUPIL.mail,
    }
    assert {name: launched.claims[name] for name in expected} == expected
    assert PUPIL.unit not in json.dumps(launched.claims)


def test_message_has_what_a_platform_sends(launched: Launched, shared_data: Path):
    """The claims of a real platform's launch, but for those that are its own or not needed."""
    sample = json.loads((shared_data / "lti/resource_link.id-token-claims.json").read_text())
    standard = {name for name in sample if name.startswith(CLAIM)}
    left_out = {f"{CLAIM}{name}" for name in ("lis", "lti11_legacy_user_id", "lti1p1")}
    assert standard - left_out - launched.claims.keys() == set()


def test_who_is_of_no_school_of_ours_gets_no_further(hub: Hub, person: Browser):
    """An authentication request without a login of ours before it: no hints, no answer."""
    tool = ScriptedTool(TOOL, hub.gateway.base, "svc-onbekend")
    question = tool.question({"login_hint": "a", "lti_message_hint": "b"})
    assert "KP-301" in tool.ask(person, question).words

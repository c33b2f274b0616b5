"""What our OpenID Provider announces can be had (Discovery 1.0 §3): its claims, its subjects; and the
checks of the OpenID Foundation's Config plan. The rest: test_oidc_truth.py."""

import re
import tomllib
from collections.abc import Iterator

import jwt
import pytest
import requests

import config
from tests.actors.browser import Browser
from tests.actors.oidc_client import read_callback
from tests.actors.people import PUPIL
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import Hub, add_client, run_hub
from tests.parts.effect import wait_for_school
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import grant

BRANCH = "99XE01"


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, {})
        with run_gateway(gateway), run_hub(gateway) as running:
            yield running


@pytest.fixture(scope="module")
def whole_school(hub: Hub) -> ScriptedSchool:
    """A school that has and says everything: a branch, a key of the content chain."""
    school = ScriptedSchool(hub.gateway.sp_metadata(), "http://alles.test")
    file = hub.gateway.directory / "alles.xml"
    file.write_text(school.metadata())
    hub.gateway.ketenpoort(
        "school", "add", "--brin", BRANCH, "--name", "Alles", "--town", "Allesdam",
        "--metadata", file, "--digi-delivery-id", "22461075-07B8-4A17-AB18-71B8455AA7A3",
    )  # fmt: skip
    wait_for_school(hub.gateway, BRANCH)
    return school


def test_discovery_3_each_claim_that_is_announced_can_come(hub: Hub, whole_school: ScriptedSchool):
    """At a school that says all of a person, for a client to which it granted all."""
    vocabulary = tomllib.loads((config.DIRECTORY / "attributes.toml").read_text("utf-8"))
    granted = [name for name, word in vocabulary.items() if not word.get("always")]
    asked = [part for name in granted for part in ("--attribute", f"{name}=Om alles te zien")]
    client = add_client(hub.gateway, "Alles bij Iep", *asked)
    grant(hub.gateway, BRANCH, client.client_id, *granted)
    said = {name: [f"{name} van Sanne"] for name in vocabulary}
    said |= {
        "uid": [PUPIL.uid], "eduPersonAffiliation": ["student"], "mail": [PUPIL.mail],
        "nlEduPersonHomeOrganizationId": [BRANCH], "nlEduPersonHomeOrganizationBranchId": [BRANCH],
    }  # fmt: skip
    attempt = client.begin(school=BRANCH)
    with hub.browser(whole_school.base) as browser:
        asked_of = whole_school.read_request(browser.open(attempt.url).redirect.url)
        answer = whole_school.answer(asked_of, PUPIL, attributes=said).build()
        fields = whole_school.fields(answer, asked_of)
        page = browser.post(whole_school.acs, fields, initiator=whole_school.base)
    tokens = client.finish(attempt, page.redirect.url)
    announced = set(client.discovery["claims_supported"])
    assert announced - tokens.claims.keys() == set()
    of_the_token = {"iss", "aud", "exp", "iat", "auth_time", "acr", "sid"}
    assert announced - of_the_token == set(tokens.userinfo)


def test_discovery_3_subject_is_pairwise(hub: Hub, person: Browser):
    assert hub.client.discovery["subject_types_supported"] == ["pairwise"]
    other = add_client(hub.gateway, "Paarsgewijs bij Els")
    subjects = set()
    for client in (hub.client, other, hub.client):
        attempt = client.begin(school=PUPIL.brin)
        page = person.open(attempt.url)
        if not page.redirect.url.startswith(client.redirect_uri):
            page = hub.at_school(person, page)
        subjects.add(client.finish(attempt, page.redirect.url).claims["sub"])
    assert len(subjects) == 2


@pytest.mark.parametrize("value", ["id_token", "code id_token", "token", "none"])
def test_discovery_3_what_is_not_among_the_response_types_is_refused(
    hub: Hub, person: Browser, value: str
):
    assert value not in hub.client.discovery["response_types_supported"]
    page = person.open(hub.client.begin(response_type=value).url)
    assert read_callback(page.redirect.url)["error"] == "unsupported_response_type"


def test_oidf_discovery_endpoint_verification(hub: Hub):
    """The checks of the module, one by one; https where the gateway is public."""
    answer = requests.get(f"{hub.gateway.base}/.well-known/openid-configuration", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == "application/json"
    found = answer.json()
    assert found["issuer"] == hub.gateway.base
    assert "code" in found["response_types_supported"]
    assert set(found["subject_types_supported"]) <= {"pairwise", "public"}
    assert "RS256" in found["id_token_signing_alg_values_supported"]
    assert "RS256" in found["request_object_signing_alg_values_supported"]
    assert "authorization_code" in found["grant_types_supported"]
    assert "openid" in found["scopes_supported"]
    assert found["claims_supported"]
    lists = [name for name in found if name.endswith(("_methods_supported", "_values_supported"))]
    for name in [*lists, "ui_locales_supported", "code_challenge_methods_supported"]:
        assert isinstance(found[name], list), name
        assert all(isinstance(each, str) for each in found[name]), name
        assert len(set(found[name])) == len(found[name]), name
    for tag in found["ui_locales_supported"]:
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", tag), "BCP 47"
    for name in found:
        if name.endswith("_supported") and name not in lists:
            assert isinstance(found[name], bool | list), name


def test_oidf_keys_are_sane(hub: Hub):
    """RFC 7517 §4, RFC 7518 §6: each key can be made, and is strong enough."""
    for row in requests.get(hub.client.discovery["jwks_uri"], timeout=10).json()["keys"]:
        key = jwt.PyJWK(row).key
        if row["kty"] == "RSA":
            assert key.key_size >= 2048
            assert key.public_numbers().e == 65537
        else:
            assert (row["kty"], row["crv"]) == ("EC", "P-256")

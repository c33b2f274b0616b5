"""The gateway's own addresses come from its base address, never from what a request says of it."""

import re

import pytest
import requests

from tests.attacks.saml.stage import RELAY_STATE, Stage
from tests.parts.registration import add_link

EVIL = "evil.test"
HEADERS = {
    "Host": {"Host": EVIL},
    "Host with a port": {"Host": f"{EVIL}:8080"},
    "Host with a user": {"Host": f"127.0.0.1@{EVIL}"},
    "X-Forwarded-Host": {"X-Forwarded-Host": EVIL, "X-Forwarded-Server": EVIL},
    "X-Forwarded-Proto": {"X-Forwarded-Proto": "evil.test", "X-Forwarded-Port": "666"},
    "X-Forwarded-Prefix": {"X-Forwarded-Prefix": f"//{EVIL}", "X-Script-Name": f"//{EVIL}"},
    "Forwarded": {"Forwarded": f"host={EVIL};proto=https;for={EVIL}"},
    "X-Original-URL": {"X-Original-URL": f"//{EVIL}/", "X-Rewrite-URL": f"//{EVIL}/"},
    "Origin and Referer": {"Origin": f"http://{EVIL}", "Referer": f"http://{EVIL}/"},
}
PATHS = [
    "/",
    "/school?q=school",
    "/school/",
    "/school//announce",
    "//school",
    "/saml//sso",
    "/saml/metadata",
    "/school/saml/metadata",
    "/.well-known/openid-configuration",
    "/oidc//authorize",
    "/d//onbekend",
    "/d/onbekend",
    "/flow/onbekend",
    "/logout",
    f"/{EVIL}/..",
    f"//{EVIL}/%2e%2e",
]

every_header = pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())


def ask(stage: Stage, path: str, headers: dict[str, str]) -> requests.Response:
    request = requests.Request("GET", stage.base, headers=headers).prepare()
    request.url = stage.base + path  # as it stands: requests would tidy it up
    with requests.Session() as session:
        return session.send(request, allow_redirects=False, timeout=60)


def say(answer: requests.Response) -> str:
    """All that a page says of its own, without the address that was asked for."""
    return "\n".join([*map(": ".join, answer.headers.items()), answer.text])


@every_header
@pytest.mark.parametrize("path", PATHS)
def test_no_page_or_redirect_speaks_of_another_host(
    stage: Stage, path: str, headers: dict[str, str]
):
    answer = ask(stage, path, headers)
    assert answer.status_code < 500
    assert EVIL not in say(answer)
    location = answer.headers.get("Location", "/")
    assert re.fullmatch(r"/([^/\\].*)?", location.removeprefix(stage.base)), location


@every_header
def test_school_is_told_our_own_addresses(stage: Stage, headers: dict[str, str]):
    """The AuthnRequest to a school names the ACS of the base address (SAML Core §3.4.1)."""
    request = stage.supplier.request(idp_list=[stage.school.entity_id])
    path = stage.supplier.redirect_url(request, RELAY_STATE).removeprefix(stage.base)
    answer = ask(stage, path, headers)
    asked = stage.school.read_request(answer.headers["Location"])
    assert asked.acs == f"{stage.base}/school/saml/acs"
    assert asked.issuer == f"{stage.base}/school/saml/metadata"


@every_header
def test_link_leads_where_it_was_made_for(stage: Stage, headers: dict[str, str], link: str):
    person = {"Sec-Fetch-Mode": "navigate"}
    answer = ask(stage, link.removeprefix(stage.base), headers | person)
    location = answer.headers["Location"]
    assert location.startswith("/school?flow=")


@pytest.fixture(scope="module")
def link(stage: Stage) -> str:
    address = add_link(
        stage.gateway, stage.services[stage.supplier.base], f"{stage.supplier.base}/boek/7"
    )
    assert address.startswith(f"{stage.base}/d/")
    return address

"""When a running gateway has taken over what a command changed: it looks once a second."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

import requests

from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import deflate, parse
from tests.parts.gateway import Gateway

LOOK_SECONDS = 1
LONGEST_SECONDS = 30
UNKNOWN = 404


def wait_for_school(gateway: Gateway, brin: str) -> None:
    """Until the chooser finds it."""
    query = urlencode({"q": brin})
    _wait(gateway, f"/school?{query}", lambda answer: f"school={brin}" in answer.text)


def wait_for_saml_service(gateway: Gateway, metadata: str) -> None:
    """Until its request is no longer that of a stranger."""
    issuer = parse(metadata).get("entityID")
    request = AuthnRequest(issuer=issuer, destination=None, acs=None).build()
    query = urlencode({"SAMLRequest": deflate(request)})
    _wait(gateway, f"/saml/sso?{query}", lambda answer: answer.status_code != UNKNOWN)


def wait_for_oidc_service(gateway: Gateway, client_id: str) -> None:
    """Until its request is no longer that of a stranger."""
    query = urlencode({"client_id": client_id})
    _wait(gateway, f"/oidc/authorize?{query}", lambda answer: answer.status_code != UNKNOWN)


def wait_for_lti_service(gateway: Gateway, client_id: str) -> None:
    """Until its request is no longer that of a stranger."""
    query = urlencode({"client_id": client_id})
    _wait(gateway, f"/lti/authorize?{query}", lambda answer: answer.status_code != UNKNOWN)


def wait_for_changes(gateway: Gateway) -> None:
    """Until whatever was changed is there; for what shows on no page, such as a grant."""
    time.sleep(LOOK_SECONDS)
    _wait(gateway, "/healthz", lambda answer: answer.ok)


def _wait(gateway: Gateway, path: str, holds: Callable[[requests.Response], bool]) -> None:
    """Ask until the answer is as it should be; a gateway that does not run has nothing to do."""
    end = time.monotonic() + LONGEST_SECONDS
    try:
        while not holds(answer := gateway.get(path)):
            assert time.monotonic() < end, f"not taken over: {path}: {answer.text}"
            time.sleep(0.05)
    except requests.ConnectionError:
        return

"""Where a secret is compared, the time that it takes says nothing of it (RFC 6749 §10.10).

A measured time proves nothing on a busy machine, so the places are held: each is the one that
decides about its secret, and compares by `hmac.compare_digest`. What is not here is found by
its key in the store, or by its hash, and compared with nothing.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway
import providers
from gateway.core import api_tokens, journeys
from gateway.trust import xmldsig
from gateway.web import cookies, flow
from providers.schools import oidc as schools_oidc
from providers.suppliers import lti
from providers.suppliers.lti import frames, picks
from providers.suppliers.oidc import authentication, grants, registration, token

PLACES = {
    (api_tokens, "check_token"): "a token of the API",
    (journeys, "FlowStore.answered"): "the digest of the school's answer, of a login that ended",
    (flow, "_as_brought"): "the digest of the school's answer, brought by a browser",
    (cookies, "is_same_browser"): "the cookie that ties a flow to its browser",
    (xmldsig, "signed_bytes"): "the digest of what was signed",
    (schools_oidc, "OpenIdRelyingParty._claims"): "the nonce of our request to a school",
    (authentication, "Authentication._is_secret"): "a client's secret",
    (registration, "ClientRegistration._managed"): "the token with which a client is managed",
    (grants, "Grants.access_token"): "an access token",
    (grants, "Grants.refresh_token"): "a refresh token",
    (token, "_proves"): "the code verifier",
    (token, "TokenEndpoint._released"): "the person of a refresh token",
    (lti, "LtiPlatform._parties"): "the session that an LTI message is for",
    (frames, "Frames.show"): "the person that a frame is for",
    (picks, "Picks.keep"): "the person who picked",
}


def compares(tree: ast.AST, names: tuple[str, ...] = ()) -> Iterator[str]:
    """The functions in which `compare_digest` is called, by their names within the module."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        within = (*names, node.name) if named else names
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "hmac.compare_digest":
            yield ".".join(names)
        yield from compares(node, within)


def in_file(file: Path) -> set[str]:
    return set(compares(ast.parse(file.read_text("utf-8"))))


@pytest.mark.parametrize(("module", "name"), PLACES, ids=PLACES.values())
def test_each_place_compares_in_constant_time(module, name: str):
    assert name in in_file(Path(module.__file__))


def test_each_comparison_in_constant_time_is_known_here():
    """A new one is named above, with what it is for."""
    roots = [Path(package.__file__).parent for package in (gateway, providers)]
    found = {
        (file, name) for root in roots for file in root.rglob("*.py") for name in in_file(file)
    }
    assert found == {(Path(module.__file__), name) for module, name in PLACES}

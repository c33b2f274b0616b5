"""The integration check against software that we did not write, and against clients that err.

Each fault that a client has is named in its report; software that is right has a good one.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.interop.careless import Careless, run_careless
from tests.interop.careless_openid import run_believer
from tests.parts.apache_mellon import run_mellon
from tests.parts.apache_openidc import new_openidc, run_openidc
from tests.parts.gateway import Gateway
from tests.parts.lti_tool import LtiTool, add_lti_service, run_lti_tool
from tests.parts.registration import add_oidc_service, add_saml_service, add_supplier


@pytest.fixture(scope="module")
def store() -> str:
    """The check reads and writes as any login does."""
    return "sqlite"


@pytest.fixture(scope="module")
def supplier(gateway: Gateway) -> str:
    return add_supplier(gateway, "Uitgeverij Es")


def report(gateway: Gateway, service: str, target: str) -> dict[str, dict[str, Any]]:
    """The findings by the name of the check."""
    said = gateway.run_anyhow("service", "check", service, "--target", target, "--json")
    return {each["check"]: each for each in json.loads(said)}


def outcomes(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: each["outcome"] for name, each in found.items()}


def test_mod_auth_mellon_has_a_good_report(gateway: Gateway, supplier: str) -> None:
    with run_mellon(gateway.idp_metadata()) as mellon:
        service = add_saml_service(
            gateway, supplier, mellon.metadata(), name="Mellon", targets=[f"{mellon.base}/"]
        )
        found = report(gateway, service, mellon.protected)
    assert outcomes(found)["valid answer"] == "ok", found
    assert "fail" not in outcomes(found).values(), found


def test_mod_auth_openidc_has_a_good_report(gateway: Gateway, supplier: str) -> None:
    openidc = new_openidc()
    client = add_oidc_service(
        gateway,
        supplier,
        [openidc.redirect_uri],
        name="Openidc",
        targets=[f"{openidc.base}/"],
        initiate_login_uri=openidc.initiate_login_uri,
    )
    with run_openidc(
        openidc, issuer=gateway.base, client_id=client.id, client_secret=client.secret
    ):
        found = report(gateway, client.id, openidc.protected)
    assert outcomes(found)["valid answer"] == "ok", found
    assert "fail" not in outcomes(found).values(), found


@pytest.fixture(scope="module")
def careless() -> Iterator[Careless]:
    with run_careless() as running:
        yield running


SAML_FAULTS = [
    "wrong signature",
    "unsigned",
    "expired",
    "wrong audience",
    "wrong recipient",
    "wrong InResponseTo",
    "replay",
]


def test_a_careful_client_refuses_each_fault(
    gateway: Gateway, supplier: str, careless: Careless
) -> None:
    """The client of these tests, with all its checks on: so what it errs in is its one fault."""
    found = outcomes(checked(gateway, supplier, careless, ""))
    assert found["valid answer"] == "ok", found
    for fault in SAML_FAULTS:
        assert found[f"refuses: {fault}"] == "ok", found


@pytest.mark.parametrize("fault", SAML_FAULTS)
def test_the_report_names_what_a_careless_client_lets_in(
    gateway: Gateway, supplier: str, careless: Careless, fault: str
) -> None:
    found = checked(gateway, supplier, careless, fault)
    named = {name for name, each in found.items() if each["got"].startswith("LET IN")}
    severe = {name for name, each in found.items() if each["outcome"] == "fail"}
    assert bool(severe) == (fault != "wrong InResponseTo")
    expected = {f"refuses: {fault}"}
    if fault == "wrong signature":
        expected |= {"refuses: unsigned"}
    assert expected <= named, found
    assert found[f"refuses: {fault}"]["cure"]
    others = {f"refuses: {other}" for other in SAML_FAULTS} - expected
    assert not others & named, found


def checked(
    gateway: Gateway, supplier: str, careless: Careless, fault: str
) -> dict[str, dict[str, Any]]:
    client = careless.client(fault, gateway.idp_metadata())
    service = add_saml_service(
        gateway, supplier, client.metadata, name=f"Careless {fault}", targets=[client.target]
    )
    return report(gateway, service, client.target)


def test_a_client_that_believes_every_id_token_is_told_each_fault(
    gateway: Gateway, supplier: str
) -> None:
    """OpenID Connect Core §3.1.3.7. A code that was used is refused by us (RFC 6749 §4.1.2)."""
    with run_believer() as believer:
        client = add_oidc_service(
            gateway, supplier, [believer.redirect_uri], name="Gelovig", targets=[believer.target]
        )
        believer.issuer = gateway.base
        believer.client_id, believer.secret = client.id, client.secret
        found = report(gateway, client.id, believer.target)
    named = {name for name, each in found.items() if each["got"].startswith("LET IN")}
    faults = ("wrong signature", "wrong issuer", "wrong audience", "wrong nonce", "expired")
    assert named == {f"refuses: {fault}" for fault in faults}, found
    assert found["refuses: replay"]["outcome"] == "ok"


TOOL_FAULTS = [
    "wrong signature",
    "expired",
    "wrong audience",
    "wrong issuer",
    "wrong nonce",
    "wrong deployment",
    "replay",
    "used nonce",
]


@pytest.fixture(scope="module")
def tool(gateway: Gateway, supplier: str) -> Iterator[tuple[LtiTool, str]]:
    with run_lti_tool() as running:
        yield running, add_lti_service(gateway, supplier, running, "Gereedschap", "--grades")


def of_tool(
    gateway: Gateway, tool: tuple[LtiTool, str], **more: object
) -> dict[str, dict[str, Any]]:
    running, service = tool
    running.configure(gateway.base, running.registered(), **more)
    return report(gateway, service, f"{running.base}/les/3")


def test_pylti1p3_has_a_good_report(gateway: Gateway, tool: tuple[LtiTool, str]) -> None:
    """A launch, what it refuses, a content item that a teacher picks, a pupil's score."""
    found = of_tool(gateway, tool, scores=True)
    assert set(outcomes(found).values()) == {"ok"}, found
    assert found["LTI launch"]["got"] == "launched"
    assert found["deep linking"]["got"] == "came back: Optellen"
    assert found["score"]["got"] == "a score arrived"
    assert {f"refuses: {fault}" for fault in TOOL_FAULTS} <= found.keys()


@pytest.mark.parametrize("fault", TOOL_FAULTS)
def test_the_report_names_what_a_careless_tool_lets_in(
    gateway: Gateway, tool: tuple[LtiTool, str], fault: str
) -> None:
    """LTI Security §5.1.3; a deployment that is new is a warning, since a school may be."""
    found = of_tool(gateway, tool, forgives=fault, scores=True)
    named = {name for name, each in found.items() if each["got"].startswith("LET IN")}
    expected = {f"refuses: {fault}"}
    if fault in ("wrong nonce", "replay"):
        expected |= {"refuses: used nonce"}
    assert named == expected, found
    outcome = "warn" if fault == "wrong deployment" else "fail"
    assert found[f"refuses: {fault}"]["outcome"] == outcome
    assert found[f"refuses: {fault}"]["cure"]


def test_a_tool_that_sends_no_score_is_told_so(gateway: Gateway, tool: tuple[LtiTool, str]) -> None:
    """And nothing of the check is left in its gradebook."""
    found = of_tool(gateway, tool)
    assert (found["score"]["outcome"], found["LTI launch"]["outcome"]) == ("warn", "ok")
    assert found["score"]["got"].startswith("none arrived"), found
    with closing(sqlite3.connect(gateway.directory / "ketenpoort.db")) as database:
        assert database.execute("SELECT count(*) FROM lti_line_items").fetchone() == (0,)


def test_a_service_that_asks_no_login_is_told_so(gateway: Gateway, supplier: str) -> None:
    """And a page that is not there: what is expected, and the cure."""
    client = add_oidc_service(gateway, supplier, [f"{gateway.base}/x"], name="Nergens")
    found = report(gateway, client.id, "http://127.0.0.1:1/")
    assert found["start of login"]["outcome"] == "fail"
    assert found["start of login"]["cure"]

"""What an OpenID school asserted: Entra ID's and Google's habits, and what pins the school."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.core.identify import Asserted
from gateway.errors import ForeignSchool, MissingAttribute
from providers.schools.oidc.claims import asserted
from tests.core.people import CONNECTION, NOW

TENANT = "11111111-2222-3333-4444-555555555555"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"
GOOGLE = "https://accounts.google.com"
OTHER = "https://inloggen.dekade.test"
DOMAIN = "dekade.test"


def read(issuer: str, claims: dict[str, Any], **config: str) -> Asserted:
    connection = replace(CONNECTION, protocol="oidc", identifier=issuer, config=config)
    return asserted({"sub": "subject", "iat": NOW, **claims}, connection, NOW + 5)


def test_at_entra_id_the_oid_lasts_and_the_sub_is_of_the_client_alone() -> None:
    """Entra ID's sub differs by client; its oid is the person's in the whole tenant."""
    found = read(ENTRA, {"oid": "object", "tid": TENANT}, tenant=TENANT)
    assert found.subject == "object"
    with pytest.raises(MissingAttribute, match="oid"):
        read(ENTRA, {"tid": TENANT}, tenant=TENANT)


@pytest.mark.parametrize("tid", [None, "", "99999999-2222-3333-4444-555555555555", [TENANT]])
def test_at_entra_id_the_tenant_is_the_schools(tid: object) -> None:
    claims = {"oid": "object"} if tid is None else {"oid": "object", "tid": tid}
    with pytest.raises(ForeignSchool, match="of another tenant"):
        read(ENTRA, claims, tenant=TENANT)


def test_at_google_the_sub_lasts_and_the_domain_is_the_schools() -> None:
    assert read(GOOGLE, {"hd": DOMAIN}, hosted_domain=DOMAIN).subject == "subject"


@pytest.mark.parametrize("claims", [{}, {"hd": ""}, {"hd": "elders.test"}, {"tid": DOMAIN}])
def test_a_private_account_at_google_is_no_pupil(claims: dict[str, str]) -> None:
    """Google sends hd for an account of an organisation alone."""
    with pytest.raises(ForeignSchool, match="not of the school's domain"):
        read(GOOGLE, {"email": f"noor@{DOMAIN}", **claims}, hosted_domain=DOMAIN)


@pytest.mark.parametrize("issuer", [ENTRA, GOOGLE])
def test_who_serves_many_schools_says_nothing_without_a_tenant_or_domain(issuer: str) -> None:
    with pytest.raises(ForeignSchool, match="names no tenant or domain"):
        read(issuer, {"oid": "object", "tid": TENANT, "hd": DOMAIN})


def test_another_provider_needs_neither_and_is_held_to_what_was_registered() -> None:
    assert read(OTHER, {"oid": "object"}).subject == "subject"
    assert read(OTHER, {"tid": TENANT}, tenant=TENANT).subject == "subject"
    with pytest.raises(ForeignSchool):
        read(OTHER, {}, tenant=TENANT)
    with pytest.raises(ForeignSchool):
        read(OTHER, {"hd": "elders.test"}, hosted_domain=DOMAIN)


@pytest.mark.parametrize("issuer", [ENTRA + "x", "https://login.microsoftonline.com.elders.test"])
def test_a_provider_is_known_by_its_whole_host(issuer: str) -> None:
    claims = {"oid": "object", "tid": TENANT}
    known = issuer.startswith(ENTRA)
    assert read(issuer, claims, tenant=TENANT).subject == ("object" if known else "subject")


@pytest.mark.parametrize("sub", ["", None, 7, ["x"]])
def test_core_2_a_sub_that_is_no_text_is_nobody(sub: object) -> None:
    with pytest.raises(MissingAttribute, match="sub"):
        read(OTHER, {"sub": sub})


@pytest.mark.parametrize(
    ("claims", "at"),
    [
        ({}, NOW),
        ({"auth_time": NOW - 900}, NOW - 900),
        ({"auth_time": NOW + 999}, NOW + 5),
        ({"auth_time": "gisteren"}, NOW + 5),
    ],
)
def test_core_2_when_the_person_logged_in_is_never_later_than_now(
    claims: dict[str, Any], at: int
) -> None:
    assert read(OTHER, claims).authenticated_at == at


def test_claims_are_texts_or_lists_of_texts() -> None:
    claims = {"groups": ["2B", 7, "2C"], "age": 12, "address": {"town": "x"}, "name": "Noor"}
    found = read(OTHER, claims).attributes
    assert (found["groups"], found["name"]) == (("2B", "2C"), ("Noor",))
    assert (found["age"], found["address"]) == ((), ())


def test_core_2_acr_is_the_context_and_unspecified_without() -> None:
    assert read(OTHER, {"acr": "hoog"}).authn_context == "hoog"
    assert read(OTHER, {}).authn_context.endswith(":unspecified")

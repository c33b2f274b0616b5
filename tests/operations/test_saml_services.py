"""`ketenpoort service add` for SAML: the profile and what a service may want otherwise."""

from pathlib import Path
from typing import Any

import pytest

from gateway.core.model import Service
from gateway.trust.metadata.names import PERSISTENT, POST, TRANSIENT
from gateway.trust.metadata.roles import Endpoint, ServiceProvider
from providers.suppliers.saml.provider import Provider
from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.operations.command import Operator

ENTITY = "https://oefenen.linde.example"
KEY = rsa_key("service")


@pytest.fixture
def metadata(tmp_path: Path) -> Path:
    """Metadata with a key to encrypt for, as a file."""
    return described(tmp_path, encryption=[KEY])


def described(folder: Path, **changes: Any) -> Path:
    file = folder / "dienst.xml"
    file.write_text(sp_metadata(ENTITY, [f"{ENTITY}/acs"], [KEY], **changes))
    return file


def shown(operator: Operator, supplier: str, metadata: Path, *options: str) -> dict[str, Any]:
    """A new service as `service show` has it: profile, what is signed, encryption, requests."""
    added = operator.read(
        "service", "add", "--supplier", supplier, "--metadata", metadata, *options
    )
    return wishes(operator, added["id"])


def wishes(operator: Operator, service: str) -> dict[str, Any]:
    record = operator.read("service", "show", service)
    names = ("profile", "attribute_names", "signed", "encryption", "signed_requests")
    return {name: record[name] for name in names}


SAML2INT = {
    "profile": "saml2int",
    "attribute_names": "oid",
    "signed": ["response", "assertion"],
    "encryption": "aes256-gcm",
    "signed_requests": True,
}
ENTREE = {
    "profile": "entree",
    "attribute_names": "entree",
    "signed": ["assertion"],
    "encryption": "off",
    "signed_requests": True,
}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], SAML2INT),
        (["--profile", "saml2int"], SAML2INT),
        (["--attribute-names", "oid"], SAML2INT),
        (["--profile", "saml2int", "--attribute-names", "oid"], SAML2INT),
        (["--profile", "entree"], ENTREE),
        (["--attribute-names", "entree"], ENTREE),
        (["--no-sign-response"], {**SAML2INT, "signed": ["assertion"]}),
        (
            ["--profile", "entree", "--sign-response"],
            {**ENTREE, "signed": ["response", "assertion"]},
        ),
        (["--encryption", "off"], {**SAML2INT, "encryption": "off"}),
        (
            ["--profile", "entree", "--encryption", "aes128-gcm"],
            {**ENTREE, "encryption": "aes128-gcm"},
        ),
    ],
)
def test_the_profile_and_what_is_otherwise(
    operator: Operator, supplier: str, metadata: Path, options: list[str], expected: dict[str, Any]
) -> None:
    assert shown(operator, supplier, metadata, *options) == expected


def test_saml2int_idp11_without_a_key_nothing_is_encrypted(
    operator: Operator, supplier: str, tmp_path: Path
) -> None:
    without = described(tmp_path, signs_requests=False)
    expected = {**SAML2INT, "encryption": "off", "signed_requests": False}
    assert shown(operator, supplier, without) == expected


def test_requests_must_be_signed_where_only_the_operator_says_so(
    operator: Operator, supplier: str, tmp_path: Path
) -> None:
    file = described(tmp_path, signs_requests=False)
    assert shown(operator, supplier, file, "--signed-requests")["signed_requests"] is True


def test_wishes_that_can_not_be_are_refused(
    operator: Operator, supplier: str, tmp_path: Path
) -> None:
    file = described(tmp_path, signs_requests=False)
    options = ("--supplier", supplier, "--metadata", file)
    said = operator.refused("service", "add", *options, "--encryption", "aes128-gcm")
    assert said == "--encryption: its metadata has no RSA key of 2048 bits or more"
    said = operator.refused(
        "service", "add", *options, "--profile", "entree", "--attribute-names", "oid"
    )
    assert said == "--profile entree has other names than oid; leave one of them out"
    file.write_text(sp_metadata(ENTITY, [f"{ENTITY}/acs"], [], signs_requests=False))
    said = operator.refused("service", "add", *options, "--signed-requests")
    assert said == "--signed-requests: its metadata has no key that is good enough"
    assert operator.read("service", "list") == []


def test_metadata_that_is_read_again_leaves_what_the_operator_said(
    operator: Operator, supplier: str, tmp_path: Path, metadata: Path
) -> None:
    options = ("--profile", "entree", "--sign-response", "--encryption", "aes128-gcm")
    expected = shown(operator, supplier, metadata, *options)
    (service,) = operator.read("service", "list")
    described(tmp_path, encryption=[rsa_key("service-next")])
    operator.good("metadata", "import", metadata)
    assert wishes(operator, service["id"]) == expected


def test_what_is_imported_has_the_default_profile(operator: Operator, metadata: Path) -> None:
    operator.good("metadata", "import", metadata)
    (service,) = operator.read("service", "list")
    assert wishes(operator, service["id"]) == SAML2INT


@pytest.mark.parametrize("names", ["entree", "oid"])
def test_a_service_from_before_the_profiles_is_answered_as_it_was(names: str) -> None:
    """Persistent NameID, the assertion alone signed, nothing encrypted, its own names."""
    role = ServiceProvider(
        entity_id=ENTITY,
        assertion_consumers=(Endpoint(POST, f"{ENTITY}/acs", default=True),),
        encryption_certificates=(KEY.certificate_base64,),
        nameid_formats=(TRANSIENT,),
    )
    old = Service("svc", "sup", "saml", ENTITY, "Oud", role.to_config(), attribute_names=names)
    provider = Provider(old)
    assert provider.name_id_format == PERSISTENT
    assert (provider.wants_signed_response, provider.wants_signed_assertion) == (False, True)
    assert provider.encryption is None
    assert provider.service.attribute_names == names

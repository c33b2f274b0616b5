"""Every file of real metadata: it imports, or the table says exactly why not."""

import re
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from ssl import DER_cert_to_PEM_cert

import pytest

from gateway.errors import RegistrationRefused
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.proof import Proof
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.rules import Rules
from tests.trust.metadata_documents import NOW
from tests.trust.metadata_stream import stream

pytestmark = pytest.mark.shared_data

TODAY = Rules(now=NOW)
OLD_SAMPLES = Rules(now=NOW, accept_expired=True, allow_loopback=True)

NO_CONSUMER = "no usable address with the binding HTTP-POST"
NO_REDIRECT = "no usable address with the binding HTTP-Redirect"
NO_KEY = "no usable key for signing"
NO_SAML2 = "no role of a service or a school in SAML 2.0"


@dataclass(frozen=True)
class Row:
    """How many roles a file gives; `today` and `never` say why not without, or even with,
    the options for old samples and plain http."""

    services: int = 0
    schools: int = 0
    today: str = ""
    never: str = ""


SERVICE, SCHOOL, BOTH = Row(1), Row(0, 1), Row(1, 1)
SINGLE = {
    "clarin--archive.mpi.nl.xml": SERVICE,
    "clarin--auth.ortolang.fr_auth_realms_ortolang.xml": SERVICE,
    "clarin--authentication.clariah.nl_Saml2_proxy_saml2_backend.xml": SERVICE,
    "clarin--b2access.eudat.eu_8443_unitygw_saml-sp-metadata.xml": SERVICE,
    "clarin--clarin.eurac.edu_Shibboleth.sso_Metadata.xml": SERVICE,
    "clarin--clarino.uib.no_.xml": SERVICE,
    "clarin--dev-www.clarin.eu.xml": Row(1, 0, today="ended on 2024-09-10"),
    "clarin--inventory.clarin.gr_samlbridge2_module.php_saml_sp_metadata.php_default-sp.xml": SERVICE,
    "clarin--lbr.csc.fi_shibboleth.xml": SERVICE,
    "clarin--portal.clarin.ivdnt.org.xml": SERVICE,
    "clarin--repo.clarino.uib.no_shibboleth_sp.xml": SERVICE,
    "clarin--repository.clarin.is_shibboleth.xml": SERVICE,
    "clarin--sadilar.org_shibboleth.xml": SERVICE,
    "clarin--sp.ilc4clarin.ilc.cnr.it.xml": SERVICE,
    "clarin--sp.mpi.nl.xml": SERVICE,
    "clarin--sp.spraakbanken.gu.se_shibboleth_clarin.xml": SERVICE,
    "clarin--sp.ukp.informatik.tu-darmstadt.de_shibboleth.xml": SERVICE,
    "clarin--sso-proxy-sp.clarin.eu.xml": SERVICE,
    "clarin--ufal-point.mff.cuni.cz_shibboleth_eduid_sp.xml": SERVICE,
    "clarin--www.clarin-pl.eu_shibboleth.xml": SERVICE,
    "crewjam--idp_metadata.xml": SCHOOL,
    "crewjam--testshib_metadata.xml": BOTH,
    "google--google-apps-cas-blog.xml": SERVICE,
    "kennisnet--idp-kennisnet.xml": BOTH,
    "lightsaml--engine.surfconext.nl_authentication_idp_metadata.xml": Row(
        0, 1, today="ended on 2016-01-28"
    ),
    "lightsaml--sp-ed2.xml": SERVICE,
    "nodesaml--expectedMetadataWithBothKeys.xml": Row(1, 0, today=NO_CONSUMER),
    "ocmanage--adfs.mijnlentiz.nl.xml": BOTH,
    "ocmanage--edugain_mdrpi_missing.xml": Row(1, 0, today="ended on 2020-02-03"),
    "ocmanage--edugain_sniplet.xml": Row(1, 1, today="ended on 2020-07-23"),
    "ocmanage--expected_metadata_export_saml20_sp.xml": SERVICE,
    "ocmanage--metadata_import_saml20_sp.xml": Row(
        today="ended on 2018-07-14", never="not well-formed XML: xmlns:saml"
    ),
    "ocmanage--one_certificate.xml": Row(1, 0, today="ended on 2019-05-30"),
    "ocmanage--sp_portal_sp_xml.xml": Row(1, 0, today="ended on 2017-10-13"),
    "php-python-saml--entities_metadata.xml": Row(2, 0),
    "php-python-saml--expired_metadata_settings1.xml": Row(1, 0, today="ended on 2014-02-22"),
    "php-python-saml--noentity_metadata_settings1.xml": Row(
        today="begins with 'EntityDescriptor2'", never="begins with 'EntityDescriptor2'"
    ),
    "php-python-saml--signed_metadata_settings1.xml": Row(1, 0, today="ended on 2015-01-17"),
    "pyff--idp.aco.net.xml": SCHOOL,
    "pyff--sharav.abes.fr.xml": SCHOOL,
    "pyff--test-sp.xml": Row(6, 1),
    "pyff--test02-invalid.xml": Row(today=NO_KEY, never=NO_KEY),
    "pysaml2--empty_metadata_file.xml": Row(today="no element found", never="no element found"),
    "pysaml2--entity_esi_and_coco_sp.xml": SERVICE,
    "pysaml2--entity_personalized_sp.xml": SERVICE,
    "pysaml2--idp_example.xml": Row(0, 1, today=NO_REDIRECT),
    "pysaml2--metadata_sp_1.xml": Row(1, 0, today=NO_CONSUMER),
    "pysaml2--uu.xml": SERVICE,
    "rubysaml--idp_descriptor.xml": Row(today="ended on 2014-04-17", never=NO_KEY),
    "rubysaml--idp_metadata_multi_certs.xml": SCHOOL,
    "rubysaml--idp_multiple_descriptors.xml": Row(
        today="ended on 2014-04-17", never=f"{NO_CONSUMER}|{NO_KEY}"
    ),
}


def read(path: Path, rules: Rules, proof: Proof | None = None) -> list[Entity]:
    return list(read_entities(path.read_bytes(), rules, proof))


def roles(entities: list[Entity]) -> tuple[int, int]:
    services = sum(entity.service_provider is not None for entity in entities)
    return services, sum(entity.identity_provider is not None for entity in entities)


def refusals(path: Path, rules: Rules) -> list[str]:
    """Why nothing of a file is used: one reason for the whole, or one for each entity."""
    try:
        entities = read(path, rules)
    except RegistrationRefused as refused:
        return [refused.detail]
    assert all(entity.refused for entity in entities)
    return [
        " ".join(p.what for p in entity.problems if p.severity == "error") for entity in entities
    ]


def assert_refused(path: Path, rules: Rules, reason: str) -> None:
    found = refusals(path, rules)
    assert found
    assert all(re.search(reason, text) for text in found)


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> Path:
    return shared_data / "saml-metadata"


def test_the_table_has_every_file(samples):
    assert {path.name for path in (samples / "single").iterdir()} == set(SINGLE)
    assert {path.name for path in (samples / "aggregates").iterdir()} == set(AGGREGATES)


@pytest.mark.parametrize("name", SINGLE)
def test_single_file_as_it_is_today(name, samples):
    row, path = SINGLE[name], samples / "single" / name
    if row.today:
        assert_refused(path, TODAY, row.today)
    else:
        assert roles(read(path, TODAY)) == (row.services, row.schools)


@pytest.mark.parametrize("name", SINGLE)
def test_single_file_with_the_options_for_old_samples(name, samples):
    row, path = SINGLE[name], samples / "single" / name
    if row.never:
        assert_refused(path, OLD_SAMPLES, row.never)
        return
    entities = read(path, OLD_SAMPLES)
    assert roles(entities) == (row.services, row.schools)
    for entity in entities:
        for role in (entity.service_provider, entity.identity_provider):
            if role is not None:
                assert type(role).from_config(role.to_config()) == role


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("clarin--lbr.csc.fi_shibboleth.xml", "ends in the year 9904"),
        ("ocmanage--edugain_mdrpi_missing.xml", "ends in the year 9999"),
        ("kennisnet--idp-kennisnet.xml", "The certificate ended on 2022-09-01"),
        ("google--google-apps-cas-blog.xml", "The entityID is not an absolute address"),
        ("google--google-apps-cas-blog.xml", "There is no key to encrypt to"),
        ("lightsaml--engine.surfconext.nl_authentication_idp_metadata.xml", "signed with SHA-1"),
        ("php-python-saml--entities_metadata.xml", "An RSA key of 1024 bits"),
        ("rubysaml--idp_descriptor.xml", "not a certificate that can be read"),
    ],
)
def test_what_is_odd_is_told(name, what, samples):
    entities = read(samples / "single" / name, OLD_SAMPLES)
    assert any(what in problem.what for entity in entities for problem in entity.problems)


@pytest.mark.parametrize(
    ("name", "certificates"),
    [
        ("clarin--sp.mpi.nl.xml", 2),
        ("kennisnet--idp-kennisnet.xml", 1),
        ("ocmanage--adfs.mijnlentiz.nl.xml", 2),
        ("rubysaml--idp_metadata_multi_certs.xml", 2),
    ],
)
def test_both_keys_of_a_rollover_are_kept(name, certificates, samples):
    (entity,) = read(samples / "single" / name, TODAY)
    role = entity.identity_provider or entity.service_provider
    assert role is not None
    assert len(role.signing_certificates) == certificates


@dataclass(frozen=True)
class Many:
    """What an aggregate gives today, without a proof: roles, and the refused by their reason."""

    entities: int
    services: int
    schools: int
    refused: dict[str, int]
    as_a_whole: str = ""


AGGREGATES = {
    "derived-merged-unique.xml": Many(568, 399, 132, {NO_SAML2: 32, NO_CONSUMER: 6, "ended on": 1}),
    "swamid-1.0-175.xml": Many(175, 106, 36, {NO_SAML2: 32, NO_CONSUMER: 2}),
    "switch-aaitest-296.xml": Many(296, 258, 35, {NO_CONSUMER: 4}),
    "wayf-edugain-77-signed.xml": Many(77, 16, 61, {}, as_a_whole="ended on 2019-07-24"),
}


@pytest.mark.parametrize("name", AGGREGATES)
def test_aggregate(name, samples):
    many, path = AGGREGATES[name], samples / "aggregates" / name
    if many.as_a_whole:
        assert_refused(path, TODAY, many.as_a_whole)
    entities = read(path, Rules(now=NOW, accept_expired=True) if many.as_a_whole else TODAY)
    assert len(entities) == many.entities
    assert roles(entities) == (many.services, many.schools)
    reasons: Counter[str] = Counter()
    for entity in entities:
        errors = [problem.what for problem in entity.problems if problem.severity == "error"]
        if entity.refused:
            reasons[next(r for r in many.refused if any(r in error for error in errors))] += 1
    assert reasons == many.refused


def embedded_proof(path: Path) -> Proof:
    """The certificate in the document stands in for the one that the federation gives apart."""
    text = re.search(rb"X509Certificate[^>]*>([^<]+)<", path.read_bytes())
    assert text is not None
    return Proof.from_pem(DER_cert_to_PEM_cert(b64decode(text[1])).encode())


def test_md02_md03_the_signed_aggregate_is_believed_in_its_days(samples):
    path = samples / "aggregates" / "wayf-edugain-77-signed.xml"
    proof = embedded_proof(path)
    then = Rules(now=datetime(2019, 7, 20, tzinfo=UTC).timestamp())
    assert roles(read(path, then, proof)) == (16, 61)
    with pytest.raises(RegistrationRefused, match="ended on 2019-07-24"):
        read(path, TODAY, proof)
    assert roles(read(path, OLD_SAMPLES, proof)) == (16, 61)
    early = Rules(now=datetime(2019, 6, 1, tzinfo=UTC).timestamp())
    with pytest.raises(RegistrationRefused, match="more than 30 days ahead"):
        read(path, early, proof)


def test_md02_a_changed_copy_of_the_signed_aggregate_is_refused(samples, tmp_path):
    path = samples / "aggregates" / "wayf-edugain-77-signed.xml"
    changed = path.read_bytes().replace(b'isDefault="true"', b'isDefault="false"', 1)
    assert changed != path.read_bytes()
    (tmp_path / "changed.xml").write_bytes(changed)
    then = Rules(now=datetime(2019, 7, 20, tzinfo=UTC).timestamp())
    with pytest.raises(RegistrationRefused, match="signature is not accepted"):
        read(tmp_path / "changed.xml", then, embedded_proof(path))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("swamid-1.0-175.xml", "no validUntil"),
        ("switch-aaitest-296.xml", "valid until 3001-01-01"),
        ("derived-merged-unique.xml", "no validUntil"),
    ],
)
def test_md03_the_other_aggregates_are_not_believed(name, reason, samples):
    proof = embedded_proof(samples / "aggregates" / "wayf-edugain-77-signed.xml")
    with pytest.raises(RegistrationRefused, match=reason):
        read(samples / "aggregates" / name, TODAY, proof)


def test_thousands_of_real_entities_stream_in_bounded_memory(samples, tmp_path):
    """The real ones nine times over: 5,112 entities, 49 MB."""
    source = (samples / "aggregates" / "derived-merged-unique.xml").read_bytes()
    head, opening, rest = re.split(rb"(<md:EntitiesDescriptor[^>]*>)", source, maxsplit=1)
    members = rest.removesuffix(b"</md:EntitiesDescriptor>\n").removesuffix(
        b"</md:EntitiesDescriptor>"
    )
    path = tmp_path / "thousands.xml"
    with path.open("wb") as file:
        file.write(head + opening)
        for copy in range(9):
            file.write(members.replace(b'entityID="', b'entityID="https://copy%d.example/' % copy))
        file.write(b"</md:EntitiesDescriptor>")
    took = stream(path, NOW)
    expected = AGGREGATES["derived-merged-unique.xml"]
    assert took["shares"] == 9 * expected.entities
    assert took["roles"] == 9 * (expected.services + expected.schools)
    assert took["refused"] == 9 * sum(expected.refused.values())
    assert took["problems"] > took["refused"]
    assert took["growth_mb"] < 12  # with the whole tree kept it would be 150

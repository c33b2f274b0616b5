"""Documents of one entity and of thousands: streamed, bounded, and hostile ones refused."""

from pathlib import Path

import pytest

from gateway.errors import RegistrationRefused
from gateway.trust.metadata import aggregate, proof
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.problems import Severity
from tests.actors.keys import rsa_key
from tests.trust.metadata_documents import (
    NAMESPACES,
    NOW,
    RULES,
    entity,
    group,
    key,
    school_role,
    service_role,
    signed,
)
from tests.trust.metadata_stream import stream


def _thousands(count: int) -> bytes:
    """Every tenth is bad: no consumer, or no entityID."""
    good, school = service_role(), school_role()
    members = []
    for number in range(count):
        inside = "" if number % 10 == 9 else good if number % 2 else school
        members.append(entity(inside, f"https://party{number}.example/metadata"))
    return group(*members, attributes='ID="_group" validUntil="2026-12-01T00:00:00Z"')


@pytest.fixture(scope="module")
def thousands(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("aggregate") / "thousands.xml"
    path.write_bytes(_thousands(5000))
    return path


def test_thousands_stream_in_bounded_memory_and_the_bad_are_skipped(thousands):
    took = stream(thousands, NOW)
    assert took["roles"] == 4500
    assert took["refused"] == 500
    assert took["shares"] == 5000
    assert took["last"] == 1
    assert took["growth_mb"] < 6  # with the whole tree kept it would be 16


def test_a_signed_aggregate_takes_its_tree_once(thousands, tmp_path):
    keys = rsa_key("federation")
    path, certificate = tmp_path / "signed.xml", tmp_path / "federation.pem"
    path.write_bytes(signed(thousands.read_bytes(), keys))
    certificate.write_text(keys.certificate)
    took = stream(path, NOW, certificate)
    assert (took["roles"], took["refused"]) == (4500, 500)
    # The tree is 2.5 times the document; its canonical text 1 to 2, as its buffer grew. A second
    # tree beside them makes it 7.
    assert took["growth_mb"] < 5.5 * path.stat().st_size / 2**20


def test_groups_in_groups_are_read_in_order():
    document = group(
        group(entity(service_role(), "urn:a"), entity("", "urn:b")).decode(),
        entity(service_role(), "urn:c"),
        group(group(entity(school_role(), "urn:d")).decode()).decode(),
    )
    found = list(read_entities(document, RULES, None))
    assert [(one.entity_id, one.refused) for one in found] == [
        ("urn:a", False), ("urn:b", True), ("urn:c", False), ("urn:d", False),
    ]  # fmt: skip


def test_the_end_of_a_group_is_the_end_of_what_is_in_it():
    inner = group(entity(service_role(), "urn:a"), attributes='validUntil="2020-01-01T00:00:00Z"')
    found = list(read_entities(group(inner.decode(), entity(service_role(), "urn:b")), RULES, None))
    assert [(one.entity_id, one.refused) for one in found] == [("urn:a", True), ("urn:b", False)]
    assert "EntitiesDescriptor/@validUntil" in str(found[0].problems[0])


def test_an_entity_id_that_comes_twice_is_an_error():
    document = group(entity(service_role(), "urn:a"), entity(school_role(), "urn:a"))
    first, second = read_entities(document, RULES, None)
    assert first.service_provider is not None
    assert second.refused
    assert [p.severity for p in second.problems] == [Severity.ERROR]
    assert "twice" in second.problems[0].what


def test_entities_inside_signatures_and_extensions_are_not_members():
    hidden = entity(service_role(), "urn:hidden")
    document = group(
        f"<ds:Signature><ds:Object>{hidden}</ds:Object></ds:Signature>",
        f"<md:Extensions>{hidden}</md:Extensions>",
        entity(f"<md:Extensions>{hidden}</md:Extensions>{service_role()}", "urn:a"),
        f"<other>{hidden}</other>",
    )
    (found,) = read_entities(document, RULES, None)
    assert found.entity_id == "urn:a"
    assert found.service_provider is not None


def test_comments_and_instructions_do_not_cut_a_certificate():
    whole = rsa_key("party").certificate_base64
    cut = f"{whole[:100]}<!-- a remark -->{whole[100:200]}<?an instruction?>{whole[200:]}"
    document = entity(service_role().replace(whole, cut))
    (found,) = read_entities(document.encode(), RULES, None)
    assert found.service_provider is not None
    assert found.service_provider.signing_certificates == (whole,)


GOOD = entity(service_role())
BOMB = "".join(
    f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "x"}{"&e" + str(n - 1) + ";" if n else "x"}">'
    for n in range(40)
)
HOSTILE = {
    "doctype": (f"<!DOCTYPE md:EntityDescriptor>{GOOD}", "DOCTYPE"),
    "external entity": (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{GOOD.replace("https://party.example/acs", "&x;")}',
        "DOCTYPE",
    ),
    "external subset": (f'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">{GOOD}', "DOCTYPE"),
    "parameter entity": (
        f'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>{GOOD}',
        "DOCTYPE",
    ),
    "entity bomb": (f"<!DOCTYPE a [{BOMB}]>" + GOOD.replace("entityID=", "Name='&e39;' entityID="), "DOCTYPE"),
    "undeclared entity": (GOOD.replace("https://party.example/acs", "&x;"), "not well-formed"),
    "deep nesting": (f"<md:EntitiesDescriptor {NAMESPACES}>" + "<a>" * 400 + "</a>" * 400 + "</md:EntitiesDescriptor>", "not well-formed"),
    "deep groups": (f"<md:EntitiesDescriptor {NAMESPACES}>" * 300 + "</md:EntitiesDescriptor>" * 300, "not well-formed"),
    "many small elements": (f"<md:EntitiesDescriptor {NAMESPACES}>" + "<a/>" * 300_000 + "</md:EntitiesDescriptor>", "far more elements"),
    "many small attributes": (f"<md:EntitiesDescriptor {NAMESPACES}>" + "<a b='' c='' d=''/>" * 60_000 + "</md:EntitiesDescriptor>", "far more elements"),
    "a text of 11 MB": (GOOD.replace('Location="', 'Location="' + "a" * 11_000_000), "not well-formed"),
    "broken off": (GOOD[:-40], "not well-formed"),
    "two roots": (GOOD + GOOD, "not well-formed"),
    "nothing": ("", "not well-formed"),
    "words": ("hello", "not well-formed"),
    "another document": ("<html/>", "it begins with 'html'"),
    "no namespace": ("<EntityDescriptor entityID='urn:a'/>", "it begins with 'EntityDescriptor'"),
    "a message": ('<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>', "it begins with 'Response'"),
    "nonsense end": (GOOD.replace("entityID=", 'validUntil="soon" entityID='), "not a time"),
    "ended": (GOOD.replace("entityID=", 'validUntil="2026-11-22T00:00:00Z" entityID='), "ended on 2026-11-22"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_documents_that_are_refused_as_a_whole(name):
    text, reason = HOSTILE[name]
    with pytest.raises(RegistrationRefused, match=reason):
        list(read_entities(text.encode(), RULES, None))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
def test_a_doctype_is_not_smuggled_in_by_another_encoding(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY x "y">]>{GOOD}'
    with pytest.raises(RegistrationRefused):
        list(read_entities(text.encode(encoding), RULES, None))


def test_a_document_that_breaks_off_gives_what_came_before():
    document = group(entity(service_role(), "urn:a"), entity(service_role(), "urn:b"))
    entities = read_entities(document[:-60], RULES, None)
    assert next(entities).entity_id == "urn:a"
    with pytest.raises(RegistrationRefused, match="not well-formed"):
        list(entities)


def test_a_document_over_the_limit_is_refused_unread(monkeypatch):
    monkeypatch.setattr(aggregate, "DOCUMENT_LIMIT", 1000)
    with pytest.raises(RegistrationRefused, match="larger than 1000 bytes"):
        read_entities(b" " * 1001, RULES, None)
    assert proof.DOCUMENT_LIMIT == 100_000_000


def test_a_key_is_not_read_from_outside_its_place():
    """A KeyDescriptor elsewhere in the entity is no key of the role."""
    document = entity(f"<md:Extensions>{key()}</md:Extensions>" + school_role(""))
    (found,) = read_entities(document.encode(), RULES, None)
    assert found.refused

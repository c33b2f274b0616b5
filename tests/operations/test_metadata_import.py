"""`ketenpoort metadata import`: one entity or many; what is bad is named and passed over."""

from pathlib import Path

import pytest

from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.operations.command import Operator


def aggregate(tmp_path: Path, *entities: str) -> Path:
    file = tmp_path / "aggregate.xml"
    open_, close = (
        '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">',
        "</md:EntitiesDescriptor>",
    )
    file.write_text(open_ + "".join(entities) + close)
    return file


def service_of(name: str) -> str:
    return sp_metadata(f"https://{name}.example", [f"https://{name}.example/acs"], [rsa_key("sp")])


def school_of(name: str) -> str:
    return idp_metadata(f"https://{name}.example", f"https://{name}.example/sso", [rsa_key("idp")])


def test_services_get_a_supplier_each_since_who_shares_one_shares_pseudonyms(
    operator: Operator, tmp_path: Path
) -> None:
    file = aggregate(tmp_path, service_of("rekenen"), service_of("lezen"), school_of("kade"))
    said = operator.good("metadata", "import", file, "--unsigned")
    assert said.strip().endswith(
        "3 entities: 2 services and 1 connections stand registered, 0 were passed over"
    )
    services = operator.read("service", "list")
    assert len({each["supplier"] for each in services}) == 2


def test_a_given_supplier_owns_the_new_services(
    operator: Operator, tmp_path: Path, supplier: str
) -> None:
    file = aggregate(tmp_path, service_of("rekenen"), service_of("lezen"))
    operator.good("metadata", "import", file, "--supplier", supplier, "--unsigned")
    assert {each["supplier"] for each in operator.read("service", "list")} == {supplier}


def test_what_is_known_is_renewed_and_keeps_its_id(
    operator: Operator, tmp_path: Path, school: str, school_metadata: Path
) -> None:
    file = aggregate(tmp_path, service_of("rekenen"))
    operator.good("metadata", "import", file, "--unsigned")
    before = operator.read("service", "list"), operator.read("school", "list")
    operator.good("metadata", "import", file, "--unsigned")
    operator.good("metadata", "import", school_metadata)
    assert (operator.read("service", "list"), operator.read("school", "list")) == before


def test_a_bad_entity_is_named_and_passed_over(operator: Operator, tmp_path: Path) -> None:
    bad = service_of("boos").replace("https://boos.example/acs", "http://boos.example/acs")
    file = aggregate(tmp_path, bad, service_of("rekenen"))
    done = operator.run("metadata", "import", file, "--unsigned")
    assert done.code == 0
    assert "1 were passed over" in done.output
    assert "https://boos.example" in done.error
    (service,) = operator.read("service", "list")
    assert service["identifier"] == "https://rekenen.example"


def test_renewed_metadata_moves_what_was_derived_from_it(
    operator: Operator, tmp_path: Path
) -> None:
    operator.good("metadata", "import", aggregate(tmp_path, service_of("rekenen")), "--unsigned")
    moved = service_of("rekenen").replace("rekenen.example/acs", "nieuw.example/acs")
    operator.good("metadata", "import", aggregate(tmp_path, moved), "--unsigned")
    (service,) = operator.read("service", "list")
    shown = operator.read("service", "show", service["id"])
    assert shown["targets"] == ["https://nieuw.example/"]


def test_renewed_metadata_leaves_what_was_said_at_the_command(
    operator: Operator, tmp_path: Path, supplier: str
) -> None:
    file = tmp_path / "rekenen.xml"
    file.write_text(service_of("rekenen"))
    said = ("--name", "Rekenen", "--target", "https://rekenen.example/boek/")
    added = ("service", "add", "--supplier", supplier, "--metadata", str(file), *said)
    service = operator.read(*added)["id"]
    moved = service_of("rekenen").replace("rekenen.example/acs", "nieuw.example/acs")
    operator.good("metadata", "import", aggregate(tmp_path, moved), "--unsigned")
    shown = operator.read("service", "show", service)
    assert (shown["name"], shown["targets"]) == ("Rekenen", ["https://rekenen.example/boek/"])


def test_a_role_that_is_left_out_is_named_though_the_other_is_good(
    operator: Operator, tmp_path: Path
) -> None:
    school = school_of("rekenen").replace(
        "https://rekenen.example/sso", "http://rekenen.example/sso"
    )
    role = school[school.index("<md:IDPSSODescriptor") : school.index("</md:EntityDescriptor")]
    both = service_of("rekenen").replace("</md:EntityDescriptor", f"{role}</md:EntityDescriptor")
    done = operator.run("metadata", "import", aggregate(tmp_path, both), "--unsigned")
    assert "1 services and 0 connections stand registered, 0 were passed over" in done.output
    assert "error: https://rekenen.example" in done.error
    assert "IDPSSODescriptor" in done.error


@pytest.mark.parametrize("content", ["", "geen XML", "<!DOCTYPE a><a/>", "<a/>"])
def test_what_is_no_metadata_is_refused_with_a_sentence(
    operator: Operator, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "x.xml"
    file.write_text(content)
    assert operator.refused("metadata", "import", file)
    assert operator.read("service", "list") == []


def test_from_an_address_a_signature_is_asked_before_anything_is_fetched(
    operator: Operator,
) -> None:
    said = operator.refused("metadata", "import", "https://127.0.0.1:1/x")
    assert said == "metadata from an address needs --certificate, or --unsigned"


@pytest.mark.parametrize("command", ["import", "service", "school"])
def test_a_list_of_entities_needs_a_signature_also_from_a_file(
    operator: Operator, tmp_path: Path, supplier: str, command: str
) -> None:
    file = aggregate(tmp_path, service_of("rekenen"), school_of("kade"))
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    commands = {
        "import": ("metadata", "import", file),
        "service": ("service", "add", "--supplier", supplier, "--metadata", file),
        "school": ("school", "add", *who, "--metadata", file),
    }
    said = operator.refused(*commands[command])
    assert said == "a list of entities (EntitiesDescriptor) needs --certificate, or --unsigned"
    assert operator.read("service", "list") == operator.read("metadata", "list") == []


@pytest.mark.parametrize("command", ["service", "school"])
def test_an_address_needs_a_signature_for_every_command(
    operator: Operator, supplier: str, command: str
) -> None:
    source = ("--metadata", "https://127.0.0.1:1/x")
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    commands = {
        "service": ("service", "add", "--supplier", supplier, *source),
        "school": ("school", "add", *who, *source),
    }
    said = operator.refused(*commands[command])
    assert said == "metadata from an address needs --certificate, or --unsigned"


def test_an_address_inside_our_own_network_is_not_fetched(operator: Operator) -> None:
    said = operator.refused("metadata", "import", "https://127.0.0.1:1/x", "--unsigned")
    assert said == "127.0.0.1 is not on the public internet"

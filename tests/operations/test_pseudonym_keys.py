"""ECK iD by command; the key that made them is held on to."""

import re
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.people import NATIONAL
from tests.operations.command import Operator


def derive(operator: Operator, supplier: str, person: str = "leerling-1") -> str:
    asked = ("--supplier", supplier, "--brin", "99XA")
    return operator.good("eckid", "derive", *asked, person=f"{person}\n").strip()


def key_file(operator: Operator) -> Path:
    return operator.directory / "keys" / "pseudonym.keys"


def test_a_pseudonym_has_the_form_and_is_the_same_each_time(
    operator: Operator, supplier: str
) -> None:
    found = derive(operator, supplier)
    assert re.fullmatch(r"https://poort\.example/eckid/[0-9]{6}/[0-9a-f]{128}", found)
    assert derive(operator, supplier) == found
    assert derive(operator, supplier, "leerling-2") != found


def test_another_supplier_has_another_one(operator: Operator, supplier: str) -> None:
    other = operator.good("supplier", "add", "--name", "De Eik").strip()
    assert derive(operator, other) != derive(operator, supplier)


def test_of_the_national_eckid_as_it_stands_on_standard_input(
    operator: Operator, supplier: str
) -> None:
    found = operator.good("eckid", "derive", "--supplier", supplier, person=NATIONAL)
    assert found.startswith("https://poort.example/eckid/")


@pytest.mark.parametrize(
    ("options", "person", "says"),
    [
        ([], "leerling-1", "not a national ECK iD; give --brin"),
        ([], "", "nobody on standard input"),
        (["--brin", "99XA"], "\n", "nobody on standard input"),
        (["--brin", "kade"], "leerling-1", "a BRIN is like 01AB"),
    ],
)
def test_nobody_or_a_wrong_school_is_refused(
    operator: Operator, supplier: str, options: list[str], person: str, says: str
) -> None:
    asked = ("eckid", "derive", "--supplier", supplier, *options)
    assert says in operator.refused(*asked, person=person)


def test_the_national_hash_of_each_line(operator: Operator, tmp_path: Path) -> None:
    """eck-id.md §8, vectors 1 and 2."""
    salt = tmp_path / "salt"
    salt.write_text("rktYml0MIp9TC9u6Ny6uqw==\n")
    people = "063138219\n20DP teacher@school.com\r\n"
    assert operator.good("eckid", "hash", "--salt-file", salt, person=people).splitlines() == [
        "9735dfd2235eaeb5f0300886bcc99c82ffc1d6420c4e0bde8de7218def2135fa",
        "0b870ff044775ef0360655c40d5b284b7e3ae2b72207a6894794d787eb019e60",
    ]


@pytest.mark.parametrize(
    ("salt", "person", "says"),
    [("!", "063138219", ""), ("rktYml0M", "1", "two characters"), ("rktYml0M", "\n", "two")],
)
def test_a_wrong_salt_or_number_is_refused(
    operator: Operator, tmp_path: Path, salt: str, person: str, says: str
) -> None:
    file = tmp_path / "salt"
    file.write_text(salt)
    said = operator.refused("eckid", "hash", "--salt-file", file, person=person)
    assert says in said


def test_a_gateway_that_moves_to_another_address_keeps_its_pseudonyms(
    operator: Operator, supplier: str
) -> None:
    before = derive(operator, supplier)
    moved = replace(operator, settings={"BASE_URL": "https://elders.example"})
    assert derive(moved, supplier) == before


def test_another_base_for_the_same_key_is_refused(operator: Operator, supplier: str) -> None:
    settings = {**operator.settings, "ECKID_BASE": "https://eckid.elders.example"}
    said = replace(operator, settings=settings).refused("supplier", "list")
    assert "every pupil would get another ECK iD" in said
    same = {**operator.settings, "ECKID_BASE": "https://poort.example/eckid"}
    assert replace(operator, settings=same).read("supplier", "list")


@pytest.mark.parametrize("command", [("supplier", "list"), ("keys", "list"), ("serve",)])
def test_another_pseudonym_key_is_refused_with_words(
    operator: Operator, supplier: str, command: tuple[str, ...]
) -> None:
    period = key_file(operator).read_text().split()[1]
    key_file(operator).write_text(f"1 {period} {secrets.token_hex(64)}\n")
    said = operator.refused(*command)
    assert said.startswith("pseudonym key 1 is another one than was used with this database")
    assert "lose their work at every supplier" in said
    assert said.endswith("Put the first key file and base address back.")


def test_a_pseudonym_key_that_is_gone_is_not_made_anew(operator: Operator, supplier: str) -> None:
    key_file(operator).unlink()
    said = operator.refused("supplier", "list")
    assert f"the pseudonym key {key_file(operator)} is gone" in said
    assert "put it back from the safe" in said
    assert not key_file(operator).exists()


def test_a_later_version_is_for_later_suppliers_alone(operator: Operator, supplier: str) -> None:
    before = derive(operator, supplier)
    assert operator.good("keys", "add-pseudonym-version").startswith("version 2 is for suppliers")
    later = operator.read("supplier", "add", "--name", "De Eik")
    assert later["key_version"] == 2
    assert derive(operator, supplier) == before
    assert derive(operator, later["id"])
    used = [row["id"] for row in operator.read("keys", "list") if row["use"] == "pseudonyms"]
    assert used == ["version 1", "version 2"]


def test_a_version_that_was_used_and_is_gone_is_refused(operator: Operator, supplier: str) -> None:
    first = key_file(operator).read_text()
    operator.good("keys", "add-pseudonym-version")
    key_file(operator).write_text(first)
    said = operator.refused("supplier", "list")
    assert said.startswith("pseudonym key 2 was used with this database and is not in")


def test_no_key_shows_in_a_list(operator: Operator, supplier: str) -> None:
    secret = key_file(operator).read_text().split()[2]
    listed = operator.good("keys", "list", "--json")
    assert secret not in listed
    assert "PRIVATE" not in listed

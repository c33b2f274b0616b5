"""The pseudonym key: found to be the one that was used before, or nothing starts."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.parts.gateway import KETENPOORT, CommandError, Gateway, run_gateway
from tests.parts.process import NotStartedError, run_directory
from tests.parts.registration import add_supplier

NATIONAL = "https://ketenid.nl/201703/" + "3e" * 64
KEYS = "1 202601 " + "ab" * 64 + "\n"


@pytest.fixture(params=["sqlite", "postgres"])
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    """A gateway that has used its key, and does not run."""
    database = (
        {"DATABASE_URL": request.getfixturevalue("postgres").new_database()}
        if request.param == "postgres"
        else {}
    )
    with run_directory("keys") as directory:
        file = directory / "pseudonym.keys"
        file.touch(mode=0o600)
        file.write_text(KEYS)
        new = Gateway(directory, {**database, "PSEUDONYM_KEY_FILE": str(file)})
        new.ketenpoort("supplier", "list")
        yield new


def key_file(gateway: Gateway) -> Path:
    return Path(gateway.settings["PSEUDONYM_KEY_FILE"])


def derive(gateway: Gateway, supplier: str, person: str = NATIONAL, *options: str) -> str:
    done = subprocess.run(
        [*KETENPOORT, "eckid", "derive", "--supplier", supplier, *options],
        env=gateway.environment,
        input=f"{person}\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.strip()


def replace_key(gateway: Gateway) -> Gateway:
    key_file(gateway).write_text(KEYS.replace("ab", "cd"))
    return gateway


def remove_key(gateway: Gateway) -> Gateway:
    key_file(gateway).unlink()
    return gateway


def change_period(gateway: Gateway) -> Gateway:
    key_file(gateway).write_text(KEYS.replace("202601", "202602"))
    return gateway


def change_version(gateway: Gateway) -> Gateway:
    key_file(gateway).write_text("2" + KEYS[1:])
    return gateway


def change_base(gateway: Gateway) -> Gateway:
    return replace(
        gateway, settings={**gateway.settings, "ECKID_BASE": "https://eckid.anders.test"}
    )


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (replace_key, "pseudonym key 1 is another one .* lose their work"),
        (remove_key, "is gone.*put it back from the safe"),
        (change_period, "period changed.*lose"),
        (change_version, "pseudonym key 1 was used with this database"),
        (change_base, "base address .*changed.*lose"),
    ],
)
def test_another_key_refuses_with_words(
    gateway: Gateway, harm: Callable[[Gateway], Gateway], words: str
):
    """Every pupil would lose their work at every supplier, so neither command nor server runs."""
    harmed = harm(gateway)
    with pytest.raises(CommandError, match=f"(?s){words}"):
        harmed.ketenpoort("supplier", "list")
    with pytest.raises(NotStartedError, match=f"(?s){words}"), run_gateway(harmed):
        pass
    if harm is remove_key:
        assert not key_file(gateway).exists(), "a new one is not made in its place"
    key_file(gateway).touch(mode=0o600)
    key_file(gateway).write_text(KEYS)
    assert gateway.ketenpoort("supplier", "list"), "the first key serves again"


def test_the_key_is_not_in_the_database(gateway: Gateway, tmp_path: Path):
    if "DATABASE_URL" in gateway.settings:
        url = gateway.settings["DATABASE_URL"].replace("+psycopg", "")
        programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        dumped = subprocess.run(
            [programs / "pg_dump", url], capture_output=True, check=True, timeout=120
        ).stdout
    else:
        dumped = b"".join(each.read_bytes() for each in gateway.directory.glob("ketenpoort.db*"))
    assert b"202601" in dumped, "the period stands there, so this is the right place to look"
    assert b"ab" * 32 not in dumped
    assert bytes.fromhex("ab" * 32) not in dumped


def test_a_moved_gateway_derives_as_before(gateway: Gateway):
    """The base that no setting names is the one of the first start."""
    supplier = add_supplier(gateway, "Uitgeverij Wilg")
    before = derive(gateway, supplier)
    moved = replace(gateway, settings={**gateway.settings, "BASE_URL": "https://poort.test"})
    assert before.startswith(f"{gateway.base}/eckid/202601/")
    assert derive(moved, supplier) == before


def test_a_new_version_is_for_new_suppliers(gateway: Gateway):
    old = add_supplier(gateway, "Uitgeverij Wilg")
    before = derive(gateway, old), derive(gateway, old, "leerling-7", "--brin", "99XA")
    assert "version 2" in gateway.ketenpoort("keys", "add-pseudonym-version")
    assert key_file(gateway).stat().st_mode & 0o777 == 0o600
    new = add_supplier(gateway, "Uitgeverij Berk")
    assert (derive(gateway, old), derive(gateway, old, "leerling-7", "--brin", "99XA")) == before
    assert derive(gateway, new).rpartition("/")[0] != before[0].rpartition("/")[0]
    versions = {
        each["name"]: each["key_version"] for each in gateway.ketenpoort_json("supplier", "list")
    }
    assert versions == {"Uitgeverij Wilg": 1, "Uitgeverij Berk": 2}


def test_derive_takes_a_person_of_either_kind_and_nothing_else(gateway: Gateway):
    supplier = add_supplier(gateway, "Uitgeverij Wilg")
    assert derive(gateway, supplier) != derive(gateway, supplier, NATIONAL, "--brin", "99XA")
    for person, options in [("", []), ("leerling-7", []), ("leerling-7", ["--brin", "kade"])]:
        with pytest.raises(subprocess.CalledProcessError) as caught:
            derive(gateway, supplier, person, *options)
        assert caught.value.stderr.startswith("Error: ")
        assert "Traceback" not in caught.value.stderr

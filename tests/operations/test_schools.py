"""Schools by command: SAML, OpenID, further ones on a connection, many from a file."""

from pathlib import Path

import pytest

from tests.operations.command import Operator

WHO = ("--name", "De Kade", "--town", "Dorp aan Zee")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text("geheim-van-de-school\n")
    return file


def oidc(secret: Path) -> tuple[str, ...]:
    issuer = ("--issuer", "https://inloggen.dekade.example")
    return ("--oidc", *issuer, "--client-id", "poort", "--client-secret-file", str(secret))


def test_a_saml_school_is_added_listed_shown_and_removed(operator: Operator, school: str) -> None:
    (listed,) = operator.read("school", "list")
    assert (listed["brin"], listed["name"], listed["town"]) == ("99XA", "De Kade", "Dorp aan Zee")
    assert (listed["protocol"], listed["identifier"]) == ("saml", "https://inloggen.dekade.example")
    shown = operator.read("school", "show", "99xa")
    assert shown["connection"] == listed["connection"]
    assert operator.good("school", "remove", school) == "removed 99XA\n"
    assert operator.read("school", "list") == []


def test_an_openid_schools_secret_is_sealed_and_shown_nowhere(
    operator: Operator, secret: Path
) -> None:
    operator.good("school", "add", "--brin", "99XB", *WHO, *oidc(secret))
    assert operator.read("school", "list")[0]["protocol"] == "oidc"
    assert "geheim" not in operator.good("school", "show", "99XB")
    files = [path for path in operator.directory.rglob("*") if path.is_file()]
    assert not [path for path in files if b"geheim-van-de-school" in path.read_bytes()]


def test_a_further_school_shares_a_connection_which_goes_with_the_last(
    operator: Operator, school: str, school_metadata: Path
) -> None:
    connection = operator.read("school", "list")[0]["connection"]
    options = (*WHO, "--connection", connection)
    assert operator.read("school", "add", "--brin", "99XA02", *options)["connection"] == connection
    operator.good("school", "remove", "99XA")
    assert [each["brin"] for each in operator.read("school", "list")] == ["99XA02"]
    operator.good("school", "remove", "99XA02")
    operator.refused("school", "add", "--brin", "99XA", *options)
    operator.good("school", "add", "--brin", "99XA", *WHO, "--metadata", school_metadata)


def test_a_school_is_registered_once_and_leaves_no_connection_behind(
    operator: Operator, school: str, secret: Path
) -> None:
    assert "99XA" in operator.refused("school", "add", "--brin", "99XA", *WHO, *oidc(secret))
    operator.good("school", "add", "--brin", "99XB", *WHO, *oidc(secret))
    assert len({each["connection"] for each in operator.read("school", "list")}) == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--brin", "9XA", "--metadata", "x"], "a BRIN is like 01AB"),
        (["--brin", "99XA"], "give --metadata for SAML, --oidc for OpenID, or --connection"),
        (["--brin", "99XA", "--oidc", "--metadata", "x"], "give --metadata for SAML"),
        (["--brin", "99XA", "--connection", "idp-x"], "idp-x"),
        (["--brin", "99XA", "--metadata", "weg.xml"], "can not read weg.xml"),
        (["--brin", "99XA", "--oidc"], "needs --issuer, --client-id, --client-secret-file"),
        (["--brin", "99XA", "--oidc", "--issuer", "https://x.example"], "needs --client-id"),
    ],
)
def test_a_wrong_school_is_refused_with_its_reason_and_not_added(
    operator: Operator, options: list[str], says: str
) -> None:
    assert says in operator.refused("school", "add", *WHO, *options)
    assert operator.read("school", "list") == []


@pytest.mark.parametrize(
    ("given", "says"),
    [("voornaam", "write NAME=ATTRIBUTE"), ("=sn", "write NAME=ATTRIBUTE"), ("x=bsn", "'bsn'")],
)
def test_a_wrong_mapping_is_refused(
    operator: Operator, secret: Path, given: str, says: str
) -> None:
    add = ("school", "add", "--brin", "99XB", *WHO, *oidc(secret))
    assert says in operator.refused(*add, "--map", given)


def imported(operator: Operator, tmp_path: Path, content: bytes) -> Path:
    connection = operator.read("school", "list")[0]["connection"].encode()
    file = tmp_path / "schools.csv"
    file.write_bytes(content.replace(b"CONNECTION", connection))
    return file


def test_many_schools_come_from_a_file_and_the_bad_ones_are_named(
    operator: Operator, school: str, tmp_path: Path
) -> None:
    rows = "99XB,Zuid,Zonstad,CONNECTION\n99XC,West,Zonstad,idp-x\n99XA,Nog eens,X,CONNECTION\n"
    file = imported(operator, tmp_path, b"\xef\xbb\xbfbrin,name,town,connection\n" + rows.encode())
    done = operator.run("school", "import", file)
    assert done.output == "1 schools added, 2 left out\n"
    assert "99XC: " in done.error
    assert "99XA: " in done.error
    assert [each["brin"] for each in operator.read("school", "list")] == ["99XA", "99XB"]


def test_a_file_without_a_column_is_refused(
    operator: Operator, school: str, tmp_path: Path
) -> None:
    file = imported(operator, tmp_path, b"brin,name,town\n99XB,Zuid,Zonstad\n")
    assert operator.refused("school", "import", file) == "the file has no column 'connection'"


@pytest.mark.parametrize(
    "content",
    [
        b"brin,name,town,connection\n99XB,Caf\xe9,Zonstad,CONNECTION\n",
        b"brin,name,town,connection\n99XB,Zuid\n",
    ],
    ids=["not UTF-8", "a short row"],
)
def test_a_file_that_can_not_be_read_is_refused(
    operator: Operator, school: str, tmp_path: Path, content: bytes
) -> None:
    operator.refused("school", "import", imported(operator, tmp_path, content))

"""`ketenpoort school set`, and what `school add` does not take in silence."""

import json
from pathlib import Path

import pytest

from tests.operations.command import Operator

WHO = ("--name", "De Kade", "--town", "Dorp aan Zee")
ENTRA = "https://login.microsoftonline.com"
TENANT = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text("geheim")
    return file


def openid(secret: Path, issuer: str = "https://inloggen.dekade.example") -> tuple[str, ...]:
    client = ("--client-id", "poort", "--client-secret-file", str(secret))
    return ("school", "add", "--brin", "99XB", *WHO, "--oidc", "--issuer", issuer, *client)


def test_a_connections_settings_change_and_the_rest_stays(operator: Operator, school: str) -> None:
    operator.good(
        "school", "set", school, "--map", "voornaam=givenName", "--signed", "response",
        "--subject-attribute", "uid", "--announce-return", "https://portaal.example/",
    )  # fmt: skip
    operator.good("school", "set", school, "--brin-scoping", "--town", "Zonstad")
    shown = operator.read("school", "show", school)
    assert (shown["name"], shown["town"]) == ("De Kade", "Zonstad")
    assert shown["announce_returns"] == ["https://portaal.example/"]
    assert {"attribute_map", "brin_scoping", "signed", "subject_attribute"} <= {
        *shown["configured"]
    }
    assert "single_sign_on" in shown["configured"]


def test_an_empty_text_takes_away_what_was_said(operator: Operator, school: str) -> None:
    said = ("--map", "x=sn", "--announce-return", "https://portaal.example/")
    flags = ("--brin-scoping", "--allow-unsolicited")
    operator.good("school", "set", school, *said, "--digi-delivery-id", "12", *flags)
    assert {"brin_scoping", "unasked"} <= {*operator.read("school", "show", school)["configured"]}
    none = ("--map", "", "--announce-return", "", "--digi-delivery-id", "")
    operator.good("school", "set", school, *none, "--no-brin-scoping", "--no-allow-unsolicited")
    shown = operator.read("school", "show", school)
    assert (shown["announce_returns"], shown["digi_delivery_id"]) == ([], None)
    assert not {"attribute_map", "brin_scoping", "unasked"} & {*shown["configured"]}


def test_it_says_for_which_schools_the_connection_changed(operator: Operator, school: str) -> None:
    connection = operator.read("school", "list")[0]["connection"]
    operator.good("school", "add", "--brin", "99XC", *WHO, "--connection", connection)
    said = operator.good("school", "set", "99XC", "--signed", "response")
    assert said == "changed its connection, which is that of 99XA, 99XC\n"
    assert operator.good("school", "set", "99XC", "--name", "West") == "changed 99XC\n"
    assert [each["name"] for each in operator.read("school", "list")] == ["De Kade", "West"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--map", "x"], "write NAME=ATTRIBUTE"),
        (["--announce-return", "geen-adres"], "--announce-return geen-adres"),
        (["--name", ""], "a school has a --name and a --town"),
        (["--tenant", "x", "--client-id", "y"], "SAML; leave out --client-id, --tenant"),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(
    operator: Operator, school: str, options: list[str], says: str
) -> None:
    before = operator.read("school", "show", school)
    assert says in operator.refused("school", "set", school, "--town", "Elders", *options)
    assert operator.read("school", "show", school) == before


def test_an_openid_school_gets_another_secret(
    operator: Operator, secret: Path, tmp_path: Path
) -> None:
    operator.good(*openid(secret))
    other = tmp_path / "other"
    other.write_text("")
    said = operator.refused("school", "set", "99XB", "--client-secret-file", other)
    assert said == "the client secret file is empty"
    other.write_text("nieuw-geheim")
    operator.good("school", "set", "99XB", "--client-secret-file", other)
    assert "--signed" in operator.refused("school", "set", "99XB", "--signed", "response")


def test_options_beside_a_connection_are_refused_by_name(operator: Operator, school: str) -> None:
    connection = operator.read("school", "list")[0]["connection"]
    add = ("school", "add", "--brin", "99XC", *WHO, "--connection", connection)
    said = operator.refused(*add, "--signed", "assertion", "--map", "x=sn", "--metadata", "y.xml")
    assert said == "--connection is set up already; leave out --metadata, --signed, --map"
    said = operator.refused(*add, "--certificate", "y.pem", "--unsigned", "--allow-unsolicited")
    assert said.endswith("leave out --certificate, --unsigned, --allow-unsolicited")
    operator.good(*add)


@pytest.mark.parametrize(
    ("issuer", "options", "says"),
    [
        (f"{ENTRA}/common/v2.0", ["--tenant", TENANT], "is of no one tenant"),
        (f"{ENTRA}/organizations/v2.0", ["--tenant", TENANT], "is of no one tenant"),
        (f"{ENTRA}/{TENANT}/v2.0", [], "give the school's --tenant"),
        (f"{ENTRA}/{TENANT}/v2.0", ["--hosted-domain", "kade.example"], "give Entra ID's --tenant"),
        ("https://accounts.google.com", [], "give the school's --hosted-domain"),
        ("https://inloggen.dekade.example", ["--signed", "response"], "OpenID; leave out --signed"),
        ("https://inloggen.dekade.example", ["--unsigned"], "OpenID; leave out --unsigned"),
        ("https://inloggen.dekade.example", ["--allow-unsolicited"], "--allow-unsolicited"),
    ],
)
def test_what_could_let_nobody_in_is_refused(
    operator: Operator, secret: Path, issuer: str, options: list[str], says: str
) -> None:
    assert says in operator.refused(*openid(secret, issuer), *options)
    assert operator.read("school", "list") == []


def test_entra_and_google_with_what_they_need_are_added(operator: Operator, secret: Path) -> None:
    operator.good(*openid(secret, f"{ENTRA}/{TENANT}/v2.0"), "--tenant", TENANT)
    assert "--tenant" in operator.refused("school", "set", "99XB", "--tenant", "")
    operator.good("school", "remove", "99XB")
    operator.good(*openid(secret, "https://accounts.google.com"), "--hosted-domain", "kade.example")


def test_a_connection_without_schools_is_removed(operator: Operator, school_metadata: Path) -> None:
    operator.good("metadata", "import", school_metadata)
    (row,) = json.loads(operator.good("metadata", "list", "--json"))
    said = operator.good("metadata", "remove", row["connection"])
    assert said == f"removed {row['connection']}\n"
    assert operator.read("metadata", "list") == []


def test_a_connection_with_schools_stays(operator: Operator, school: str) -> None:
    connection = operator.read("school", "list")[0]["connection"]
    assert school in operator.refused("metadata", "remove", connection)
    assert operator.read("metadata", "list")

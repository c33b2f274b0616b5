"""Suppliers, services and schools by command: what is printed, what is refused and how."""

import json
from pathlib import Path

import pytest

from tests.operations.command import Operator

NOT_THERE = [
    ("supplier", "show", "sup-x"),
    ("supplier", "remove", "sup-x"),
    ("service", "show", "svc-x"),
    ("service", "remove", "svc-x"),
    ("service", "off", "svc-x"),
    ("link", "remove", "abc"),
    ("school", "show", "99XZ"),
    ("school", "remove", "99XZ"),
    ("school", "set", "99XZ"),
    ("metadata", "remove", "idp-x"),
]


@pytest.mark.parametrize("command", NOT_THERE, ids=" ".join)
def test_what_is_not_there_is_named_with_the_way_to_see_what_is(
    operator: Operator, command: tuple[str, ...]
) -> None:
    said = operator.refused(*command)
    assert command[-1] in said
    assert f"ketenpoort {command[0]} list" in said


@pytest.mark.parametrize("kind", ["supplier", "service", "school", "link"])
def test_an_empty_list_says_none_and_is_an_empty_json_list(operator: Operator, kind: str) -> None:
    assert operator.good(kind, "list") == "none\n"
    assert operator.read(kind, "list") == []


def test_a_supplier_is_added_shown_and_removed(operator: Operator, supplier: str) -> None:
    record = {"id": supplier, "name": "De Linde", "key_version": 1, "national_eckid": False}
    assert operator.read("supplier", "list") == [record]
    assert operator.read("supplier", "show", supplier) == {**record, "services": []}
    assert operator.good("supplier", "remove", supplier) == f"removed {supplier}\n"
    assert operator.read("supplier", "list") == []


def test_a_supplier_with_the_national_value_shows_so_in_every_overview(
    operator: Operator, service_metadata: Path, school: str
) -> None:
    owner = operator.good("supplier", "add", "--name", "De Eik", "--national-eckid").strip()
    options = ("--supplier", owner, "--metadata", service_metadata)
    service = operator.good("service", "add", *options).strip()
    assert operator.read("supplier", "list")[0]["national_eckid"] is True
    assert operator.read("service", "list")[0]["national_eckid"] is True
    assert operator.read("service", "show", service)["national_eckid"] is True
    shown = operator.read("release", "show", "--school", school, "--service", service)["attributes"]
    (row,) = [row for row in shown if row["attribute"] == "eckId"]
    assert row["purpose"] == "the national ECK iD, allowed by the operator"


def test_a_supplier_with_services_is_not_removed(
    operator: Operator, supplier: str, service: str
) -> None:
    said = operator.refused("supplier", "remove", supplier)
    assert said == f"supplier {supplier} has services ({service}); remove those first"
    operator.good("service", "remove", service)
    operator.good("supplier", "remove", supplier)


def test_a_saml_service_takes_its_addresses_from_its_metadata(
    operator: Operator, service: str
) -> None:
    shown = operator.read("service", "show", service)
    assert (shown["protocol"], shown["identifier"]) == ("saml", "https://rekenen.linde.example")
    assert shown["targets"] == ["https://rekenen.linde.example/"]
    assert shown["asks"] == ["givenName: De leraar ziet wie er werkt."]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_an_openid_clients_secret_is_printed_once_and_kept_nowhere(
    operator: Operator, supplier: str, form: list[str]
) -> None:
    uri = ("--redirect-uri", "https://lezen.linde.example/callback")
    printed = operator.good("service", "add", "--supplier", supplier, "--oidc", *uri, *form)
    secret = printed.split()[-1].strip('"}')
    assert len(secret) >= 43
    (listed,) = operator.read("service", "list")
    if form:
        assert json.loads(printed) == {
            "id": listed["id"],
            "protocol": "oidc",
            "client_id": listed["id"],
            "client_secret": secret,
        }
    assert listed["id"] in printed
    assert secret not in operator.good("service", "show", listed["id"], "--json")
    files = [path for path in operator.directory.rglob("*") if path.is_file()]
    assert not [path for path in files if secret.encode() in path.read_bytes()]


WRONG_SERVICES = [
    (["--oidc"], "an OpenID client needs at least one --redirect-uri"),
    ([], "give --metadata for SAML, --oidc with --redirect-uri, or --lti"),
    (["--metadata", "weg.xml"], "can not read weg.xml: No such file or directory"),
    (["--oidc", "--redirect-uri", "http://lezen.linde.example/x"], "http://lezen.linde.example/x"),
    (["--oidc", "--redirect-uri", "https://127.0.0.1/x"], "https://127.0.0.1/x"),
    (["--oidc", "--redirect-uri", "https://a.example/x#y"], "https://a.example/x#y"),
    (["--oidc", "--redirect-uri", "https://a.example/", "--attribute", "mail"], "NAME=PURPOSE"),
    (["--oidc", "--redirect-uri", "https://a.example/", "--attribute", "mail= "], "NAME=PURPOSE"),
    (
        ["--oidc", "--redirect-uri", "https://a.example/", "--attribute", "bsn=x"],
        "no attribute 'bsn'",
    ),
    (
        ["--oidc", "--redirect-uri", "https://a.example/", "--target", "https://a.example/../"],
        "more than one way",
    ),
    (
        [
            "--oidc",
            "--redirect-uri",
            "https://a.example/",
            "--start-address",
            "https://a.example/s",
        ],
        "needs {target}",
    ),
]


@pytest.mark.parametrize(("options", "says"), WRONG_SERVICES)
def test_a_wrong_service_is_refused_with_its_reason_and_not_added(
    operator: Operator, supplier: str, options: list[str], says: str
) -> None:
    assert says in operator.refused("service", "add", "--supplier", supplier, *options)
    assert operator.read("service", "list") == []


def test_a_service_of_nobody_is_refused(operator: Operator, service_metadata: Path) -> None:
    options = ("--supplier", "sup-x", "--metadata", service_metadata)
    assert "sup-x" in operator.refused("service", "add", *options)


def test_a_service_is_registered_once(
    operator: Operator, supplier: str, service: str, service_metadata: Path
) -> None:
    options = ("--supplier", supplier, "--metadata", service_metadata)
    assert "https://rekenen.linde.example" in operator.refused("service", "add", *options)


def test_metadata_of_the_other_side_is_refused(
    operator: Operator, supplier: str, school_metadata: Path, service_metadata: Path
) -> None:
    said = operator.refused("service", "add", "--supplier", supplier, "--metadata", school_metadata)
    assert said == "the metadata describes no service provider"
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    said = operator.refused("school", "add", *who, "--metadata", service_metadata)
    assert said == "the metadata describes no identity provider"


def test_a_service_is_switched_off_and_on(operator: Operator, service: str) -> None:
    assert operator.good("service", "off", service) == f"{service} is off\n"
    assert operator.read("service", "list")[0]["active"] is False
    assert operator.good("service", "on", service) == f"{service} is on\n"
    assert operator.read("service", "list")[0]["active"] is True

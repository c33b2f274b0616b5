"""LTI tools by command: what is registered, what is refused and how."""

from pathlib import Path

import pytest

from tests.actors.keys import new_ec_key, rsa_key
from tests.actors.scripted_tool import public_pem
from tests.operations.command import Operator

LOGIN = ("--initiate-login-uri", "https://lab.example/login")
LAUNCH = ("--redirect-uri", "https://lab.example/launch")
ADD = ("service", "add", "--lti", "--name", "Lab")


def test_tool_is_added_and_shown(operator: Operator, supplier: str) -> None:
    added = operator.read(
        *ADD, "--supplier", supplier, *LOGIN, *LAUNCH, "--jwks-uri", "https://lab.example/jwks",
        "--deep-linking-uri", "https://lab.example/kies", "--custom", "wie=$User.id",
        "--custom", "som=1=1", "--framed", "--members",
    )  # fmt: skip
    assert added["client_id"] == added["id"]
    shown = operator.read("service", "show", added["id"])
    assert shown["protocol"] == "lti"
    assert shown["targets"] == ["https://lab.example/"]
    assert shown["custom"] == ["wie=$User.id", "som=1=1"]
    assert shown["framed"] is True
    assert [scope.rpartition("/")[2] for scope in shown["scopes"]] == ["contextmembership.readonly"]


def test_tool_has_no_scope_that_it_was_not_given(operator: Operator, supplier: str) -> None:
    added = operator.read(*ADD, "--supplier", supplier, *LOGIN, *LAUNCH)
    assert operator.read("service", "show", added["id"])["scopes"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (LOGIN, "--redirect-uri"),
        (LAUNCH, "--initiate-login-uri"),
        ((*LOGIN, *LAUNCH, "--jwks-uri", "http://lab.example/jwks"), "is not an https: address"),
        ((*LOGIN, "--redirect-uri", "javascript:alert(1)"), "is not a plain address"),
        ((*LOGIN, *LAUNCH, "--deep-linking-uri", "https://lab.example/#a"), "plain address"),
        ((*LOGIN, *LAUNCH, "--custom", "niveau"), "NAME=VALUE"),
        ((*LOGIN, *LAUNCH, "--custom", "=2"), "NAME=VALUE"),
        ((*LOGIN, *LAUNCH, "--public-key", "/nergens.pem"), "can not read"),
    ],
)
def test_tool_that_can_not_work_is_refused(
    operator: Operator, supplier: str, options: tuple[str, ...], words: str
) -> None:
    assert words in operator.refused(*ADD, "--supplier", supplier, *options)
    assert operator.read("service", "list") == []


def test_public_key_must_be_an_rsa_key(operator: Operator, supplier: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    for text, words in ((public_pem(new_ec_key()), "RSA"), ("geen sleutel", "PEM")):
        file.write_text(text)
        said = operator.refused(
            *ADD, "--supplier", supplier, *LOGIN, *LAUNCH, "--public-key", str(file)
        )
        assert words in said
    file.write_text(public_pem(rsa_key("lab")))
    operator.good(*ADD, "--supplier", supplier, *LOGIN, *LAUNCH, "--public-key", str(file))


def test_token_is_for_a_supplier_that_is_there(operator: Operator, supplier: str) -> None:
    assert "sup-x" in operator.refused("supplier", "lti-token", "--supplier", "sup-x")
    register = "https://lab.example/register?a=b"
    given = operator.read(
        "supplier", "lti-token", "--supplier", supplier, "--registration-uri", register
    )
    assert given["address"].startswith(f"{register}&openid_configuration=")
    again = operator.read("supplier", "lti-token", "--supplier", supplier)
    assert again["registration_token"] != given["registration_token"]

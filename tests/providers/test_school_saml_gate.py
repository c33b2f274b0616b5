"""Ids of a Response, however they are spelled (SAML Core §1.3.4; XML Signature wrapping)."""

import pytest

from gateway.errors import MalformedAnswer
from providers.schools.saml.gate import SAML, SAMLP, parse_response


def response(attribute: str) -> bytes:
    """A Response with the ID `_one`, and an assertion with one more attribute."""
    return (
        f'<p:Response xmlns:p="{SAMLP[1:-1]}" xmlns:a="{SAML[1:-1]}" xmlns:x="urn:x" ID="_one">'
        f'<a:Assertion ID="_two" x:kind="_one" Identity="_one" {attribute}/></p:Response>'
    ).encode()


@pytest.mark.parametrize("name", ["id", "Id", "iD", "xml:id", "x:ID", "x:Id"])
def test_an_id_that_is_there_twice_is_refused_in_any_spelling(name: str) -> None:
    with pytest.raises(MalformedAnswer, match="an ID is there twice"):
        parse_response(response(f'{name}="_one"'))


def test_another_attribute_of_the_same_value_is_no_id() -> None:
    assert parse_response(response('xml:id="_three"')).get("ID") == "_one"

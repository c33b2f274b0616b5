"""Our own entities by the Metadata Query Protocol (draft-young-md-query, and its SAML profile)."""

import hashlib
from urllib.parse import quote

import pytest
from lxml import etree

from tests.parts.gateway import Gateway

OWN = ("/saml/metadata", "/school/saml/metadata")


@pytest.fixture(scope="module")
def store() -> str:
    """What we say of ourselves does not depend on it."""
    return "sqlite"


@pytest.mark.parametrize("path", OWN)
def test_an_entity_is_found_by_its_id_and_by_its_digest(gateway: Gateway, path: str) -> None:
    """§3.1.1, and §2.1 of the SAML profile: `{sha1}` and the digest in hex."""
    entity_id = gateway.base + path
    for name in (entity_id, "{sha1}" + hashlib.sha1(entity_id.encode()).hexdigest()):
        answer = gateway.get("/saml/mdq/entities/" + quote(name, safe=""))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/samlmetadata+xml"
        root = etree.fromstring(answer.content)
        assert root.get("entityID") == entity_id
        assert root.find("{http://www.w3.org/2000/09/xmldsig#}Signature") is not None


@pytest.mark.parametrize("name", ["https://elsewhere.example", "{sha1}" + "0" * 40, "x" * 3000])
def test_another_entity_is_not_there(gateway: Gateway, name: str) -> None:
    assert gateway.get("/saml/mdq/entities/" + quote(name, safe="")).status_code == 404

"""pysaml2 as a supplier: it reads our metadata and verifies our answers with xmlsec1."""

from pathlib import Path

import pytest
import saml2
import saml2.client
import saml2.config

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL
from tests.interop.federation import Federation
from tests.parts.registration import add_saml_service, add_supplier

BASE = "http://pysaml2.test"
ACS = f"{BASE}/acs"


@pytest.fixture
def client(federation: Federation, tmp_path: Path) -> saml2.client.Saml2Client:
    keys = rsa_key(BASE)
    (tmp_path / "sp.key").write_text(keys.key)
    (tmp_path / "sp.crt").write_text(keys.certificate)
    endpoints = {"assertion_consumer_service": [(ACS, saml2.BINDING_HTTP_POST)]}
    configuration = saml2.config.SPConfig().load(
        {
            "entityid": f"{BASE}/metadata",
            "allow_unknown_attributes": True,
            "key_file": str(tmp_path / "sp.key"),
            "cert_file": str(tmp_path / "sp.crt"),
            "metadata": {"inline": [federation.gateway.idp_metadata()]},
            "service": {
                "sp": {
                    "endpoints": endpoints,
                    "authn_requests_signed": True,
                    "want_assertions_signed": True,
                    # Its default is a signed response as well; a signed assertion is the proof.
                    "want_response_signed": False,
                }
            },
        }
    )
    return saml2.client.Saml2Client(configuration)


def test_pysaml2_accepts_our_answer(federation: Federation, client: saml2.client.Saml2Client):
    metadata = str(saml2.metadata.entity_descriptor(client.config))
    add_saml_service(
        federation.gateway, add_supplier(federation.gateway, "Uitgeverij Iep"), metadata
    )
    request_id, request = client.prepare_for_authenticate(
        relay_state="opgave-9", sigalg="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    )
    with Browser([BASE]) as browser:
        chooser = browser.open(dict(request["headers"])["Location"])
        page = federation.schools["simplesamlphp"].choose_and_login(browser, chooser)
    fields = page.message.fields
    answer = client.parse_authn_request_response(
        fields["SAMLResponse"], saml2.BINDING_HTTP_POST, {request_id: "/"}
    )
    assert fields["RelayState"] == "opgave-9"
    assert answer.ava["eduPersonAffiliation"] == [PUPIL.affiliation]
    assert answer.name_id.text not in PUPIL.secrets

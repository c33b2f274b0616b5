"""Schools on ADFS and Entra ID: their answers in the very form in which those write them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.actors import vendor_answers
from tests.actors.saml_metadata import idp_metadata
from tests.actors.saml_xml import Element
from tests.actors.scripted_school import ReceivedRequest
from tests.actors.scripted_supplier import Received
from tests.flows.hub import Hub, answer_fields, hinted, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_saml_school, add_supplier, grant
from tests.parts.registration import add_saml_service as add_service

ADFS, ENTRA = "99XG", "99XH"
ADFS_ISSUER = "http://adfs.esdoorn.test/adfs/services/trust"
ENTRA_ISSUER = f"https://sts.windows.net/{vendor_answers.TENANT}/"
ASKED = ["givenName", "sn", "mail", "displayName", "nlEduPersonUnit", "nlEduPersonRealId"]
SSO = "http://school.test/adfs/ls/"

Made = Callable[[ReceivedRequest], Element]


@dataclass(frozen=True)
class Vendors:
    hub: Hub

    def received(self, brin: str, made: Made) -> Received:
        """What the service learns when the school sends this."""
        with self.hub.browser() as browser:
            supplier = self.hub.supplier
            request = supplier.request()
            page = browser.open(hinted(supplier.redirect_url(request, None), brin))
            page = self.hub.post(browser, made(asked := self.hub.asked_of_school(page)), asked)
            return supplier.receive(answer_fields(page), request)

    def adfs(self, asked: ReceivedRequest) -> Element:
        return vendor_answers.adfs(ADFS_ISSUER, *self._ours(), asked.id, self.hub.school.keys)

    def entra(self, asked: ReceivedRequest, **changes: str) -> Element:
        keys = self.hub.school.keys
        return vendor_answers.entra(ENTRA_ISSUER, *self._ours(), asked.id, keys, **changes)

    def _ours(self) -> tuple[str, str]:
        return self.hub.school.gateway.entity_id, self.hub.school.acs


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    with run_directory("gateway") as directory:
        gateway = Gateway(directory)
        with run_gateway(gateway), run_hub(gateway) as hub:
            for brin, issuer in ((ADFS, ADFS_ISSUER), (ENTRA, ENTRA_ISSUER)):
                metadata = idp_metadata(issuer, SSO, [hub.school.keys])
                add_saml_school(gateway, brin, f"School {brin}", "Voorbeelddam", metadata)
            gateway.ketenpoort("service", "remove", hub.service)
            service = add_service(
                gateway,
                add_supplier(gateway, "Uitgeverij Els"),
                hub.supplier.metadata(),
                attributes=dict.fromkeys(ASKED, "Voor deze test"),
            )
            for brin in (ADFS, ENTRA):
                grant(gateway, brin, service, *ASKED)
            yield Vendors(hub)


def test_adfs_in_its_own_form(vendors: Vendors):
    """Claim addresses, milliseconds, a Consent, a context of its own; the NameID is the account."""
    received = vendors.received(ADFS, vendors.adfs)
    assert received.attributes["eduPersonAffiliation"] == ["student"]
    assert received.attributes["nlEduPersonHomeOrganizationId"] == [ADFS]
    assert received.attributes["givenName"] == ["Sanne"]
    assert received.attributes["sn"] == ["van der Wouden"]
    assert received.attributes["displayName"] == ["Sanne van der Wouden"]
    assert received.attributes["mail"] == ["sanne.wouden@esdoorn.test"]
    assert received.attributes["nlEduPersonUnit"] == ["2B", "Techniek"]
    assert received.attributes["nlEduPersonRealId"] == ["sanne.wouden@esdoorn.test"]


def test_entra_in_its_own_form(vendors: Vendors):
    """The lasting id is the object's, not the mail address in the NameID; the tenant and how
    the person signed in go no further."""
    received = vendors.received(ENTRA, vendors.entra)
    assert received.attributes["eduPersonAffiliation"] == ["student"]
    assert received.attributes["displayName"] == ["Sanne van der Wouden"]
    assert received.attributes["mail"] == ["Sanne.Wouden@esdoorn.test"]
    assert received.attributes["nlEduPersonUnit"] == ["2B"]
    assert received.attributes["nlEduPersonRealId"] == ["Sanne.Wouden@esdoorn.test"]
    assert vendor_answers.TENANT not in str(received)
    assert vendor_answers.OBJECT_ID not in str(received)


def test_entra_object_id_in_another_case_is_the_same_person(vendors: Vendors):
    """RFC 9562 §4: a GUID is read in any case."""
    first = vendors.received(ENTRA, vendors.entra)
    capitals = vendor_answers.OBJECT_ID.upper()
    again = vendors.received(ENTRA, lambda asked: vendors.entra(asked, object_id=capitals))
    other = vendor_answers.OBJECT_ID[:-1] + "1"
    somebody = vendors.received(ENTRA, lambda asked: vendors.entra(asked, object_id=other))
    assert first.attributes["eckId"] == again.attributes["eckId"]
    assert first.attributes["eckId"] != somebody.attributes["eckId"]


def test_entra_answer_by_adfs_issuer_is_refused(vendors: Vendors):
    """Two schools that share a signing key are two schools all the same."""
    with vendors.hub.browser() as browser:
        supplier = vendors.hub.supplier
        page = browser.open(hinted(supplier.redirect_url(supplier.request(), None), ADFS))
        asked = vendors.hub.asked_of_school(page)
        page = vendors.hub.post(browser, vendors.entra(asked), asked)
        assert "KP-214" in page.words

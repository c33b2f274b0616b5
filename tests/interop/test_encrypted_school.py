"""SimpleSAMLphp that encrypts its assertions (SAML Core §2.3.4): AES-128-CBC in a signed response."""

from tests.actors.browser import Browser
from tests.actors.journey import choose_school
from tests.actors.people import PUPIL
from tests.actors.saml_xml import decode, find
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.parts.gateway import Gateway
from tests.parts.registration import add_saml_school, add_saml_service, add_supplier
from tests.parts.simplesamlphp_idp import run_simplesamlphp


def test_encrypted_assertion_is_read(gateway: Gateway):
    supplier = ScriptedSupplier(gateway.idp_metadata())
    add_saml_service(gateway, add_supplier(gateway, "Uitgeverij Linde"), supplier.metadata())
    request = supplier.request()
    with (
        run_simplesamlphp([gateway.sp_metadata()], encrypt=True) as school,
        Browser([supplier.base]) as browser,
    ):
        add_saml_school(gateway, PUPIL.brin, "Esdoorn College", "Voorbeelddam", school.metadata())
        chooser = browser.open(supplier.redirect_url(request))
        page = school.login(browser, choose_school(browser, chooser, "Esdoorn College"), PUPIL)
        (posted,) = (hop for hop in browser.hops if "SAMLResponse" in hop.request.fields)
        assert find(decode(posted.request.fields["SAMLResponse"]), "./saml:EncryptedAssertion")
        assert supplier.receive(page.message.fields, request).name_id

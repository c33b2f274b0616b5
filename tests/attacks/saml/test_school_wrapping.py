"""Signatures wrapped around another assertion than the school made (`lti-and-oidc.md` C2)."""

import pytest
import xmlsec

from tests.actors.browser import Browser
from tests.actors.saml_xml import find
from tests.attacks.saml.stage import Stage, refuse
from tests.attacks.saml.wrapping import OF_RESPONSES, SHAPES, VERIFYING, copied

MALFORMED = ("KP-210", 400)


@pytest.mark.parametrize("shape", [name for name in SHAPES if name not in OF_RESPONSES])
def test_wrapped_assertion(stage: Stage, browser: Browser, shape: str):
    login = stage.begin(browser)
    refuse(login, SHAPES[shape](copied(login.honest.build())), MALFORMED)


@pytest.mark.parametrize("shape", SHAPES)
def test_wrapped_response_of_a_school_that_signs_its_responses(
    stage: Stage, browser: Browser, shape: str
):
    login = stage.begin(browser, stage.second_school)
    refuse(login, SHAPES[shape](copied(login.honest.build())), MALFORMED)


@pytest.mark.parametrize("shape", VERIFYING)
def test_wrapped_signature_still_verifies(stage: Stage, browser: Browser, shape: str):
    """These attacks are real: who looks at the signature alone is deceived."""
    login = stage.begin(browser)
    signing = login.signing
    answer = {"signing": None, "response_signing": signing} if shape in OF_RESPONSES else {}
    document = copied(SHAPES[shape](copied(login.answer(**answer).build())))
    xmlsec.tree.add_ids(document, ["ID"])
    (found,) = find(document, "//ds:Signature")
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        login.school.keys.certificate, xmlsec.constants.KeyDataFormatCertPem
    )
    context.verify(found)

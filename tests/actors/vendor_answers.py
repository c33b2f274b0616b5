"""Responses in the very form in which ADFS and Entra ID write them; every value is invented."""

import re

import xmlsec
from lxml import etree

from tests.actors.keys import KeyPair
from tests.actors.saml_xml import Element, instant, new_id, parse

TENANT = "0f3c6a52-5d1e-4b7a-9b58-7f0e2a6d9c11"
OBJECT_ID = "3b1e5c7a-94d2-4f60-8a3e-1c2d4e6f8a90"

_ADFS = """\
<samlp:Response ID="{id}" Version="2.0" IssueInstant="{now}" Destination="{acs}" \
Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified" InResponseTo="{request}" \
xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">\
<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</Issuer>\
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success" /></samlp:Status>\
<Assertion ID="{assertion}" IssueInstant="{now}" Version="2.0" \
xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Issuer>{issuer}</Issuer>\
<Subject><NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">\
ESDOORN\\sanne.wouden</NameID>\
<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
<SubjectConfirmationData InResponseTo="{request}" NotOnOrAfter="{soon}" Recipient="{acs}" />\
</SubjectConfirmation></Subject>\
<Conditions NotBefore="{now}" NotOnOrAfter="{soon}"><AudienceRestriction>\
<Audience>{audience}</Audience></AudienceRestriction></Conditions>\
<AttributeStatement>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn">\
<AttributeValue>sanne.wouden@esdoorn.test</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname">\
<AttributeValue>ESDOORN\\sanne.wouden</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname">\
<AttributeValue>Sanne</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname">\
<AttributeValue>van der Wouden</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/claims/CommonName">\
<AttributeValue>Sanne van der Wouden</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress">\
<AttributeValue>sanne.wouden@esdoorn.test</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/claims/Group">\
<AttributeValue>2B</AttributeValue><AttributeValue>Techniek</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/role">\
<AttributeValue>student</AttributeValue></Attribute>\
</AttributeStatement>\
<AuthnStatement AuthnInstant="{now}" SessionIndex="{assertion}"><AuthnContext>\
<AuthnContextClassRef>urn:federation:authentication:windows</AuthnContextClassRef>\
</AuthnContext></AuthnStatement></Assertion></samlp:Response>"""

_ENTRA = """\
<samlp:Response ID="{id}" Version="2.0" IssueInstant="{now}" Destination="{acs}" \
InResponseTo="{request}" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">\
<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</Issuer>\
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>\
<Assertion ID="{assertion}" IssueInstant="{now}" Version="2.0" \
xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Issuer>{issuer}</Issuer>\
<Subject><NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">\
Sanne.Wouden@esdoorn.test</NameID>\
<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
<SubjectConfirmationData InResponseTo="{request}" NotOnOrAfter="{soon}" Recipient="{acs}"/>\
</SubjectConfirmation></Subject>\
<Conditions NotBefore="{now}" NotOnOrAfter="{soon}"><AudienceRestriction>\
<Audience>{audience}</Audience></AudienceRestriction></Conditions>\
<AttributeStatement>\
<Attribute Name="http://schemas.microsoft.com/identity/claims/tenantid">\
<AttributeValue>{tenant}</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/identity/claims/objectidentifier">\
<AttributeValue>{object_id}</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/identity/claims/displayname">\
<AttributeValue>Sanne van der Wouden</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/groups">\
<AttributeValue>2B</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/identity/claims/identityprovider">\
<AttributeValue>{issuer}</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/claims/authnmethodsreferences">\
<AttributeValue>http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password\
</AttributeValue>\
<AttributeValue>http://schemas.microsoft.com/claims/multipleauthn</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname">\
<AttributeValue>Sanne</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname">\
<AttributeValue>van der Wouden</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress">\
<AttributeValue>Sanne.Wouden@esdoorn.test</AttributeValue></Attribute>\
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name">\
<AttributeValue>Sanne.Wouden@esdoorn.test</AttributeValue></Attribute>\
<Attribute Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/role">\
<AttributeValue>student</AttributeValue></Attribute>\
</AttributeStatement>\
<AuthnStatement AuthnInstant="{now}" SessionIndex="{assertion}"><AuthnContext>\
<AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef>\
</AuthnContext></AuthnStatement></Assertion></samlp:Response>"""


def adfs(issuer: str, audience: str, acs: str, request: str, keys: KeyPair) -> Element:
    """As ADFS 2019: the assertion signed, `ds` its prefix, the certificate in KeyInfo."""
    words = {"issuer": issuer, "audience": audience, "acs": acs, "request": request}
    return _signed(_ADFS.format(**_times(), **words), keys, prefix="ds")


def entra(
    issuer: str, audience: str, acs: str, request: str, keys: KeyPair, object_id: str = OBJECT_ID
) -> Element:
    """As Entra ID: the assertion signed in a default namespace."""
    words = {"issuer": issuer, "audience": audience, "acs": acs, "request": request}
    ids = {"tenant": TENANT, "object_id": object_id}
    return _signed(_ENTRA.format(**_times(), **words, **ids), keys, prefix=None)


def _times() -> dict[str, str]:
    """Both write milliseconds, and let their answers hold for an hour."""
    milliseconds = re.compile("Z$")
    return {
        "id": new_id(),
        "assertion": new_id(),
        "now": milliseconds.sub(".513Z", instant(-1)),
        "soon": milliseconds.sub(".513Z", instant(3600)),
    }


def _signed(document: str, keys: KeyPair, prefix: str | None) -> Element:
    response = parse(document)
    assertion = response[-1]
    signature = xmlsec.template.create(
        assertion,
        xmlsec.constants.TransformExclC14N,
        xmlsec.constants.TransformRsaSha256,
        ns=prefix,
    )
    assertion.insert(1, signature)
    reference = xmlsec.template.add_reference(
        signature, xmlsec.constants.TransformSha256, uri="#" + assertion.get("ID", "")
    )
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    data = xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    xmlsec.template.x509_data_add_certificate(data)
    xmlsec.tree.add_ids(assertion, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(keys.key, xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(keys.certificate, xmlsec.constants.KeyDataFormatPem)
    context.sign(signature)
    return parse(etree.tostring(response))

"""Namespaces of SAML messages, as lxml writes them, and its status codes."""

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"

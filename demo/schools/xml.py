"""XML as the SAML school needs it: strict reading, plain building."""

from lxml import etree

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"saml": SAML, "samlp": SAMLP, "md": MD, "ds": DS}


def parse(document: bytes) -> etree._Element:
    """Reads without DTD, entities or network. Raises ValueError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a document type declaration is not accepted")
    return root


def attribute(element: etree._Element, name: str) -> str:
    """The attribute's value. Raises ValueError where it is missing."""
    value = element.get(name)
    if not value:
        raise ValueError(f"{element.tag} has no {name}")
    return str(value)


def build(name: str, *content: etree._Element | str, **attributes: str) -> etree._Element:
    """An element named by prefix, as `saml:Issuer`, with its content in order."""
    prefix, _, local = name.partition(":")
    element = etree.Element(f"{{{NAMES[prefix]}}}{local}", attributes, {prefix: NAMES[prefix]})
    for one in content:
        if isinstance(one, str):
            element.text = one
        else:
            element.append(one)
    return element


def write(element: etree._Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")

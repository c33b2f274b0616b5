"""What a verified assertion says of the person (SAML Core §2.4, §2.7)."""

from collections.abc import Iterable

from lxml import etree

from gateway.core.identify import Asserted
from gateway.errors import MalformedAnswer, OutOfTime
from gateway.trust.metadata.names import TRANSIENT
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import XmlRefused, child, children, only_child, text_of

from .gate import SAML
from .verify import VerifiedAssertion

_UIDS = (
    "uid",
    "urn:oid:0.9.2342.19200300.100.1.1",
    "urn:mace:dir:attribute-def:uid",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
)
# Where there is nothing of those and no NameID that lasts; after them, so that nobody becomes
# another person when a school adds one. SAML2Int SP15; of ADFS the NameID as an attribute, and the
# account's own number.
_LAST = (
    "urn:oasis:names:tc:SAML:attribute:subject-id",
    "urn:oasis:names:tc:SAML:attribute:pairwise-id",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/privatepersonalidentifier",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarysid",
)
_VALUES_LIMIT = 200
_VALUE_LENGTH_LIMIT = 4096
_UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"


def read_assertion(verified: VerifiedAssertion, now: float, skew: int) -> Asserted:
    """The person in the school's own words; raises MalformedAnswer, OutOfTime."""
    assertion = verified.element
    try:
        attributes = _attributes(assertion)
        statement = only_child(assertion, f"{SAML}AuthnStatement")
        at = read_saml_time(statement.get("AuthnInstant") or "")
        context = child(statement, f"{SAML}AuthnContext", f"{SAML}AuthnContextClassRef")
        name_id = child(assertion, f"{SAML}Subject", f"{SAML}NameID")
        subject = _first(attributes, _UIDS) or _lasting(name_id) or _first(attributes, _LAST)
        said = _UNSPECIFIED if context is None else text_of(context)
    except (XmlRefused, ValueError) as error:
        raise MalformedAnswer(str(error)) from error
    if at - now > skew:
        raise OutOfTime("AuthnInstant lies in the future")
    return Asserted(subject, attributes, min(at, int(now)), said or _UNSPECIFIED)


def _attributes(assertion: etree._Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for attribute in children(assertion, f"{SAML}AttributeStatement", f"{SAML}Attribute"):
        values = found.setdefault(attribute.get("Name") or "", [])
        values.extend(_values(children(attribute, f"{SAML}AttributeValue")))
        if len(values) > _VALUES_LIMIT:
            raise XmlRefused("an attribute with too many values")
    return found


def _values(elements: Iterable[etree._Element]) -> Iterable[str]:
    """Texts; a NameID as a value (eduPersonTargetedID) is passed over."""
    for element in elements:
        if len(element) == 0:
            value = text_of(element)
            if len(value) > _VALUE_LENGTH_LIMIT:
                raise XmlRefused("an attribute value that is too long")
            yield value


def _first(attributes: dict[str, list[str]], names: Iterable[str]) -> str:
    return next((values[0] for name in names if (values := attributes.get(name))), "")


def _lasting(name_id: etree._Element | None) -> str:
    """The NameID, unless it is another one at each login."""
    if name_id is None or name_id.get("Format") == TRANSIENT:
        return ""
    return text_of(name_id)

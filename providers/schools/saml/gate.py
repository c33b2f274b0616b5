"""What stands before python3-saml: the structure of a Response, and what may be decrypted.

Each rule shuts a door that a published attack used (`reference/lti-and-oidc.md` C2 to C5).
Nothing here is trusted yet: the result is an `UnverifiedResponse`.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import cast

from lxml import etree

from gateway.errors import (
    BadSignature,
    MalformedAnswer,
    UnsignedAnswer,
    WeakAlgorithm,
)
from gateway.trust import base64text
from gateway.trust.xml import MESSAGE_LIMIT, XmlRefused, child, children, parse, parse_message
from gateway.trust.xmldsig import (
    DS,
    SignatureForm,
    SignatureRefused,
    VerificationKey,
    WeakSignature,
    signature_of,
    verified_bytes,
)

from .decrypt import Decryptor, needs_signature

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_ASSERTION, _ENCRYPTED = f"{SAML}Assertion", f"{SAML}EncryptedAssertion"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
# In any spelling; to look at the length first takes half of the time.
_ids = etree.XPath(
    "//@*[string-length(local-name()) = 2][translate(local-name(), 'ID', 'id') = 'id']",
    smart_strings=False,
)
_RESPONSE_CHILDREN = {
    f"{SAML}Issuer",
    f"{{{DS}}}Signature",
    f"{SAMLP}Status",
    _ASSERTION,
    _ENCRYPTED,
}


@dataclass(frozen=True, slots=True)
class UnverifiedResponse:
    """A Response of the right shape. `plain` has its assertion decrypted, else is `document`."""

    document: etree._Element
    plain: etree._Element
    response_form: SignatureForm | None
    assertion_form: SignatureForm | None

    @property
    def encrypted(self) -> bool:
        return self.plain is not self.document


def decode(field: str) -> bytes:
    """The bytes of a posted SAMLResponse; raises MalformedAnswer."""
    if len(field) > MESSAGE_LIMIT * 2:
        raise MalformedAnswer("the response is too large")
    try:
        return base64text.decode(field)
    except ValueError as error:
        raise MalformedAnswer("the response is not base64") from error


def parse_response(data: bytes) -> etree._Element:
    """A Response without anything that does not belong in it; without an assertion only when its
    status is not success. Raises MalformedAnswer."""
    try:
        root = parse_message(data)
    except XmlRefused as error:
        raise MalformedAnswer(str(error)) from error
    if root.tag != f"{SAMLP}Response":
        raise MalformedAnswer("not a Response")
    _check_structure(root)
    return root


def open_response(
    root: etree._Element, decryptor: Decryptor, keys: Iterable[VerificationKey]
) -> UnverifiedResponse:
    """Decrypt where needed and find the signatures; raises SchoolError.

    `keys` are the school's; only for what must be signed before it is decrypted.
    """
    encrypted = child(root, _ENCRYPTED)
    if encrypted is not None and needs_signature(encrypted):
        _check_signed(deepcopy(root), keys)
    plain = decrypted(root, decryptor)
    return UnverifiedResponse(root, plain, _form(root), _form(assertion_of(plain)))


def assertion_of(plain: etree._Element) -> etree._Element:
    """The assertion of a Response in which none is encrypted."""
    return children(plain, _ASSERTION)[0]


def decrypted(root: etree._Element, decryptor: Decryptor) -> etree._Element:
    """The Response, or a copy with its assertion decrypted; raises SchoolError."""
    encrypted = child(root, _ENCRYPTED)
    if encrypted is None:
        return root
    assertion = decryptor.decrypt(encrypted)
    if assertion.tag != _ASSERTION:
        raise MalformedAnswer("what was encrypted is not an Assertion")
    whole = _put_in(root, assertion)
    _check_structure(whole)
    return whole


def _put_in(root: etree._Element, assertion: etree._Element) -> etree._Element:
    """As text: moved as an element it would take over the prefixes around it, where the signature
    covers its own. No message that was read has a processing instruction."""
    copy = deepcopy(root)
    encrypted = children(copy, _ENCRYPTED)[0]
    copy.replace(encrypted, etree.ProcessingInstruction("assertion", "here"))
    before, _, after = etree.tostring(copy).partition(b"<?assertion here?>")
    return parse(before + etree.tostring(assertion, with_tail=False) + after)


def _form(element: etree._Element) -> SignatureForm | None:
    try:
        return signature_of(element)
    except WeakSignature as error:
        raise WeakAlgorithm(str(error)) from error
    except SignatureRefused as error:
        raise UnsignedAnswer(str(error)) from error


def _check_signed(root: etree._Element, keys: Iterable[VerificationKey]) -> None:
    form = _form(root)
    if form is None:
        raise WeakAlgorithm("encryption in CBC mode is accepted in a signed response alone")
    try:
        verified_bytes(form, keys)
    except SignatureRefused as error:
        raise BadSignature(str(error)) from error


def _check_structure(root: etree._Element) -> None:
    """One assertion, at its place, or none from a school that refused; signatures at theirs; ids
    once (wrapping: XSW 1 to 8)."""
    if {child.tag for child in root} - _RESPONSE_CHILDREN:
        raise MalformedAnswer("an element that does not belong in a Response")
    assertions = list(root.iter(_ASSERTION, _ENCRYPTED))
    if len(assertions) != 1 and (assertions or _says_success(root)):
        raise MalformedAnswer("not exactly one assertion")
    if any(assertion.getparent() is not root for assertion in assertions):
        raise MalformedAnswer("an assertion out of its place")
    for signature in root.iter(f"{{{DS}}}Signature"):
        if signature.getparent() not in (root, *assertions):
            raise MalformedAnswer("a signature out of its place")
    if len(list(root.iter(f"{SAMLP}Response"))) != 1:
        raise MalformedAnswer("a Response in a Response")
    ids = cast("list[str]", _ids(root))
    if len(ids) != len(set(ids)):
        raise MalformedAnswer("an ID is there twice")


def _says_success(root: etree._Element) -> bool:
    codes = children(root, f"{SAMLP}Status", f"{SAMLP}StatusCode")
    return len(codes) != 1 or codes[0].get("Value") == _SUCCESS

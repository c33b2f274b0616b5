"""Enveloped XML signatures as SAML uses them (SAML Core §5.4): one Reference, to the parent.

Signing: canonicalise, digest, sign; 1 RSA signature and 2 hashes, no XML library state.
Verifying returns the bytes that the signature covers; whoever reads, reads those.
"""

import base64
import hashlib
import hmac
from collections.abc import Container, Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree

from gateway.core.ports import Signer
from gateway.trust import base64text
from gateway.trust.algorithms import SIGNATURE_METHODS, PublicKey, is_made_by
from gateway.trust.xml import XmlRefused, canonical, child, children, parse, text_of

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = DS + "enveloped-signature"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

DIGESTS = {
    SHA256: hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
_C14NS = {EXC_C14N, EXC_C14N + "WithComments"}
_MIN_RSA_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
# Each is looked for at every element, before it is known who signed.
_PREFIXES_LIMIT = 16


class SignatureRefused(ValueError):
    """The signature is absent, of a form that we do not accept, or wrong."""


class WeakSignature(SignatureRefused):
    """The signature uses an algorithm or key that is not strong enough."""


def signature_over(canonical_form: str, element_id: str, signer: Signer) -> str:
    """The Signature to put into an element that is written in its canonical form; so is it."""
    digest = base64.b64encode(hashlib.sha256(canonical_form.encode()).digest()).decode()
    signed_info = (
        f'<ds:SignedInfo xmlns:ds="{DS}">'
        f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{signer.xml_algorithm}"></ds:SignatureMethod>'
        f'<ds:Reference URI="#{element_id}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
        f'<ds:Transform Algorithm="{EXC_C14N}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
    value = base64.b64encode(signer.sign_xml(signed_info.encode())).decode()
    # Canonical inside the Signature too, which a signature around this one may cover.
    written = signed_info.replace(f' xmlns:ds="{DS}"', "", 1)
    return (
        f'<ds:Signature xmlns:ds="{DS}">{written}'
        f"<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509Certificate>{signer.certificate}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></ds:Signature>"
    )


def sign_first(element: etree._Element, signer: Signer) -> None:
    """Sign `element`, which has an ID, with the Signature as its first child (Metadata §3)."""
    signature = signature_over(canonical(element).decode(), element.get("ID") or "", signer)
    element.insert(0, etree.fromstring(signature))


@dataclass(frozen=True, slots=True)
class SignatureForm:
    """A signature whose form was checked, not yet its value."""

    signature: etree._Element
    parent: etree._Element
    method: str
    digest_method: str
    digest_value: bytes
    prefixes: list[str]


def signature_of(element: etree._Element) -> SignatureForm | None:
    """The checked form of an element's own signature, None when it has none.

    Raises SignatureRefused: more than one, several SignedInfo or References, a Reference to
    something else, transforms or algorithms that are not allowed (SAML Core §5.4.2, §5.4.4),
    or an Object, which SAML has no use for.
    """
    signatures = children(element, f"{{{DS}}}Signature")
    if not signatures:
        return None
    if len(signatures) > 1:
        raise SignatureRefused("more than one signature in an element")
    signature = signatures[0]
    info = _only(signature, "SignedInfo")
    reference = _only(info, "Reference")
    if reference.get("URI") != f"#{element.get('ID')}":
        raise SignatureRefused("the signature refers to something else than its parent")
    if child(signature, f"{{{DS}}}Object") is not None:
        raise SignatureRefused("an Object in the signature")
    _check_algorithm(_only(info, "CanonicalizationMethod"), {EXC_C14N})
    method = _only(info, "SignatureMethod")
    _check_algorithm(method, SIGNATURE_METHODS)
    digest = _only(reference, "DigestMethod")
    _check_algorithm(digest, DIGESTS)
    return SignatureForm(
        signature=signature,
        parent=element,
        method=str(method.get("Algorithm")),
        digest_method=str(digest.get("Algorithm")),
        digest_value=_base64(_only(reference, "DigestValue")),
        prefixes=_transforms(reference),
    )


def signed_bytes(form: SignatureForm) -> bytes:
    """What the signature covers, canonical, its digest compared; raises SignatureRefused.

    The signature leaves its element, as the enveloped-signature transform wants it.
    """
    _drop(form.signature)
    covered = _canonical(form.parent, form.prefixes)
    if not hmac.compare_digest(DIGESTS[form.digest_method](covered).digest(), form.digest_value):
        raise SignatureRefused("the signed content was changed")
    return covered


def verify(element: etree._Element, keys: Iterable["VerificationKey"]) -> etree._Element:
    """The signed part of `element`, read again from the bytes that one of the keys signed.

    Raises SignatureRefused. KeyInfo is not looked at: keys come from metadata alone.
    """
    form = signature_of(element)
    if form is None:
        raise SignatureRefused("not signed")
    return parse(verified_bytes(form, keys))


def verified_bytes(form: SignatureForm, keys: Iterable["VerificationKey"]) -> bytes:
    """What one of the keys signed, as `signed_bytes` gives it; raises SignatureRefused."""
    check_value(form, keys)
    return signed_bytes(form)


def check_value(form: SignatureForm, keys: Iterable["VerificationKey"]) -> None:
    """Verify the signature's value against the keys; raises SignatureRefused.

    It proves SignedInfo alone, with the digest in it: what was signed is `signed_bytes`.
    """
    signed_info = _canonical(_only(form.signature, "SignedInfo"))
    value = _base64(_only(form.signature, "SignatureValue"))
    if not any(is_made_by(key.public, form.method, signed_info, value) for key in keys):
        raise SignatureRefused("no known key made this signature")


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key, read once."""

    public: PublicKey


def verification_key(certificate: str) -> VerificationKey:
    """The key of a certificate in base64 DER; raises WeakSignature, ValueError."""
    der = base64.b64decode(certificate)
    public = x509.load_der_x509_certificate(der).public_key()
    if isinstance(public, rsa.RSAPublicKey):
        if public.key_size < _MIN_RSA_BITS:
            raise WeakSignature(f"an RSA key of {public.key_size} bits")
    elif not isinstance(public, ec.EllipticCurvePublicKey):
        raise WeakSignature("a key that is neither RSA nor EC")
    elif not isinstance(public.curve, _CURVES):
        raise WeakSignature(f"an EC key on {public.curve.name}")
    return VerificationKey(public)


def _transforms(reference: etree._Element) -> list[str]:
    """Check the transforms; the prefixes that are canonicalised inclusively."""
    transforms = list(_only(reference, "Transforms").iterchildren("*"))
    algorithms = [transform.get("Algorithm") for transform in transforms]
    if len(algorithms) != 2 or algorithms[0] != ENVELOPED or algorithms[1] not in _C14NS:  # noqa: PLR2004
        raise SignatureRefused("transforms that are not allowed")
    inclusive = list(transforms[-1].iterchildren("*"))
    if not inclusive:
        return []
    if len(inclusive) > 1 or inclusive[0].tag != f"{{{EXC_C14N}}}InclusiveNamespaces":
        raise SignatureRefused("transforms that are not allowed")
    prefixes = (inclusive[0].get("PrefixList") or "").split()
    if len(prefixes) > _PREFIXES_LIMIT:
        raise SignatureRefused("too many prefixes to canonicalise")
    return prefixes


def _check_algorithm(element: etree._Element, allowed: Container[str]) -> None:
    algorithm = element.get("Algorithm")
    if algorithm not in allowed:
        raise WeakSignature(f"algorithm {algorithm!r} is not accepted")
    if len(element):
        raise SignatureRefused("an algorithm with parameters of its own")


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = children(parent, f"{{{DS}}}{name}")
    if len(found) != 1:
        raise SignatureRefused(f"not exactly one {name}")
    return found[0]


def _canonical(element: etree._Element, prefixes: list[str] | None = None) -> bytes:
    try:
        return canonical(element, prefixes)
    except XmlRefused as error:
        raise SignatureRefused(str(error)) from error


def _base64(element: etree._Element) -> bytes:
    try:
        return base64text.decode(text_of(element))
    except (ValueError, XmlRefused) as error:
        raise SignatureRefused(f"{etree.QName(element).localname} is not base64") from error


def _drop(element: etree._Element) -> None:
    """Remove an element and keep the text behind it."""
    parent = element.getparent()
    assert parent is not None
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)

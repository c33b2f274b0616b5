"""Enveloped XML signatures as SAML uses them (SAML Core §5.4): one Reference, to the parent.

Signing: canonicalise, digest, sign; 1 RSA signature and 2 hashes, no XML library state.
Verifying returns the bytes that the signature covers; whoever reads, reads those.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree

from gateway.core.ports import Signer
from gateway.trust.xml import XmlRefused, canonical, parse, text_of

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = DS + "enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

# SAML2Int ALG01: SHA-256 or better; SHA-1 and HMAC never.
SIGNATURE_METHODS = {
    RSA_SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
}
DIGESTS = {
    SHA256: hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
_C14NS = {EXC_C14N, EXC_C14N + "WithComments"}
_MIN_RSA_BITS = 2048
# Each is looked for at every element, before it is known who signed.
_PREFIXES_LIMIT = 16

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class SignatureRefused(ValueError):
    """The signature is absent, of a form that we do not accept, or wrong."""


class WeakSignature(SignatureRefused):
    """The signature uses an algorithm or key that is not strong enough."""


def sign(element: etree._Element, signer: Signer, after: etree._Element) -> None:
    """Sign `element`, which has an ID, putting the Signature behind `after`, its child."""
    after.addnext(_signature(element, signer))


def sign_first(element: etree._Element, signer: Signer) -> None:
    """Sign `element`, which has an ID, with the Signature as its first child (Metadata §3)."""
    element.insert(0, _signature(element, signer))


def _signature(element: etree._Element, signer: Signer) -> etree._Element:
    digest = base64.b64encode(hashlib.sha256(canonical(element)).digest()).decode()
    signed_info = (
        f'<ds:SignedInfo xmlns:ds="{DS}">'
        f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{signer.xml_algorithm}"></ds:SignatureMethod>'
        f'<ds:Reference URI="#{element.get("ID")}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
        f'<ds:Transform Algorithm="{EXC_C14N}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
    value = base64.b64encode(signer.sign_xml(signed_info.encode())).decode()
    return etree.fromstring(
        f'<ds:Signature xmlns:ds="{DS}">{signed_info}'
        f"<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509Certificate>{signer.certificate}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></ds:Signature>"
    )


@dataclass(frozen=True, slots=True)
class SignatureForm:
    """A signature whose form was checked, not yet its value."""

    signature: etree._Element
    parent: etree._Element
    digest_method: str
    digest_value: bytes
    prefixes: list[str]


def signature_of(element: etree._Element) -> SignatureForm | None:
    """The checked form of an element's own signature, None when it has none.

    Raises SignatureRefused: more than one, several SignedInfo or References, a Reference to
    something else, transforms or algorithms that are not allowed (SAML Core §5.4.2, §5.4.4),
    or an Object, of which xmlsec would open the files that a Manifest in it names.
    """
    signatures = element.findall(f"{{{DS}}}Signature")
    if not signatures:
        return None
    if len(signatures) > 1:
        raise SignatureRefused("more than one signature in an element")
    signature = signatures[0]
    info = _only(signature, "SignedInfo")
    reference = _only(info, "Reference")
    if reference.get("URI") != f"#{element.get('ID')}":
        raise SignatureRefused("the signature refers to something else than its parent")
    if signature.find(f"{{{DS}}}Object") is not None:
        raise SignatureRefused("an Object in the signature")
    _check_algorithm(_only(info, "CanonicalizationMethod"), {EXC_C14N})
    _check_algorithm(_only(info, "SignatureMethod"), SIGNATURE_METHODS)
    digest = _only(reference, "DigestMethod")
    _check_algorithm(digest, set(DIGESTS))
    return SignatureForm(
        signature=signature,
        parent=element,
        digest_method=str(digest.get("Algorithm")),
        digest_value=_base64(_only(reference, "DigestValue")),
        prefixes=_transforms(reference),
    )


def signed_bytes(form: SignatureForm) -> bytes:
    """What the signature covers, canonical, its digest compared; raises SignatureRefused."""
    copy = etree.fromstring(etree.tostring(form.parent, with_tail=False))
    own = copy.find(f"{{{DS}}}Signature")
    if own is None:
        raise SignatureRefused("the signature is gone")
    _drop(own)
    covered = canonical(copy, form.prefixes)
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
    check_value(form, keys)
    return parse(signed_bytes(form))


def check_value(form: SignatureForm, keys: Iterable["VerificationKey"]) -> None:
    """Verify the signature's value against the keys; raises SignatureRefused."""
    xmlsec.tree.add_ids(form.parent, ["ID"])
    for key in keys:
        context = xmlsec.SignatureContext()
        context.key = key.key
        try:
            context.verify(form.signature)
        except xmlsec.Error:
            continue
        return
    raise SignatureRefused("no known key made this signature")


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key, read once, as both libraries want it."""

    key: xmlsec.Key
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
    return VerificationKey(
        xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer), public
    )


def _transforms(reference: etree._Element) -> list[str]:
    """Check the transforms; the prefixes that are canonicalised inclusively."""
    transforms = _only(reference, "Transforms").findall("*")
    algorithms = [transform.get("Algorithm") for transform in transforms]
    if len(algorithms) != 2 or algorithms[0] != ENVELOPED or algorithms[1] not in _C14NS:  # noqa: PLR2004
        raise SignatureRefused("transforms that are not allowed")
    inclusive = transforms[-1].findall("*")
    if not inclusive:
        return []
    if len(inclusive) > 1 or inclusive[0].tag != f"{{{EXC_C14N}}}InclusiveNamespaces":
        raise SignatureRefused("transforms that are not allowed")
    prefixes = (inclusive[0].get("PrefixList") or "").split()
    if len(prefixes) > _PREFIXES_LIMIT:
        raise SignatureRefused("too many prefixes to canonicalise")
    return prefixes


def _check_algorithm(element: etree._Element, allowed: set[str]) -> None:
    algorithm = element.get("Algorithm")
    if algorithm not in allowed:
        raise WeakSignature(f"algorithm {algorithm!r} is not accepted")
    if len(element):
        raise SignatureRefused("an algorithm with parameters of its own")


def _only(parent: etree._Element, name: str) -> etree._Element:
    found: Sequence[etree._Element] = parent.findall(f"{{{DS}}}{name}")
    if len(found) != 1:
        raise SignatureRefused(f"not exactly one {name}")
    return found[0]


def _base64(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join(text_of(element).split()), validate=True)
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

"""The keys in metadata. What counts is the key; its certificate is a wrapping (SAML2Int MD05)."""

import base64
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.utils import CryptographyDeprecationWarning
from lxml import etree

from gateway.trust.metadata.names import MD
from gateway.trust.metadata.problems import Findings
from gateway.trust.xmldsig import DS

_MIN_RSA_BITS = 2048
_MIN_EC_BITS = 256
_FAR_YEARS = 50
_DATA = f"{{{DS}}}KeyInfo/{{{DS}}}X509Data"
_CERTIFICATE = f"{{{DS}}}X509Certificate"


@dataclass(frozen=True, slots=True)
class Keys:
    """The certificates of a role by their use. `damaged`: there were some that do not load."""

    signing: tuple[str, ...]
    encryption: tuple[str, ...]
    damaged: bool


def read_keys(role: etree._Element, findings: Findings, now: float) -> Keys:
    """The usable keys of a role (Metadata §2.4.1.1); a KeyDescriptor without use serves both."""
    uses: dict[str, dict[str, None]] = {"signing": {}, "encryption": {}}
    damaged = False
    for number, descriptor in enumerate(role.iterfind(f"{{{MD}}}KeyDescriptor"), 1):
        use = descriptor.get("use")
        place = f"{etree.QName(role).localname}/KeyDescriptor[{number}]"
        certificates = _certificates(descriptor, place, findings)
        for text in certificates:
            certificate = _usable(
                text, f"{place} ({use or 'signing and encryption'})", findings, now
            )
            damaged = damaged or certificate is None
            for kept in (uses[use],) if use in uses else uses.values():
                if certificate is not None:
                    kept[certificate] = None
    return Keys(tuple(uses["signing"]), tuple(uses["encryption"]), damaged)


def _certificates(descriptor: etree._Element, place: str, findings: Findings) -> list[str]:
    """The first certificate of each X509Data: those behind it are its issuers, not the party."""
    found = []
    for data in descriptor.iterfind(_DATA):
        texts = ["".join((element.text or "").split()) for element in data.iterfind(_CERTIFICATE)]
        found += texts[:1]
        if len(texts) > 1:
            findings.warning(
                place,
                "An X509Data holds several certificates; only the first is used.",
                "Give each key a KeyDescriptor of its own, with one certificate.",
            )
    if not found:
        findings.warning(
            place,
            "It holds no certificate, so its key is not used.",
            "Put the key in as an X509Certificate.",
        )
    return found


def _usable(text: str, place: str, findings: Findings, now: float) -> str | None:
    """A certificate as base64 DER; None, and a warning, when nothing can be done with it."""
    try:
        der = base64.b64decode(text, validate=True)
        certificate = _loaded(der)
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        findings.warning(
            place,
            "The text is not a certificate that can be read.",
            "Copy the certificate again, whole, as base64 without its BEGIN and END lines.",
        )
        return None
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        findings.warning(
            place, "The key is neither RSA nor EC; it is not used.", "Use RSA of 3072 bits."
        )
        return None
    _judge_size(key, place, findings)
    _judge_end(certificate, place, findings, now)
    return base64.b64encode(der).decode()


def load_certificate(text: str) -> x509.Certificate:
    """One that was read before, as base64 DER."""
    return _loaded(base64.b64decode(text))


def _loaded(der: bytes) -> x509.Certificate:
    with warnings.catch_warnings():
        # A serial number of 0, as old certificates of schools have, says nothing of the key.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return x509.load_der_x509_certificate(der)


def _judge_size(
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, place: str, findings: Findings
) -> None:
    """SAML2Int MD06."""
    kind, least = (
        ("RSA", _MIN_RSA_BITS) if isinstance(key, rsa.RSAPublicKey) else ("EC", _MIN_EC_BITS)
    )
    if key.key_size < least:
        findings.warning(
            place,
            f"An {kind} key of {key.key_size} bits is too short; what it signs is not believed.",
            f"Make an {kind} key of at least {least} bits and publish it.",
        )


def _judge_end(certificate: x509.Certificate, place: str, findings: Findings, now: float) -> None:
    end = certificate.not_valid_after_utc
    today = datetime.fromtimestamp(now, UTC)
    if end < today:
        findings.warning(
            place,
            f"The certificate ended on {end.date()}. Its key is used all the same.",
            "Publish a new certificate beside it, then leave the old one out.",
        )
    elif end.year - today.year > _FAR_YEARS:
        findings.warning(
            place,
            f"The certificate ends in the year {end.year}, so nothing will remind of renewing it.",
            "Renew the key every few years all the same.",
        )

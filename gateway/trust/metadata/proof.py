"""What makes a document of metadata believed: its signature and its times (SAML2Int MD02, MD03)."""

import base64
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from gateway.errors import RegistrationRefused
from gateway.trust.metadata.rules import CLOCK_SKEW_S, Rules, day, valid_until
from gateway.trust.xml import XmlRefused, parse
from gateway.trust.xmldsig import (
    SignatureRefused,
    VerificationKey,
    signature_of,
    verification_key,
    verified_bytes,
)

DOCUMENT_LIMIT = 100_000_000
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose signature is believed, and how far ahead its validUntil may lie, in seconds.

    SAML2Int leaves that bound to each federation; many publish for four weeks.
    """

    keys: tuple[VerificationKey, ...]
    max_validity_s: int = 30 * _DAY_S

    @classmethod
    def from_pem(cls, pem: bytes, *, max_validity_s: int = 30 * _DAY_S) -> Self:
        """The federation's certificates as it publishes them; raises RegistrationRefused."""
        try:
            certificates = x509.load_pem_x509_certificates(pem)
            ders = [base64.b64encode(c.public_bytes(Encoding.DER)) for c in certificates]
            return cls(tuple(verification_key(der.decode()) for der in ders), max_validity_s)
        except ValueError as error:
            raise RegistrationRefused(
                f"The federation's certificate can not be used: {error}"
            ) from error


def judge_times(root: etree._Element, rules: Rules, proof: Proof | None) -> None:
    """Refuse a document that has ended; with a proof, one that hardly ever ends (SAML2Int MD03)."""
    try:
        end = valid_until(root)
    except ValueError as error:
        raise RegistrationRefused("The document's validUntil is not a time.") from error
    if end is not None and end < rules.now - CLOCK_SKEW_S and not rules.accept_expired:
        raise RegistrationRefused(
            f"The metadata ended on {day(end)}. Fetch it again where it is published."
        )
    if proof is None:
        return
    if end is None:
        raise RegistrationRefused(
            "The metadata has no validUntil, so an old copy of it could be passed off as new. "
            "Ask its publisher to add one."
        )
    if end > rules.now + proof.max_validity_s + CLOCK_SKEW_S:
        raise RegistrationRefused(
            f"The metadata is valid until {day(end)}, more than "
            f"{proof.max_validity_s // _DAY_S} days ahead. Ask its publisher for a nearer "
            "validUntil, or allow a longer time."
        )


def judge_signature(data: bytes, proof: Proof) -> None:
    """Refuse a document whose root is not signed by one of the proof's keys (SAML2Int MD02)."""
    try:
        form = signature_of(parse(data, limit=DOCUMENT_LIMIT))
        if form is not None:
            verified_bytes(form, proof.keys)
    except (XmlRefused, SignatureRefused) as error:
        raise RegistrationRefused(
            f"The metadata's signature is not accepted: {error}. Fetch the metadata again and "
            "compare the certificate with the one that its publisher gives."
        ) from error
    if form is None:
        raise RegistrationRefused(
            "The metadata is not signed. Fetch it where its publisher gives it signed."
        )

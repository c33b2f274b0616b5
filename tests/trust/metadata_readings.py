"""One entity read, and what is said of it."""

import base64
import datetime as dt
from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.problems import Severity
from gateway.trust.metadata.read import Entity
from tests.actors.keys import rsa_key
from tests.trust.metadata_documents import (
    RULES,
)

CERTIFICATE = rsa_key("party").certificate_base64
OLD = "2020-01-01T00:00:00Z"


def read(document: str, **rules) -> Entity:
    (found,) = read_entities(document.encode(), replace(RULES, **rules), None)
    return found


def said(found: Entity, severity: Severity) -> list[str]:
    return [f"{p.place}: {p.what}" for p in found.problems if p.severity is severity]


def certificate(private, *, end: dt.datetime | None = None, serial: int = 7) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "party")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(serial)
        .not_valid_before(dt.datetime(2015, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(end or dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
        .sign(private, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()

"""ECK iD for the federation: one pseudonym a person a supplier, derived and never stored.

HMAC-SHA-512 under a secret key over the supplier's domain and the person's root. Who holds
one supplier's pseudonyms can not make or link another's. The form is the national one
(`reference/eck-id.md` §3): base, period, 128 lower-case hex digits; the base is our own,
since only the national Nummervoorziening issues under ketenid.nl.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateway.core.disclosures import Whose
from gateway.core.model import Identity, Supplier
from gateway.errors import ConfigurationError

_LABEL = b"ketenpoort eck-id v1"
_OWN_LABEL = b"ketenpoort own pages v1"
_RECORD_LABEL = b"ketenpoort record of disclosures v1"
_MIN_KEY_BYTES = 32
_HOST = re.compile(r"[a-z0-9.-]+")
_PERIOD = re.compile(r"[0-9]{6}")
_NATIONAL = re.compile(r"https://ketenid\.nl/(pilot|[0-9]{6})/[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class PseudonymKey:
    """One version of the key. `period` (yyyymm) is when it was made; both never change."""

    version: int
    period: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < _MIN_KEY_BYTES:
            raise ConfigurationError(f"pseudonym key {self.version} is shorter than 32 bytes")
        if not _PERIOD.fullmatch(self.period):
            raise ConfigurationError(f"pseudonym key {self.version}: the period is six digits")

    def fingerprint(self) -> str:
        """Names the key and tells nothing of it."""
        return hmac.digest(self.secret, _LABEL + b" fingerprint", "sha256").hex()


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key and the base address under which it issues, as both were at its first use."""

    key: PseudonymKey
    base: str


def check_base(base: str) -> str:
    """The base address without its last slash; raises ConfigurationError for ketenid.nl."""
    parts = urlsplit(base)
    host = (parts.hostname or "").rstrip(".")
    if (
        parts.scheme not in {"https", "http"}
        or not _HOST.fullmatch(host)
        or "?" in base
        or "#" in base
    ):
        raise ConfigurationError("eckid_base must be an address such as https://eckid.example.nl")
    if host == "ketenid.nl" or host.endswith(".ketenid.nl"):
        raise ConfigurationError("eckid_base can not lie in ketenid.nl: that is the national one")
    return base.rstrip("/")


def is_national(value: str) -> bool:
    """Whether a value has the form of a national ECK iD; compared byte for byte."""
    return _NATIONAL.fullmatch(value) is not None


class Pseudonyms:
    """Derives ECK iDs under the versions of the key."""

    def __init__(
        self, issuers: Iterable[Issuer], again: Callable[[], Iterable[Issuer]] = tuple
    ) -> None:
        """`again` reads the issuers once more, for a version that was added since."""
        self._issuers = {issuer.key.version: issuer for issuer in issuers}
        self._again = again

    def derive(self, supplier: Supplier, identity: Identity) -> str:
        """The supplier's own ECK iD of a person; raises ConfigurationError without its key.

        A supplier that the operator allowed the national value gets it where the school
        asserted it.
        """
        if supplier.national_eckid and identity.national_eckid:
            return identity.national_eckid
        return self.of_root(supplier, _root(identity))

    def of_gateway(self, identity: Identity) -> str:
        """The gateway's own pseudonym of a person, for its own pages; no supplier can have it."""
        first = self._issuers[min(self._issuers)]
        message = _fields(_OWN_LABEL, _root(identity))
        return hmac.digest(first.key.secret, message, "sha256").hex()

    def record_of(self, identity: Identity) -> Whose:
        """Where the record of what was shared of a person lies, and its key: neither follows from
        anything that is kept."""
        first = self._issuers[min(self._issuers)]
        message = _fields(_RECORD_LABEL, _root(identity))
        digest = hmac.digest(first.key.secret, message, "sha512")
        name = hmac.digest(digest, b"name", "sha256").hex()
        return Whose(name, hmac.digest(digest, b"key", "sha512"))

    def newest_version(self) -> int:
        """The version of the key that a new supplier begins under."""
        self._issuers |= {issuer.key.version: issuer for issuer in self._again()}
        return max(self._issuers)

    def of_root(self, supplier: Supplier, root: bytes) -> str:
        issuer = self._issuers.get(supplier.key_version)
        if issuer is None:
            self._issuers |= {issuer.key.version: issuer for issuer in self._again()}
            issuer = self._issuers.get(supplier.key_version)
        if issuer is None:
            raise ConfigurationError(f"no pseudonym key of version {supplier.key_version}")
        message = _fields(_LABEL, supplier.id.encode(), root)
        digest = hmac.digest(issuer.key.secret, message, "sha512").hex()
        return f"{issuer.base}/{issuer.key.period}/{digest}"


def root_of_national(eckid: str) -> bytes:
    """The root of a person whose school asserts the national ECK iD."""
    return _fields(b"national", eckid.encode())


def root_of_school(brin: str, subject: str) -> bytes:
    """The root of a person known by the school's own unchanging id."""
    return _fields(b"school", brin.encode(), subject.encode())


def _root(identity: Identity) -> bytes:
    if identity.national_eckid:
        return root_of_national(identity.national_eckid)
    return root_of_school(identity.school, identity.subject)


def _fields(*parts: bytes) -> bytes:
    """Join so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def scrypt_hash(personal_number: str, salt: bytes) -> str:
    """The national first-level hash (hPGN): scrypt with Nummervoorziening's parameters.

    Lower-cased, UTF-8, no trimming; N=2^17, r=8, p=4; 64 lower-case hex digits
    (`reference/eck-id.md` §2). Takes about 1.5 s and 128 MiB. Raises ValueError when empty.
    """
    if len(personal_number.strip()) <= 1:
        raise ValueError("the personal number must have two characters or more")
    return hashlib.scrypt(
        personal_number.lower().encode(),
        salt=salt,
        n=131072,
        r=8,
        p=4,
        maxmem=256 * 1024 * 1024,
        dklen=32,
    ).hex()

"""The nouns of the gateway. All are values: frozen, compared by what they hold.

What is not proved has another type than what is: a school's message becomes an `Identity`
only in `providers.schools`, after every check; a supplier's adapter receives a `Release`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

JsonValue = str | int | float | bool | None | list["JsonValue"] | Mapping[str, "JsonValue"]
Json = Mapping[str, JsonValue]

Brin = NewType("Brin", str)
_BRIN = re.compile(r"[0-9]{2}[A-Z]{2}([0-9]{2})?")


def parse_brin(text: str) -> Brin:
    """Read a BRIN of 4 characters or, with its branch, of 6; raises ValueError."""
    value = text.strip().upper()
    if not _BRIN.fullmatch(value):
        raise ValueError(f"a BRIN is like 01AB or, with its branch, 01AB02; not {text[:20]!r}")
    return Brin(value)


def institution(brin: Brin) -> Brin:
    """The BRIN of 4 characters, without the branch."""
    return Brin(brin[:4])


class Affiliation(StrEnum):
    """A person's role, in Entree's words (eduPersonAffiliation)."""

    STUDENT = "student"
    EMPLOYEE = "employee"
    STAFF = "staff"
    AFFILIATE = "affiliate"


@dataclass(frozen=True, slots=True)
class School:
    """A school as the chooser shows it; its identity provider is the connection.

    Whom it asserts `admin_entitlement` of is one of its administrators.
    """

    brin: Brin
    name: str
    town: str
    connection_id: str
    digi_delivery_id: str | None = None
    admin_entitlement: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """An identity provider: it signs for one or more schools.

    `identifier` is what its messages name it by: the SAML entityID or the OpenID issuer.
    `config` is the protocol's own; its adapter reads it once and keeps what it made of it.
    """

    id: str
    protocol: str
    identifier: str
    config: Json
    announce_returns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplier:
    """An organisation that owns services. Its id is its pseudonym domain and never changes."""

    id: str
    name: str
    key_version: int
    national_eckid: bool = False


class BrinForm(StrEnum):
    """The form in which a service wants to know the school."""

    AS_REGISTERED = "registered"
    INSTITUTION = "brin4"
    BRANCH = "brin6"
    DIGI_DELIVERY = "digiDeliveryId"


@dataclass(frozen=True, slots=True)
class Ask:
    """An attribute that a service asks beyond the minimum, and why."""

    attribute: str
    purpose: str


class Standing(StrEnum):
    """How far a service has come: until it is approved, the test school alone reaches it."""

    PENDING = "pending"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Service:
    """One SAML service provider or OpenID client of a supplier.

    `identifier` is the SAML entityID or the client_id. `targets` are address prefixes that
    deep links must lie in. `start_address`, when there is one, is a template for a target
    (`core.links.start_address`). `product_parameter` is the name under which a deep link tells
    the service which product is meant. `about` is what people read of it: texts, contact, logo,
    privacy declaration (`core.about`). `active` is off while the operator has suspended it.
    """

    id: str
    supplier_id: str
    protocol: str
    identifier: str
    name: str
    config: Json
    asks: tuple[Ask, ...] = ()
    targets: tuple[str, ...] = ()
    start_address: str | None = None
    attribute_names: str = "entree"
    brin_form: BrinForm = BrinForm.AS_REGISTERED
    active: bool = True
    product_parameter: str | None = None
    standing: Standing = Standing.APPROVED
    about: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """By whom and when a school let a service know an attribute. Seconds since the epoch."""

    at: int
    by: str


@dataclass(frozen=True, slots=True)
class Grants:
    """What one school decided about one service. No roles, groups or locations named: for all.

    `locations` are BRINs with their branch; `decisions` says of an attribute who decided it.
    """

    attributes: frozenset[str] = frozenset()
    switched_off: bool = False
    roles: frozenset[Affiliation] = frozenset()
    groups: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    decisions: Mapping[str, Decision] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a link is for: everybody, one school, or class groups of one school."""

    school: Brin | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """A deep link: a code that leads to a fragment, or to an address of a service.

    `target` is the address that was meant when it was made; a fragment that moved is followed.
    `maker` is the gateway's own pseudonym of the teacher, `school` that teacher's school; both
    None for a link of the operator or a supplier. `previewed`: whoever has the link, also a
    machine, may see title and school. Times in seconds since the epoch.
    """

    code: str
    service_id: str
    target: str
    created_at: int
    fragment_id: str | None = None
    school: Brin | None = None
    maker: str | None = None
    title: str = ""
    note: str = ""
    valid_from: int | None = None
    valid_until: int | None = None
    audience: Audience = Audience()
    stopped_at: int | None = None
    previewed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a launch ends: an exact place at a service.

    `id` never changes while the place is the same (LTI resource_link.id); `custom` are the
    parameters that an LTI tool gave the place. `way_back` is a path of ours that leads there
    again, where there is one.
    """

    id: str
    target: str
    title: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    way_back: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as proved by a school. Lives in flows and sessions only, sealed.

    `attributes` has vocabulary names and values; `authenticated_at` is in seconds since the
    epoch; `authn_context` is the class that the school asserted. `school_sessions`: by what the
    school may end the session (`core.sessions.named_by_school`).
    """

    school: Brin
    connection_id: str
    subject: str = field(repr=False)
    national_eckid: str | None = field(repr=False)
    affiliations: tuple[Affiliation, ...]
    attributes: Mapping[str, tuple[str, ...]] = field(repr=False)
    authenticated_at: int
    authn_context: str
    school_sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """All that one service may know of one person: the only thing its adapter receives."""

    service_id: str
    pseudonym: str = field(repr=False)
    attributes: Mapping[str, tuple[str, ...]] = field(repr=False)
    authenticated_at: int
    authn_context: str
    session_index: str


@dataclass(frozen=True, slots=True)
class Demands:
    """What a service asks of the login itself.

    `fresh`: the school must ask again (ForceAuthn, prompt=login); `passive`: no page may be
    shown (IsPassive, prompt=none); `max_age`: seconds since the school's login at most;
    `contexts`: the authentication contexts of which it must have one, any when there are none.
    """

    fresh: bool = False
    passive: bool = False
    max_age: int | None = None
    contexts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SupplierRequest:
    """A checked request of a service: answered by its protocol with `payload` as it stored it."""

    service_id: str
    payload: Json
    demands: Demands = Demands()


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A person followed a deep link: ends in the launch of its place, for its audience and for
    those who have a licence of its material. Without a code: opened on the start page."""

    service_id: str
    code: str | None
    place: Place
    audience: Audience = Audience()
    demands: Demands = Demands()
    material_id: str | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A person signs in for a page of the gateway itself; `path` is ours and begins with `/`."""

    path: str
    demands: Demands = Demands()


Beginning = SupplierRequest | LinkRequest | PageRequest


@dataclass(frozen=True, slots=True)
class Question:
    """What we asked a school and are waiting for: `proof` is the protocol's own
    (request id; nonce and verifier)."""

    connection_id: str
    school: Brin
    asked_at: int
    proof: Json


@dataclass(frozen=True, slots=True)
class Flow:
    """One login under way, in one tab. `browser` is the hash of the cookie of the browser
    that it belongs to; none until a cross-site POST has come back as a GET. `unasked`: the school
    sent the person without a question of ours, who has not said yet that this is right."""

    id: str
    begun_at: int
    expires_at: int
    beginning: Beginning
    browser: str | None = None
    school: Brin | None = None
    question: Question | None = None
    identity: Identity | None = None
    answer_digest: str | None = None
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What remains of a flow that has ended, so that Back leads somewhere: to the deep link or
    page of ours (`path`), else to the service, where `place` is what it said of where the
    person was; whether that is an address of its own is still to be seen."""

    service_id: str | None
    path: str | None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in at the gateway, on one device; for which service first, unless it was
    for a page of ours."""

    index: str
    identity: Identity
    expires_at: int
    first_service: str | None

"""What every part of the gateway works with, in one frozen object. No globals."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.api_tokens import ApiTokens
from gateway.core.attributes import Vocabulary
from gateway.core.journeys import FlowStore
from gateway.core.ports import (
    ActBook,
    Audit,
    Catalogue,
    Clock,
    Fetch,
    Gradebook,
    Keyring,
    Ledger,
    Licences,
    Links,
    Locale,
    Random,
    Registry,
    Renewals,
    SchoolProtocol,
    Sealer,
    ServiceBook,
    SessionNames,
    Shelf,
    State,
    SupplierProtocol,
)
from gateway.core.pseudonyms import Pseudonyms
from gateway.core.release import ReleasePolicy
from gateway.core.sessions import SessionStore
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """What the protocols work with."""

    settings: Settings
    clock: Clock
    random: Random
    locale: Locale
    state: State
    registry: Registry
    renewals: Renewals
    links: Links
    keyring: Keyring
    vocabulary: Vocabulary
    release: ReleasePolicy
    flows: FlowStore
    sessions: SessionStore
    pseudonyms: Pseudonyms
    catalogue: Catalogue
    services: ServiceBook
    acts: ActBook
    api_tokens: ApiTokens
    licences: Licences
    gradebook: Gradebook
    shelf: Shelf
    ledger: Ledger
    audit: Audit
    fetch: Fetch  # for who logs in at a school
    errands: Fetch  # for what suppliers have us fetch
    sealer: Sealer
    session_names: SessionNames


@dataclass(frozen=True, slots=True)
class Services:
    """The parts, and the protocols made of them."""

    parts: Parts
    schools: Mapping[str, SchoolProtocol]
    suppliers: Mapping[str, SupplierProtocol]

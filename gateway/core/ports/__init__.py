"""The contracts between the rooms.

    surroundings  time, randomness, the network, secrets, the log
    store         what is kept, for a short while or for good
    replies       what a protocol hands to the web to send, or to do
    protocols     the ways to ask a school, and to tell a service
    keys          our keys
    registering   how a supplier describes a service to us, a school its login
    consoles      what staff and administrators read and write
    passkeys      how staff proves who it is
    feeds         metadata of others by address

Those that are implemented more than once have a suite in `tests/contracts`.
"""

from gateway.core.ports.consoles import ActBook, Books, StaffBook
from gateway.core.ports.feeds import FeedBook, MetadataFeeds
from gateway.core.ports.keys import DecryptionKey, Jwk, JwkSet, KeyOverview, Keyring, Signer
from gateway.core.ports.passkeys import NewKey, Passkeys
from gateway.core.ports.protocols import (
    Departure,
    Errs,
    ExpectedScore,
    Fault,
    Headers,
    HttpRequest,
    Journeys,
    Keep,
    LeadsToTools,
    MultiDict,
    Route,
    Sample,
    SchoolProtocol,
    Shows,
    SupplierProtocol,
    TellsOfLogout,
)
from gateway.core.ports.registering import Checks, Fact, Reading, Registrar, SchoolDescriptions
from gateway.core.ports.replies import (
    Arrived,
    AutoPost,
    Begin,
    Document,
    EndAtSchool,
    Ended,
    Ending,
    EndSession,
    Frame,
    FramedNotice,
    LogoutHeard,
    Notice,
    Outcome,
    PostedNotice,
    Redirect,
    Reply,
    Resume,
)
from gateway.core.ports.store import (
    Catalogue,
    Gradebook,
    Ledger,
    Licences,
    Links,
    Published,
    Record,
    Registry,
    Renewals,
    ServiceBook,
    Shelf,
    State,
    Whereabouts,
)
from gateway.core.ports.surroundings import (
    Audit,
    Clock,
    Fetch,
    JsonText,
    Locale,
    Random,
    Sealer,
    SessionNames,
)

__all__ = [
    "ActBook",
    "Arrived",
    "Audit",
    "AutoPost",
    "Begin",
    "Books",
    "Catalogue",
    "Checks",
    "Clock",
    "DecryptionKey",
    "Departure",
    "Document",
    "EndAtSchool",
    "EndSession",
    "Ended",
    "Ending",
    "Errs",
    "ExpectedScore",
    "Fact",
    "Fault",
    "FeedBook",
    "Fetch",
    "Frame",
    "FramedNotice",
    "Gradebook",
    "Headers",
    "HttpRequest",
    "Journeys",
    "JsonText",
    "Jwk",
    "JwkSet",
    "Keep",
    "KeyOverview",
    "Keyring",
    "LeadsToTools",
    "Ledger",
    "Licences",
    "Links",
    "Locale",
    "LogoutHeard",
    "MetadataFeeds",
    "MultiDict",
    "NewKey",
    "Notice",
    "Outcome",
    "Passkeys",
    "PostedNotice",
    "Published",
    "Random",
    "Reading",
    "Record",
    "Redirect",
    "Registrar",
    "Registry",
    "Renewals",
    "Reply",
    "Resume",
    "Route",
    "Sample",
    "SchoolDescriptions",
    "SchoolProtocol",
    "Sealer",
    "ServiceBook",
    "SessionNames",
    "Shelf",
    "Shows",
    "Signer",
    "StaffBook",
    "State",
    "SupplierProtocol",
    "TellsOfLogout",
    "Whereabouts",
]

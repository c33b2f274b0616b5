"""Invented parties and people for the rules, and hypothesis' way of making them."""

from dataclasses import dataclass

from hypothesis import strategies as st

import config
from gateway.core.attributes import Vocabulary, load_vocabulary
from gateway.core.model import (
    Affiliation,
    Audience,
    Brin,
    Connection,
    Demands,
    Flow,
    Identity,
    LinkRequest,
    PageRequest,
    Place,
    Question,
    School,
    Service,
    Session,
    Supplier,
    SupplierRequest,
)

NOW = 1_800_000_000
VOCABULARY: Vocabulary = load_vocabulary(config.DIRECTORY / "attributes.toml")
NATIONAL = "https://ketenid.nl/201703/" + "0123456789abcdef" * 8
PASSWORD_CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

SCHOOL = School(Brin("99XA"), "De Kade", "Dorp aan Zee", "idp-one", "digi-99xa")
CONNECTION = Connection("idp-one", "saml", "https://inloggen.dekade.test/idp", {})
SUPPLIER = Supplier("sup-one", "De Linde", key_version=1)
SERVICE = Service(
    "svc-one", SUPPLIER.id, "saml", "https://rekenen.linde.test/metadata", "Rekenen één", {}
)
PUPIL = Identity(
    school=SCHOOL.brin,
    connection_id=CONNECTION.id,
    subject="leerling-1",
    national_eckid=None,
    affiliations=(Affiliation.STUDENT,),
    attributes={"givenName": ("Noor",), "mail": ("noor@dekade.test",)},
    authenticated_at=NOW - 60,
    authn_context=PASSWORD_CONTEXT,
)


@dataclass(slots=True)
class HeldClock:
    """Stands still until it is moved."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


def brins() -> st.SearchStrategy[Brin]:
    return st.from_regex(r"[0-9]{2}[A-Z]{2}([0-9]{2})?", fullmatch=True).map(Brin)


def demands() -> st.SearchStrategy[Demands]:
    ages = st.none() | st.integers(0, 10**6)
    return st.builds(Demands, fresh=st.booleans(), passive=st.booleans(), max_age=ages)


def json_values() -> st.SearchStrategy[object]:
    leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )


def proofs() -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(st.text(), json_values(), max_size=4)


def identities() -> st.SearchStrategy[Identity]:
    values = st.lists(st.text(), max_size=3).map(tuple)
    return st.builds(
        Identity,
        school=brins(),
        connection_id=st.text(),
        subject=st.text(),
        national_eckid=st.none() | st.text(),
        affiliations=st.lists(st.sampled_from(Affiliation), unique=True).map(tuple),
        attributes=st.dictionaries(st.text(), values, max_size=4),
        authenticated_at=st.integers(0, 2**40),
        authn_context=st.text(),
    )


def flows() -> st.SearchStrategy[Flow]:
    requests = st.builds(SupplierRequest, st.text(), proofs(), demands())
    texts = st.dictionaries(st.text(), st.text(), max_size=2)
    places = st.builds(Place, st.text(), st.text(), st.text(), texts)
    audiences = st.builds(Audience, st.none() | brins(), st.frozensets(st.text(), max_size=3))
    maybe = st.none() | st.text()
    links = st.builds(LinkRequest, st.text(), maybe, places, audiences, demands(), maybe)
    pages = st.builds(PageRequest, st.text(), demands())
    questions = st.builds(Question, st.text(), brins(), st.integers(0, 2**40), proofs())
    return st.builds(
        Flow,
        id=st.text(min_size=1),
        begun_at=st.integers(0, 2**40),
        expires_at=st.integers(0, 2**40),
        beginning=requests | links | pages,
        browser=st.none() | st.text(),
        school=st.none() | brins(),
        question=st.none() | questions,
        identity=st.none() | identities(),
        answer_digest=st.none() | st.text(),
    )


def sessions() -> st.SearchStrategy[Session]:
    return st.builds(Session, st.text(), identities(), st.integers(0, 2**40), st.text())

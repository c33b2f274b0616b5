"""From what a school's identity provider asserted to an Identity: the same for all protocols.

A school speaks for its own people only: the BRIN in an identity is one that is registered for
the connection that signed it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gateway.core.attributes import ECK_ID, Vocabulary, affiliations
from gateway.core.model import Brin, Connection, Identity, School, institution, parse_brin
from gateway.core.pseudonyms import is_national
from gateway.errors import ForeignSchool, MissingAttribute

_BRIN_ATTRIBUTES = ("nlEduPersonHomeOrganizationBranchId", "nlEduPersonHomeOrganizationId")
_ROLE = "eduPersonAffiliation"
_SUBJECT_LIMIT = 1024
# RFC 9562 §4: in any case the same; Microsoft's software writes it in both.
_GUID = re.compile(r"\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Asserted:
    """What was proved to come from the identity provider, in its own words.

    `subject` is the protocol's own id of the person, empty when it does not last (transient).
    """

    subject: str = field(repr=False)
    attributes: Mapping[str, Sequence[str]] = field(repr=False)
    authenticated_at: int
    authn_context: str
    school_sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeMapping:
    """How one connection's words are read, from its config.

    `subject_attribute`: the attribute with the person's unchanging id; `names`: asserted name
    to vocabulary name, before the vocabulary's own.
    """

    subject_attribute: str | None
    names: Mapping[str, str]


def mapping_of(connection: Connection) -> AttributeMapping:
    names = connection.config.get("attribute_map") or {}
    subject = connection.config.get("subject_attribute")
    assert isinstance(names, Mapping)
    return AttributeMapping(
        subject_attribute=str(subject) if subject else None,
        names={str(asserted): str(name) for asserted, name in names.items()},
    )


def identify(
    asserted: Asserted,
    connection: Connection,
    schools: Sequence[School],
    chosen: Brin | None,
    vocabulary: Vocabulary,
) -> Identity:
    """The person; `schools` are those of the connection, `chosen` the one that was asked for,
    if one was.

    Raises MissingAttribute, ForeignSchool.
    """
    mapping = mapping_of(connection)
    attributes = _translate(asserted.attributes, mapping.names, vocabulary)
    national = next((v for v in attributes.pop(ECK_ID, ()) if is_national(v)), None)
    return Identity(
        school=_school(attributes, schools, chosen),
        connection_id=connection.id,
        subject=_subject(asserted, mapping),
        national_eckid=national,
        affiliations=affiliations(attributes.pop(_ROLE, ())),
        attributes=attributes,
        authenticated_at=asserted.authenticated_at,
        authn_context=asserted.authn_context,
        school_sessions=asserted.school_sessions,
    )


def _translate(
    raw: Mapping[str, Sequence[str]], names: Mapping[str, str], vocabulary: Vocabulary
) -> dict[str, tuple[str, ...]]:
    """The attributes that we know, under our names; the rest is forgotten here."""
    known: dict[str, tuple[str, ...]] = {}
    mapped = [(names[asserted], raw[asserted]) for asserted in raw if asserted in names]
    other = [(vocabulary.recognise(said), raw[said]) for said in raw if said not in names]
    for name, values in (*mapped, *other):
        if name and name not in known:
            known[name] = tuple(value for value in values if _is_text(value))
    return known


def _is_text(value: str) -> bool:
    """Neither empty nor with a character that no XML can hold (XML 1.0 §2.2)."""
    return value != "" and (value.isprintable() or not _NO_TEXT.search(value))


def _subject(asserted: Asserted, mapping: AttributeMapping) -> str:
    subject = asserted.subject
    if mapping.subject_attribute:
        subject = next(iter(asserted.attributes.get(mapping.subject_attribute, ())), "")
    if not _is_text(subject) or len(subject) > _SUBJECT_LIMIT:
        raise MissingAttribute(f"unchanging id ({mapping.subject_attribute or 'subject'})")
    return subject.lower() if _GUID.fullmatch(subject) else subject


def _school(
    attributes: Mapping[str, Sequence[str]], schools: Sequence[School], chosen: Brin | None
) -> Brin:
    """The school of the person: asserted and registered here, or the connection's only one. Of
    several that are asserted it is the chosen one, else the first."""
    said = _most_precise(list(_brins(attributes)))
    own = {school.brin for school in schools}
    meant = [school for brin in said for school in islice(_candidates(brin, own, chosen), 1)]
    if meant:
        return chosen if chosen is not None and chosen in meant else meant[0]
    if said:
        raise ForeignSchool(f"the answer names {said[0]}, which is not of this connection")
    if len(own) == 1:
        return next(iter(own))
    raise MissingAttribute("nlEduPersonHomeOrganizationId: this connection has several schools")


def _brins(attributes: Mapping[str, Sequence[str]]) -> Iterable[Brin]:
    for name in _BRIN_ATTRIBUTES:
        for value in attributes.get(name, ()):
            try:
                yield parse_brin(value)
            except ValueError as error:
                raise ForeignSchool(f"{name} is not a BRIN") from error


def _most_precise(said: Sequence[Brin]) -> Sequence[Brin]:
    """Without the institution of a branch that is named as well: Entree sends both, and then the
    branch is the person's, whatever was chosen."""
    told = {institution(brin) for brin in said if institution(brin) != brin}
    return [brin for brin in said if brin not in told]


def _candidates(said: Brin, own: set[Brin], chosen: Brin | None) -> Iterable[Brin]:
    """The registered schools that a BRIN may mean: itself, its institution, its only branch."""
    if said in own:
        yield said
    if institution(said) in own:
        yield institution(said)
    branches = {brin for brin in own if len(said) < len(brin) and institution(brin) == said}
    if chosen is not None and chosen in branches:
        yield chosen
    if len(branches) == 1:
        yield from branches

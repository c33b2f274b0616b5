"""Flows, sessions and tombstones as bytes and back, for the short-lived store.

Explicit on purpose: what is kept of a person can be read here, field by field.
"""

from dataclasses import dataclass
from typing import Any

from gateway.core.model import (
    Affiliation,
    Audience,
    Beginning,
    Brin,
    Demands,
    Flow,
    Identity,
    LinkRequest,
    PageRequest,
    Place,
    Question,
    Release,
    Session,
    SupplierRequest,
    Tombstone,
)
from gateway.core.ports import JsonText


@dataclass(frozen=True, slots=True)
class Records:
    json: JsonText

    def encode_flow(self, flow: Flow) -> bytes:
        question, beginning = flow.question, flow.beginning
        return self.json.dumps(
            {
                "id": flow.id,
                "begun": flow.begun_at,
                "expires": flow.expires_at,
                "beginning": _beginning_out(beginning),
                "browser": flow.browser,
                "school": flow.school,
                "question": question
                and [question.connection_id, question.school, question.asked_at, question.proof],
                "identity": flow.identity and _identity_out(flow.identity),
                "digest": flow.answer_digest,
                **({"unasked": True} if flow.unasked else {}),
            }
        )

    def decode_journey(self, data: bytes) -> Flow | Tombstone:
        """A flow, or what remains of one."""
        record = self.json.loads(data)
        if "tombstone" in record:
            return Tombstone(*record["tombstone"])
        question, identity = record["question"], record["identity"]
        return Flow(
            id=record["id"],
            begun_at=record["begun"],
            expires_at=record["expires"],
            beginning=_beginning_in(record["beginning"]),
            browser=record["browser"],
            school=record["school"],
            question=Question(*question) if question else None,
            identity=_identity_in(identity) if identity else None,
            answer_digest=record["digest"],
            unasked="unasked" in record,
        )

    def encode_tombstone(self, stone: Tombstone) -> bytes:
        return self.json.dumps({"tombstone": [stone.service_id, stone.path, stone.place]})

    def encode_session(self, session: Session) -> bytes:
        return self.json.dumps(
            {
                "index": session.index,
                "expires": session.expires_at,
                "first": session.first_service,
                "identity": _identity_out(session.identity),
            }
        )

    def decode_session(self, data: bytes) -> Session:
        record = self.json.loads(data)
        identity = _identity_in(record["identity"])
        return Session(record["index"], identity, record["expires"], record["first"])


def _beginning_out(beginning: Beginning) -> dict[str, Any]:
    demands = beginning.demands
    wanted = [demands.fresh, demands.passive, demands.max_age, *sorted(demands.contexts)]
    common: dict[str, Any] = {"demands": wanted}
    match beginning:
        case SupplierRequest(service_id=service_id, payload=payload):
            return common | {"service": service_id, "payload": payload}
        case LinkRequest(service_id=service_id, code=code, place=place, audience=audience):
            return common | {
                "service": service_id,
                "code": code,
                "place": [place.id, place.target, place.title, place.custom],
                "audience": [audience.school, sorted(audience.groups)],
                "material": beginning.material_id,
            }
        case PageRequest(path=path):
            return common | {"page": path}


def _beginning_in(record: dict[str, Any]) -> Beginning:
    fresh, passive, max_age, *contexts = record["demands"]
    demands = Demands(fresh, passive, max_age, frozenset(contexts))
    if "page" in record:
        return PageRequest(record["page"], demands)
    if "code" in record:
        school, groups = record["audience"]
        audience = Audience(school, frozenset(groups))
        place = Place(*record["place"])
        return LinkRequest(
            record["service"], record["code"], place, audience, demands, record["material"]
        )
    return SupplierRequest(record["service"], record["payload"], demands)


def _identity_out(identity: Identity) -> list[Any]:
    return [
        identity.school,
        identity.connection_id,
        identity.subject,
        identity.national_eckid,
        identity.affiliations,
        identity.attributes,
        identity.authenticated_at,
        identity.authn_context,
        *identity.school_sessions,
    ]


def _identity_in(record: list[Any]) -> Identity:
    school, connection, subject, national, roles, attributes, at, context, *sessions = record
    return Identity(
        school=Brin(school),
        connection_id=connection,
        subject=subject,
        national_eckid=national,
        affiliations=tuple(Affiliation(role) for role in roles),
        attributes={name: tuple(values) for name, values in attributes.items()},
        authenticated_at=at,
        authn_context=context,
        school_sessions=tuple(sessions),
    )


def release_out(release: Release) -> list[Any]:
    """A release as JSON, for the codes and tokens that stand for it."""
    return [
        release.service_id,
        release.pseudonym,
        release.attributes,
        release.authenticated_at,
        release.authn_context,
        release.session_index,
    ]


def release_in(record: list[Any]) -> Release:
    service_id, pseudonym, attributes, at, context, index = record
    values = {name: tuple(found) for name, found in attributes.items()}
    return Release(service_id, pseudonym, values, at, context, index)

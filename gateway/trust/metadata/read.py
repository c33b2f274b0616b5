"""One EntityDescriptor, judged and made into roles (Metadata §2.3.2)."""

import contextlib
import re
from dataclasses import dataclass

from lxml import etree

from gateway.trust.metadata.names import MD, PROTOCOL
from gateway.trust.metadata.problems import Findings, Problem
from gateway.trust.metadata.read_roles import (
    Reading,
    read_identity_provider,
    read_service_provider,
)
from gateway.trust.metadata.roles import IdentityProvider, ServiceProvider
from gateway.trust.metadata.rules import CLOCK_SKEW_S, Rules, day, valid_until
from gateway.trust.xmldsig import DS

_ENTITY_ID_LIMIT = 1024  # Metadata §2.2.1
_INTEROPERABLE_LIMIT = 256  # SAML2Int G04
_SIGNED_INFO = f"{{{DS}}}Signature/{{{DS}}}SignedInfo"


@dataclass(frozen=True, slots=True)
class Entity:
    """What was read of one EntityDescriptor. Without a role it is refused: an error says why.

    `valid_until`: the first end of the entity and the groups that it stands in, in seconds since
    the epoch.
    """

    entity_id: str
    service_provider: ServiceProvider | None
    identity_provider: IdentityProvider | None
    problems: tuple[Problem, ...]
    valid_until: float | None

    @property
    def refused(self) -> bool:
        return self.service_provider is None and self.identity_provider is None


def read_entity(element: etree._Element, rules: Rules) -> Entity:
    """Read an EntityDescriptor. Whatever is in it, a problem is the worst that comes of it."""
    entity_id = element.get("entityID", "").strip()
    findings = Findings(entity_id[:_ENTITY_ID_LIMIT] or "an entity without entityID")
    service, school, end = None, None, None
    if _has_identity(entity_id, findings) and _is_current(element, rules, findings):
        _judge_signature(element, findings)
        end = _first_end(element, rules.now)
        if reading := _reading(element, "SPSSODescriptor", rules, findings):
            service = read_service_provider(reading)
        if reading := _reading(element, "IDPSSODescriptor", rules, findings):
            school = read_identity_provider(reading)
        if not (service or school or findings.has_error()):
            findings.error(
                "EntityDescriptor",
                "It has no role of a service or a school in SAML 2.0.",
                "Add an SPSSODescriptor or IDPSSODescriptor that supports SAML 2.0.",
            )
    return Entity(entity_id, service, school, findings.problems(), end)


def _reading(entity: etree._Element, name: str, rules: Rules, findings: Findings) -> Reading | None:
    """The first role descriptor of a kind that supports SAML 2.0 and has not ended."""
    for role in entity.iterfind(f"{{{MD}}}{name}"):
        if PROTOCOL not in role.get("protocolSupportEnumeration", "").split():
            findings.warning(
                name,
                "This role does not support SAML 2.0; it is left out.",
                "Name SAML 2.0 in its protocolSupportEnumeration.",
            )
        elif _has_not_ended(role, rules, findings):
            entity_id = entity.get("entityID", "").strip()
            return Reading(entity, role, entity_id, rules, findings)
    return None


def _has_identity(entity_id: str, findings: Findings) -> bool:
    """Metadata §2.2.1, SAML2Int G04."""
    place = "EntityDescriptor/@entityID"
    cure = "Give an entityID that is an https: address of your own, of at most 256 characters."
    error = None
    if not entity_id:
        error = "There is no entityID."
    elif len(entity_id) > _ENTITY_ID_LIMIT:
        error = f"The entityID is longer than {_ENTITY_ID_LIMIT} characters."
    elif re.search(r"[\s\x00-\x1f\x7f]", entity_id):
        error = "The entityID has white space in it."
    elif not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:.", entity_id):
        findings.warning(place, "The entityID is not an absolute address or URN.", cure)
    elif len(entity_id) > _INTEROPERABLE_LIMIT:
        findings.warning(place, "The entityID is longer than 256 characters.", cure)
    if error:
        findings.error(place, error, cure)
    return error is None


def _is_current(entity: etree._Element, rules: Rules, findings: Findings) -> bool:
    """Whether neither the entity nor a group that it stands in has ended."""
    holders = (entity, *entity.iterancestors())
    return all(_has_not_ended(holder, rules, findings) for holder in holders)


def _first_end(entity: etree._Element, now: float) -> float | None:
    """Of the entity, its groups, and its roles that have not ended."""
    ends = [valid_until(holder) for holder in (entity, *entity.iterancestors())]
    for role in entity.iterfind("*[@validUntil]"):
        with contextlib.suppress(ValueError):
            end = valid_until(role)
            ends += [end] if end is not None and end >= now - CLOCK_SKEW_S else []
    return min((end for end in ends if end is not None), default=None)


def _has_not_ended(holder: etree._Element, rules: Rules, findings: Findings) -> bool:
    """Metadata §4.3: what has ended is not used, but for old samples."""
    place = f"{etree.QName(holder).localname}/@validUntil"
    try:
        end = valid_until(holder)
    except ValueError:
        findings.error(place, "It is not a time.", "Write it like 2030-01-31T12:00:00Z.")
        return False
    if end is None or end >= rules.now - CLOCK_SKEW_S:
        return True
    say = findings.warning if rules.accept_expired else findings.error
    say(place, f"The metadata ended on {day(end)}.", "Ask the party for its metadata of today.")
    return rules.accept_expired


def _judge_signature(entity: etree._Element, findings: Findings) -> None:
    """SAML2Int ALG01."""
    for info in entity.iterfind(_SIGNED_INFO):
        methods = [*info.iter(f"{{{DS}}}SignatureMethod"), *info.iter(f"{{{DS}}}DigestMethod")]
        if any("sha1" in method.get("Algorithm", "") for method in methods):
            findings.warning(
                "EntityDescriptor/Signature",
                "The metadata is signed with SHA-1, which proves nothing any more.",
                "Sign with RSA-SHA256.",
            )

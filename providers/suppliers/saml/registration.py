"""A service of its metadata: what is wrong with it, what is read, and its next metadata."""

from collections.abc import Iterator
from dataclasses import fields, replace

from gateway.core.findings import Finding, Outcome
from gateway.core.links import origin
from gateway.core.model import Json, Service
from gateway.core.ports import Fact, Reading
from gateway.errors import RegistrationRefused
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.keys import load_certificate
from gateway.trust.metadata.problems import Problem, Severity
from gateway.trust.metadata.roles import ServiceProvider
from gateway.trust.metadata.rules import Rules

from .provider import Provider

_SAID = {"feed", "valid_until", *(each.name for each in fields(ServiceProvider))}
_OUTCOMES = {Severity.ERROR: Outcome.FAIL, Severity.WARNING: Outcome.WARN}


def new_service(entity: ServiceProvider, service_id: str, supplier_id: str) -> Service:
    """A service as its metadata describes it."""
    return Service(
        id=service_id,
        supplier_id=supplier_id,
        protocol="saml",
        identifier=entity.entity_id,
        name=name_of(entity),
        config=entity.to_config(),
        targets=targets_of(entity),
    )


def targets_of(entity: ServiceProvider) -> tuple[str, ...]:
    """Its deep links may lead where its assertion consumer services lie."""
    origins = {origin(consumer.location) + "/": None for consumer in entity.assertion_consumers}
    return tuple(origins)


def name_of(entity: ServiceProvider) -> str:
    names = entity.display_names or entity.organisation_names
    return names.get("nl") or names.get("en") or next(iter(names.values()), entity.entity_id)


def read_description(document: bytes, rules: Rules) -> tuple[ServiceProvider | None, list[Finding]]:
    """The one service of a document, and what is to be said of it."""
    try:
        entities = list(read_entities(document, rules, None))
    except RegistrationRefused as error:
        return None, [_refused("The document", error.detail)]
    findings = [_finding(problem) for entity in entities for problem in entity.problems]
    found = [entity.service_provider for entity in entities if entity.service_provider]
    if len(found) == 1:
        return found[0], findings
    if found:
        wrong = f"It describes {len(found)} services."
        findings.append(_refused("EntitiesDescriptor", wrong, "Give the metadata of one service."))
    elif not any(finding.outcome is Outcome.FAIL for finding in findings):
        wrong = "It describes no service of SAML 2.0."
        findings.append(_refused("EntityDescriptor", wrong, "Give your own, not an IdP's."))
    return None, findings


def renewed(service: Service, document: bytes, rules: Rules) -> Reading:
    """The service with its metadata of today, of the same entityID."""
    role, findings = read_description(document, rules)
    if role is None:
        return Reading(None, tuple(findings))
    if role.entity_id != service.identifier:
        finding = Finding(
            "EntityDescriptor/@entityID",
            Outcome.FAIL,
            role.entity_id,
            service.identifier,
            "Keep the entityID, or register another service.",
        )
        return Reading(None, (*findings, finding))
    changed = described_anew(service, {**role.to_config(), **_own(service)})
    return Reading(changed, (*findings, *_unencrypted(changed)))


def described_anew(known: Service, config: Json) -> Service:
    """What was derived from the old metadata is derived from the new; what people said instead
    stays. So it is whoever brings the metadata: its supplier, the operator, a feed."""
    before, after = (ServiceProvider.from_config(each) for each in (known.config, config))
    name = name_of(after) if known.name == name_of(before) else known.name
    targets = targets_of(after) if known.targets == targets_of(before) else known.targets
    return replace(known, config=config, name=name, targets=targets)


def _own(service: Service) -> Json:
    """What we set on a service ourselves."""
    return {name: value for name, value in service.config.items() if name not in _SAID}


def facts(service: Service) -> Iterator[Fact]:
    """What stands in the metadata, and how the service is answered."""
    provider = Provider(service)
    role = ServiceProvider.from_config(service.config)
    yield Fact("entity_id", (service.identifier,))
    yield Fact("consumers", tuple(each.location for each in role.assertion_consumers))
    yield Fact("logout", tuple(each.location for each in role.single_logout))
    yield Fact("signing_until", tuple(map(_end, role.signing_certificates)))
    yield Fact("encryption_until", tuple(map(_end, role.encryption_certificates)))
    yield Fact("profile", (str(service.config.get("profile", "entree")),))
    yield Fact("name_id", (provider.name_id_format,))
    yield Fact("signed", tuple(_signed(provider)))
    yield Fact("encryption", (provider.encryption.algorithm,) if provider.encryption else ())
    yield Fact("requested", tuple(each.name for each in role.requested_attributes))


def _signed(provider: Provider) -> Iterator[str]:
    if provider.wants_signed_response:
        yield "response"
    if provider.wants_signed_assertion:
        yield "assertion"
    if provider.signs_requests:
        yield "requests"


def _end(certificate: str) -> str:
    return load_certificate(certificate).not_valid_after_utc.date().isoformat()


def _unencrypted(service: Service) -> Iterator[Finding]:
    """Encryption was asked for and there is no key for it any more."""
    wanted = service.config.get("encryption")
    if wanted not in {None, "off"} and Provider(service).encryption is None:
        yield _refused(
            "SPSSODescriptor/KeyDescriptor",
            "Encryption is asked for, and there is no RSA key of 2048 bits to encrypt to.",
            "Add a KeyDescriptor for encryption.",
        )


def _finding(problem: Problem) -> Finding:
    return Finding(problem.place, _OUTCOMES[problem.severity], problem.what, "", problem.cure)


def _refused(place: str, what: str, cure: str = "") -> Finding:
    return Finding(place, Outcome.FAIL, what, "", cure)

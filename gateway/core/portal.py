"""Whom the start page shows what: the services that a school lets a person into."""

from collections.abc import Iterable, Sequence

from gateway.core.access import check_grants
from gateway.core.model import Identity, Service
from gateway.core.ports import Registry
from gateway.core.test_school import in_test
from gateway.errors import GatewayError


def services_for(registry: Registry, identity: Identity) -> Sequence[Service]:
    """The services that the person's school lets this person into, by name."""
    found = (service for service in registry.services() if is_for(registry, service, identity))
    return sorted(found, key=lambda service: service.name.casefold())


def with_picker(services: Iterable[Service]) -> Sequence[Service]:
    """Those at which teachers choose material in the service's own pages (LTI Deep Linking)."""
    return [each for each in services if each.config.get("deep_linking_uri")]


def is_for(registry: Registry, service: Service, identity: Identity) -> bool:
    """Whether schools reach a service and this one lets the person in."""
    grants = registry.grants(identity.school, service.id)
    if not service.active or in_test(service) or grants.switched_off:
        return False
    try:
        check_grants(grants, identity)
    except GatewayError:
        return False
    return True

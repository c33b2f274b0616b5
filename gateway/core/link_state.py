"""Whether a link still leads somewhere, and if not why: for its teacher and for the operator."""

from enum import StrEnum

from gateway.core.model import Brin, Grants, Link, Service
from gateway.core.ports import Registry, Whereabouts
from gateway.core.resolve import place_of
from gateway.core.test_school import in_test
from gateway.errors import (
    FragmentGone,
    GatewayError,
    LinkExpired,
    LinkStopped,
    UnregisteredAddress,
)


class LinkState(StrEnum):
    """What follows when somebody uses the link now."""

    WORKS = "works"
    NOT_YET = "not yet"
    EXPIRED = "expired"
    STOPPED = "stopped"
    GONE = "fragment gone"
    OUTSIDE = "outside the service's addresses"
    SERVICE_OFF = "service switched off"
    SCHOOL_OFF = "switched off by the school"
    SERVICE_REMOVED = "service removed"

    @property
    def is_broken(self) -> bool:
        """Whether it should work and does not: somebody has to mend it."""
        return self in _BROKEN


_BROKEN = frozenset(
    {
        LinkState.GONE,
        LinkState.OUTSIDE,
        LinkState.SERVICE_OFF,
        LinkState.SCHOOL_OFF,
        LinkState.SERVICE_REMOVED,
    }
)
_STATES: dict[type[GatewayError], LinkState] = {
    LinkStopped: LinkState.STOPPED,
    LinkExpired: LinkState.EXPIRED,
    FragmentGone: LinkState.GONE,
    UnregisteredAddress: LinkState.OUTSIDE,
}


def deciding_school(link: Link) -> Brin | None:
    """The school whose decisions a link stands or falls with: whom it is for, or who made it."""
    return link.audience.school or link.school


def state_by(registry: Registry, found: Whereabouts, now: float) -> LinkState:
    """The state of a link by what is registered now."""
    link = found.link
    try:
        service = registry.service(link.service_id)
    except GatewayError:
        return LinkState.SERVICE_REMOVED
    school = deciding_school(link)
    grants = registry.grants(school, link.service_id) if school else Grants()
    return state_of(found, service, grants, now)


def state_of(found: Whereabouts, service: Service | None, grants: Grants, now: float) -> LinkState:
    """`service` is None when it was removed; `grants` are what the deciding school decided about
    it. A link that begins later is judged as it stands."""
    begin = found.link.valid_from or 0
    if service is None:
        return LinkState.SERVICE_REMOVED
    try:
        place_of(found, service, max(now, begin))
    except GatewayError as error:
        return _STATES[type(error)]
    if not service.active or in_test(service):
        return LinkState.SERVICE_OFF
    if grants.switched_off:
        return LinkState.SCHOOL_OFF
    return LinkState.NOT_YET if now < begin else LinkState.WORKS

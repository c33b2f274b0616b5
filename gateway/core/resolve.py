"""Link → fragment → place: what a deep link leads to at this moment.

A link holds a fragment, so it follows when the service moves it; what it leads to must lie in
the addresses that the service registered, whenever the link was made.
"""

from gateway.core.links import is_target
from gateway.core.model import Link, Place, Service
from gateway.core.ports import Whereabouts
from gateway.errors import (
    FragmentGone,
    LinkExpired,
    LinkNotYet,
    LinkStopped,
    UnregisteredAddress,
)


def place_of(found: Whereabouts, service: Service, now: float) -> Place:
    """Where a link leads; raises LinkStopped, LinkNotYet, LinkExpired, FragmentGone,
    UnregisteredAddress."""
    link = found.link
    _check_times(link, now)
    place = _place(found)
    if not is_target(service, place.target):
        raise UnregisteredAddress(f"link {link.code} of service {service.id}")
    return place


def _check_times(link: Link, now: float) -> None:
    if link.stopped_at is not None:
        raise LinkStopped(f"link {link.code}")
    if link.valid_from is not None and now < link.valid_from:
        raise LinkNotYet(f"link {link.code}")
    if link.valid_until is not None and now >= link.valid_until:
        raise LinkExpired(f"link {link.code}")


def _place(found: Whereabouts) -> Place:
    link, fragment = found.link, found.fragment
    if fragment is None:
        return Place(link.code, link.target, link.title)
    if fragment.gone_at is not None or fragment.locator is None:
        raise FragmentGone(f"fragment {fragment.id} of link {link.code}")
    return Place(fragment.id, fragment.locator, link.title or fragment.title, fragment.custom)

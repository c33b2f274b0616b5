"""Link → fragment → place: what a deep link leads to at this moment.

A link holds a fragment, so it follows when the service moves it; what it leads to must lie in
the addresses that the service registered, whenever the link was made.
"""

from dataclasses import replace
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from gateway.core.links import is_target
from gateway.core.materials import Fragment, Material
from gateway.core.model import Link, Place, Service
from gateway.core.ports import Catalogue, Whereabouts
from gateway.errors import (
    FragmentGone,
    GatewayError,
    LinkExpired,
    LinkNotYet,
    LinkStopped,
    UnregisteredAddress,
)


def place_of(found: Whereabouts, service: Service, now: float) -> Place:
    """Where a link leads; raises LinkStopped, LinkNotYet, LinkExpired, FragmentGone,
    UnregisteredAddress."""
    link, fragment = found.link, found.fragment
    _check_times(link, now)
    if fragment is None:
        _check_target(link.target, service)
        return Place(link.code, link.target, link.title)
    nearest = found.nearest.title if found.nearest else None
    return place_in(found.material, fragment, service, link.title, nearest)


def fragment_at(catalogue: Catalogue, service: Service, address: str) -> Fragment | None:
    """The fragment at an address of a service, also at the one that a deep link to it arrives at,
    which says the product."""
    plain = _without_parameter(address, service.product_parameter)
    return catalogue.at_address(service.id, address) or (
        catalogue.at_address(service.id, plain) if plain != address else None
    )


def place_near(found: Whereabouts, service: Service, now: float) -> Place:
    """Where a link leads whose fragment is gone: the nearest place that lives."""
    fragment = found.nearest or found.fragment
    return place_of(replace(found, fragment=fragment, nearest=None), service, now)


def place_in(
    material: Material | None,
    fragment: Fragment,
    service: Service,
    title: str = "",
    nearest: str | None = None,
) -> Place:
    """A fragment's place; raises FragmentGone, which names the nearest, UnregisteredAddress."""
    locator = fragment.locator
    if fragment.gone_at is not None or locator is None:
        raise FragmentGone(f"fragment {fragment.id}", nearest)
    _check_target(locator, service)
    product = fragment.product or (material.product if material else None)
    if product and service.product_parameter and fragment.parent_id is not None:
        locator = _with_parameter(locator, service.product_parameter, product)
    return Place(fragment.id, locator, title or fragment.title, fragment.custom)


def is_valid(link: Link, now: float) -> bool:
    """Whether a link is neither stopped nor of another time."""
    try:
        _check_times(link, now)
    except GatewayError:
        return False
    return True


def _check_times(link: Link, now: float) -> None:
    if link.stopped_at is not None:
        raise LinkStopped(f"link {link.code}")
    if link.valid_from is not None and now < link.valid_from:
        raise LinkNotYet(f"link {link.code}", link.valid_from)
    if link.valid_until is not None and now >= link.valid_until:
        raise LinkExpired(f"link {link.code}", link.valid_until)


def _check_target(address: str, service: Service) -> None:
    if not is_target(service, address):
        raise UnregisteredAddress(f"a link's target at service {service.id}")


def _with_parameter(address: str, name: str, value: str) -> str:
    """The address of a fragment that says by which product a person holds it (Edu-V
    `?product=`); one that says so already stays. Not for the root, whose address is the access
    link: that is one product's own."""
    query = urlsplit(address).query
    if name in dict(parse_qsl(query, keep_blank_values=True)):
        return address
    base, mark, rest = address.partition("#")
    joiner = "&" if query else "?"
    return f"{base.removesuffix('?')}{joiner}{urlencode({name: value})}{mark}{rest}"


def _without_parameter(address: str, name: str | None) -> str:
    """The address as it was before `_with_parameter`; the rest of its query byte for byte."""
    base, mark, rest = address.partition("#")
    path, _, query = base.partition("?")
    kept = [part for part in query.split("&") if unquote_plus(part.partition("=")[0]) != name]
    joined = "&".join(kept)
    return f"{path}{'?' if joined else ''}{joined}{mark}{rest}"

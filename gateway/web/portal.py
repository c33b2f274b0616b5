"""The start page `/`: the materials that the school switched on for this person, in one click.

Opening one is following a link that nobody had to make: `/open/...` begins the same journey.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from gateway.core.access import check_licence, groups_of, teaches
from gateway.core.link_state import LinkState, state_of
from gateway.core.materials import Found, Fragment, Narrowing
from gateway.core.model import Grants, Identity, Link, LinkRequest, Service
from gateway.core.portal import is_for, services_for
from gateway.core.ports import Whereabouts
from gateway.core.resolve import place_of
from gateway.errors import (
    FragmentGone,
    MaterialNotForGroup,
    ServiceNotForSchool,
    UnknownMaterial,
    UnknownService,
)
from gateway.services import Parts, Services
from gateway.web.chooser import hinted_school
from gateway.web.flow import Dispatcher
from gateway.web.replies import redirect
from gateway.web.signed_in import to_sign_in
from gateway.web.visits import is_ahead, nothing_yet

_TILES = 20
_PAGES = 10_000
_LINKS = 8
_FOUND = 20
_LOOKED_AT = 20, 80, 320
"""How many hits are read until enough of them are not withheld."""


@dataclass(frozen=True, slots=True)
class Portal:
    services: Services
    dispatcher: Dispatcher

    def blueprint(self) -> Blueprint:
        pages = Blueprint("portal", __name__)
        pages.get("/")(self.start)
        pages.get("/open/<fragment_id>")(self.open)
        pages.get("/open/service/<service_id>")(self.open_service)
        pages.post("/favourite")(self.mark)
        pages.post("/forget")(self.forget)
        return pages

    def start(self) -> Response:
        session = self.dispatcher.session(request)
        if session is None:
            return make_response(render_template("home.html"))
        query = request.args.get("q", "").strip()[:100]
        page = self._found(session.identity, query) if query else self._tiles(session.identity)
        return make_response(page)

    def _tiles(self, identity: Identity) -> str:
        parts = self.services.parts
        number = _page(request.args)
        first = (number - 1) * _TILES
        services = {service.id: service for service in services_for(parts.registry, identity)}
        hidden = withheld(parts, identity)
        tiles = parts.shelf.tiles(
            parts.pseudonyms.of_gateway(identity),
            services.keys(),
            hidden,
            range(first, first + _TILES + 1),
        )
        return render_template(
            "portal.html",
            school=parts.registry.school(identity.school),
            teaches=teaches(identity),
            links=self._links(identity, services, hidden) if number == 1 else [],
            services=services,
            tiles=tiles[:_TILES],
            number=number,
            more=len(tiles) > _TILES,
            csrf_token=generate_csrf,
        )

    def _found(self, identity: Identity, query: str) -> str:
        parts = self.services.parts
        services = {service.id: service for service in services_for(parts.registry, identity)}
        return render_template(
            "portal_found.html",
            query=query,
            services=services,
            named=[one for one in services.values() if query.casefold() in one.name.casefold()],
            found=self._hits(identity, query, services),
        )

    def _hits(self, identity: Identity, query: str, services: Iterable[str]) -> list[Found]:
        parts = self.services.parts
        hidden, narrowing = withheld(parts, identity), Narrowing(frozenset(services))
        for limit in _LOOKED_AT:
            hits = parts.catalogue.search(query, narrowing, limit)
            shown = [hit for hit in hits if hit.material.id not in hidden]
            if len(shown) >= _FOUND or len(hits) < limit:
                break
        return shown[:_FOUND]

    def _links(
        self, identity: Identity, services: dict[str, Service], hidden: frozenset[str]
    ) -> list[Whereabouts]:
        """Those of the own teachers that lead somewhere now."""
        parts, groups, now = self.services.parts, groups_of(identity), self.services.parts.clock()
        shown = parts.links.shown_to(identity.school, groups, services.keys(), hidden, now)
        return list(islice((one for one in shown if self._works(one, services, now)), _LINKS))

    def _works(self, found: Whereabouts, services: dict[str, Service], now: float) -> bool:
        """Of services that the school has switched on."""
        service = services[found.link.service_id]
        return state_of(found, service, Grants(), now) is LinkState.WORKS

    def open(self, fragment_id: str) -> Response:
        """A place in a material; a heading without an address shows what is below it."""
        parts = self.services.parts
        material, fragment = parts.catalogue.fragment(fragment_id)
        if not material.is_listed:
            raise UnknownMaterial(f"fragment {fragment.id} was picked")
        service = parts.registry.service(material.service_id)
        if fragment.gone_at is None and fragment.locator is None:
            return self._contents(service, material.title, fragment)
        link = Link(fragment.id, service.id, "", 0, fragment.id, title=fragment.title)
        return self._launch(Whereabouts(link, fragment, material), service)

    def open_service(self, service_id: str) -> Response:
        """The start of a service: the first of its addresses."""
        service = self.services.parts.registry.service(service_id)
        if not service.targets:
            raise FragmentGone(f"service {service.id} has no addresses")
        link = Link(service.id, service.id, service.targets[0], 0, title=service.name)
        return self._launch(Whereabouts(link), service)

    def _launch(self, found: Whereabouts, service: Service) -> Response:
        if is_ahead(request):
            return nothing_yet()
        place = place_of(found, service, self.services.parts.clock())
        material_id = found.material.id if found.material else None
        asked = LinkRequest(service.id, None, place, material_id=material_id)
        return self.dispatcher.begin_here(request, asked, hinted_school(self.services))

    def _contents(self, service: Service, title: str, fragment: Fragment) -> Response:
        session = self.dispatcher.session(request)
        if session is None:
            return to_sign_in(request.path)
        parts, identity = self.services.parts, session.identity
        if not is_for(parts.registry, service, identity):
            raise ServiceNotForSchool(f"service {service.id}, school {identity.school}")
        check_licence(parts.licences.groups(identity.school, fragment.material_id), identity)
        page = render_template(
            "contents.html",
            path=[title, *(one.title for one in parts.catalogue.path_to(fragment.id)[1:])],
            fragments=parts.catalogue.parts_of(fragment.id),
        )
        return make_response(page)

    def mark(self) -> Response:
        """`add` or `remove` names the tile."""
        session = self.dispatcher.session(request)
        if session is None:
            return redirect("/", 303)
        parts = self.services.parts
        added, removed = request.form.get("add", ""), request.form.get("remove", "")
        tile = self._known(added or removed)
        person = parts.pseudonyms.of_gateway(session.identity)
        parts.shelf.mark(person, tile, favourite=bool(added))
        number = _page(request.form)
        page = f"?page={number}" if number > 1 else ""
        return redirect(f"/{page}#t-{quote(tile, safe='')}", 303)

    def _known(self, tile: str) -> str:
        """The tile, when there is one; raises UnknownMaterial."""
        try:
            return self.services.parts.registry.service(tile).id
        except UnknownService:
            return self.services.parts.catalogue.material(tile).id

    def forget(self) -> Response:
        if session := self.dispatcher.session(request):
            parts = self.services.parts
            parts.shelf.forget(parts.pseudonyms.of_gateway(session.identity))
        return redirect("/", 303)


def _page(given: MultiDict[str, str]) -> int:
    return min(max(given.get("page", 1, int), 1), _PAGES)


def withheld(parts: Parts, identity: Identity) -> frozenset[str]:
    """The materials that the school has for other groups than this person's."""
    licences = parts.licences.of_school(identity.school)
    return frozenset(
        material_id for material_id, groups in licences.items() if not _licensed(groups, identity)
    )


def _licensed(groups: frozenset[str], identity: Identity) -> bool:
    try:
        check_licence(groups, identity)
    except MaterialNotForGroup:
        return False
    return True

"""LTI Advantage services: what a tool asks of us itself, not through a browser.

token     token.py, assertion.py    a signed assertion becomes a bearer token
access    contexts.py, scopes.py    which tool, in which school's context, for what
grades    line_items.py, scores.py  Assignment and Grade Services 2.0
members   members.py, people.py     Names and Role Provisioning 2.0
launch    claims.py                 what the launch says of all this
check     expected.py               a score that is waited for
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.core.grades import LineItem
from gateway.core.model import Json, Place, Release, Service
from gateway.core.ports import Route
from gateway.services import Parts
from gateway.trust.client_assertion import ClientAssertions, ServiceKeys
from providers.suppliers.lti.person import school_key

from . import addresses as at
from .addresses import Addresses
from .answers import ServiceError
from .claims import ServiceClaims
from .contexts import Access, Contexts, Rules
from .expected import Expected
from .line_items import LineItems, line_item_of
from .members import Members
from .people import People, person_digest
from .scopes import (
    GRADE_SCOPES,
    LINE_ITEM,
    LINE_ITEM_READ,
    MEMBERS_READ,
    RESULT_READ,
    SCOPES,
    SCORE,
    scopes_of,
)
from .scores import Scores
from .token import TokenEndpoint, Tokens

__all__ = ["SCOPES", "LtiServices"]

_ASSERTION_SECONDS = 600
_EXPECTED_MAXIMUM = 100


class LtiServices:
    """The services, and what a launch must tell them."""

    def __init__(self, parts: Parts, keys: ServiceKeys) -> None:
        addresses = Addresses(parts.settings.base_url)
        tokens = Tokens(parts)
        assertions = ClientAssertions(
            protocol="lti",
            audiences=(addresses.token(), parts.settings.base_url),
            registry=parts.registry,
            state=parts.state,
            clock=parts.clock,
            keys=keys,
            skew=parts.settings.clock_skew_seconds,
            lifetime=_ASSERTION_SECONDS,
        )
        self._parts = parts
        self._token = TokenEndpoint(parts, assertions, tokens)
        self._access = Access(tokens, Contexts(parts))
        self._people = People(parts)
        self._items = LineItems(parts, addresses)
        self._scores = Scores(parts, addresses, self._items, self._people)
        self._members = Members(parts, addresses, self._people)
        self._claims = ServiceClaims(parts, addresses)

    def routes(self) -> Sequence[Route]:
        reading, writing = (LINE_ITEM_READ, LINE_ITEM), (LINE_ITEM,)
        items, scores = self._items, self._scores
        rules: Mapping[str, Rules] = {
            at.LINE_ITEMS: {"GET": (reading, items.show_all), "POST": (writing, items.create)},
            at.LINE_ITEM: {
                "GET": (reading, items.show),
                "PUT": (writing, items.change),
                "DELETE": (writing, items.remove),
            },
            at.SCORES: {"POST": ((SCORE,), scores.take)},
            at.RESULTS: {"GET": ((RESULT_READ,), scores.results)},
            at.MEMBERS: {"GET": ((MEMBERS_READ,), self._members.show)},
        }
        guarded = self._access.guarded
        services = (Route(path, tuple(rule), guarded(rule)) for path, rule in rules.items())
        return (Route(at.TOKEN, ("POST",), self._token.handle), *services)

    def claims_for(self, service: Service, release: Release, place: Place) -> Mapping[str, Any]:
        """The claims of AGS (§3.1) and NRPS (§2.2) for the launch of a place."""
        return self._claims.of(service, school_key(release), place)

    def remember_member(
        self, service: Service, release: Release, roles: Sequence[str], place: Place
    ) -> None:
        """The person is in the context now; kept for what the tool may use alone."""
        scopes, school = scopes_of(service), school_key(release)
        if MEMBERS_READ in scopes:
            self._people.remember_member(school, release, roles, place)
        if SCORE in scopes:
            self._people.remember_learner(school, release, roles)

    def propose_line_item(
        self, service: Service, release: Release, place: Place, proposal: Json
    ) -> None:
        """The line item that a content item of Deep Linking asked for (LTI-DL §3.1), for a tool
        that has a gradebook and unless its place has one."""
        school, books = school_key(release), self._parts.gradebook
        graded = not set(GRADE_SCOPES).isdisjoint(scopes_of(service))
        if not graded or books.only_item(service.id, school, place.id) is not None:
            return
        empty = LineItem(
            self._items.new_id(), service.id, school, place.title, 0, place_id=place.id
        )
        try:
            item = line_item_of({"label": place.title or place.id, **proposal}, empty)
        except ServiceError as error:
            self._parts.audit("lti.line_item_refused", service=service.id, detail=error.detail)
            return
        books.add(item)

    def expect_score(self, service: Service, place: Place, release: Release) -> Expected | None:
        """Of the person at the place; None for a tool that may not score."""
        if SCORE not in scopes_of(service):
            return None
        school, books = school_key(release), self._parts.gradebook
        item = LineItem(
            self._items.new_id(),
            service.id,
            school,
            place.title,
            _EXPECTED_MAXIMUM,
            place_id=place.id,
        )
        person = person_digest(service.id, release.pseudonym)
        earlier = books.has_score(service.id, school, person)
        books.add(item)
        return Expected(books, item, person, earlier)

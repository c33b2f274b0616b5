"""Wrong codes are counted, so that links can not be found by trying (the sum: `core/codes.py`).

Strangers together, and each of their networks, have few wrong codes. Whoever comes after those
were used up signs in at school first, which a pupil does anyway; then wrong codes count for the
person. So nobody can spend the codes of a whole school: right ones go on working for all.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse_many

from gateway.core.model import Identity
from gateway.core.pseudonyms import Pseudonyms
from gateway.errors import TooMany
from gateway.web.flow import Dispatcher
from gateway.web.signed_in import to_sign_in

_WRONG = 404
_SITE_BITS = 48  # what a subscriber may have of IPv6 (RFC 6177)

ALL = parse_many("5000/hour")
NETWORK = parse_many("20/hour; 60/day")
PERSON = parse_many("20/minute; 100/day")

Count = tuple[list[RateLimitItem], str]


@dataclass(frozen=True, slots=True)
class Guesses:
    limiter: Limiter
    dispatcher: Dispatcher
    pseudonyms: Pseudonyms

    def guard(self, pages: Blueprint) -> None:
        """Count the wrong codes of these pages."""
        pages.before_request(self.check)
        pages.after_request(self.count)

    def check(self) -> Response | None:
        """Raises TooMany for a person who was wrong too often."""
        if not self.limiter.enabled or self._has_room(*_strangers()):
            return None
        session = self.dispatcher.session(request)
        if session is None:
            return _sign_in_first()
        if not self._has_room(self._of_person(session.identity)):
            raise TooMany("wrong codes of links")
        return None

    def count(self, response: Response) -> Response:
        if response.status_code == _WRONG and self.limiter.enabled:
            session = self.dispatcher.session(request)
            person = [self._of_person(session.identity)] if session else []
            for items, key in [*_strangers(), *person]:
                for item in items:
                    self.limiter.limiter.hit(item, "wrong codes", key)
        return response

    def _has_room(self, *counts: Count) -> bool:
        test = self.limiter.limiter.test
        return all(test(item, "wrong codes", key) for items, key in counts for item in items)

    def _of_person(self, identity: Identity) -> Count:
        return PERSON, self.pseudonyms.of_gateway(identity)


def _strangers() -> tuple[Count, Count]:
    return (NETWORK, network_of(request.remote_addr or "127.0.0.1")), (ALL, "all")


def network_of(address: str) -> str:
    """An address of IPv4, or the part of one of IPv6 that a subscriber can not choose."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _SITE_BITS), strict=False))


def _sign_in_first() -> Response:
    query = request.query_string.decode("ascii", "ignore")
    path = quote(request.path) + (f"?{query}" if query else "")
    return to_sign_in(path, request.args.get("school"))

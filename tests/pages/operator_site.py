"""The operator's pages of metadata in every state, with the real blueprints on a store of their
own."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, Request, Response

from gateway.app import make_parts
from gateway.core.feeds import Feed, MetadataSigner, Reach
from gateway.core.staff import Invitation, Passkey, Role, Staff, invitation_digest
from gateway.install import prepare
from gateway.settings import load_settings
from gateway.store.repositories import Repositories, open_repositories
from gateway.trust.certificates import end_of
from gateway.web.console.desk import ConsoleDesk
from gateway.web.endings import Endings
from gateway.web.operator import operator_pages

NOW = 1_795_500_000  # 24 November 2026
DAY = 86_400
STAFF = Staff("stf-bo", Role.OPERATOR, "Bo", None, NOW)
FEDERATION = Feed(
    "feed-all",
    "https://metadata.federatie-van-scholen.example/2026/alle-deelnemers.xml",
    Reach.FEDERATION,
    certificate="PEM",
    checked_at=NOW - 600,
    fetched_at=NOW - 600,
    valid_until=NOW + 9 * DAY,
    taken=9_997,
    skipped=3,
    reasons=("error: https://b.example, IDPSSODescriptor: There is no usable key for signing.",)
    * 2,
    excluded=frozenset({"https://oud.example/saml/metadata"}),
)
STATES = {
    "operator": "/operator",
    "operator, feeds": "/operator/feeds",
    "operator, feed": "/operator/feeds/feed-all",
    "operator, feed fails": "/operator/feeds/feed-one",
    "operator, query server": "/operator/feeds/feed-query",
    "operator, feed being read": "/operator/feeds/feed-busy",
}


@dataclass(frozen=True, slots=True)
class Always:
    """Somebody whose cookie is always there."""

    secret: str

    def staff(self, _request: Request) -> str:
        return self.secret


class Reading:
    """Implements ports.MetadataFeeds: one feed is being read for ever."""

    def described(self, address: str, certificate: str, reach: Reach) -> Feed:
        return Feed("feed-new", address, reach, certificate)

    def signers(self, feed: Feed) -> Sequence[MetadataSigner]:
        signer = MetadataSigner("CN=Federatie,O=Voorbeeld", ":".join(["a7"] * 32), NOW + 900 * DAY)
        return [signer] if feed.certificate else []

    def begin(self, feed_id: str) -> None: ...

    def is_read_now(self, feed_id: str) -> bool:
        return feed_id == "feed-busy"

    def fetch_one(self, feed: Feed, entity_id: str) -> None: ...


def add_to(site: Flask) -> None:
    """In a folder that is never used again."""
    directory = Path(tempfile.mkdtemp(prefix="operator-site-"))
    environment = {"BASE_URL": "http://127.0.0.1:9", "DATA_DIR": str(directory)}
    settings = load_settings({f"KETENPOORT_{name}": text for name, text in environment.items()})
    engine = prepare(settings)
    books = open_repositories(engine)
    _fill(books)
    parts = replace(make_parts(settings, engine), clock=lambda: float(NOW))
    opened = ConsoleDesk(parts, books, None, None)  # type: ignore[arg-type]
    desk = replace(opened, cookies=Always(opened.begin(STAFF)))  # type: ignore[arg-type]
    endings = Endings(parts.registry, books.feeds, parts.clock, end_of)
    for page in operator_pages(desk, Reading(), endings):
        page.after_request(_staying)
        site.register_blueprint(page)


def _staying(response: Response) -> Response:
    """A page that goes on by itself would be gone while it is looked at."""
    response.headers.pop("Refresh", None)
    return response


def _fill(books: Repositories) -> None:
    digest = invitation_digest(STAFF.id)
    books.staff.invite(digest, Invitation(STAFF.role, STAFF.name, None, 2 * NOW))
    books.staff.join(digest, STAFF, Passkey(STAFF.id, STAFF.id, b"key", 0, "Laptop", NOW), NOW)
    ended = replace(FEDERATION, id="feed-one", address="https://school.example/metadata")
    away = "https://school.example:443/metadata answers with status 503"
    books.feeds.save(FEDERATION)
    books.feeds.save(
        replace(ended, reach=Reach.PARTY, certificate=None, valid_until=NOW - 1, problem=away)
    )
    books.feeds.save(Feed("feed-query", "https://mdq.federatie.example", Reach.QUERY, "PEM"))
    busy = replace(FEDERATION, id="feed-busy", address="https://busy.example/", share=0.42)
    books.feeds.save(busy)

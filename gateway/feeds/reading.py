"""A feed read once: its entities into the database, and what the feed is after that."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.core.feeds import Feed, Reach
from gateway.core.model import Connection, Service
from gateway.core.ports import Clock
from gateway.errors import GatewayError, RegistrationRefused
from gateway.feeds.importing import Import, Takes
from gateway.feeds.parties import NewId
from gateway.feeds.query import queried
from gateway.feeds.source import Source
from gateway.settings import Settings
from gateway.store.repositories import Repositories
from gateway.trust.keyfiles import read_pseudonym_keys
from gateway.trust.metadata.read import Entity

_ASKING_SECONDS = 600  # of entities one by one; the job's lease lasts longer
_REASONS, _REASON_LENGTH = 20, 400


@dataclass(frozen=True, slots=True)
class Reader:
    database: Repositories
    settings: Settings
    clock: Clock
    new_id: NewId

    def read(self, feed: Feed) -> Feed:
        """What is wrong stands in the feed that comes back, and the parties stay as they are."""
        said: list[str] = []
        importing = self._import(feed, said, of_feed(feed))
        now = int(self.clock())
        try:
            importing.run(self._entities(feed, importing, said))
        except GatewayError as error:
            return self._kept(replace(feed, checked_at=now, problem=error.detail))
        after = _after(feed, importing, said, now)
        return self._kept(replace(after, checked_at=now))

    def fetch_one(self, feed: Feed, entity_id: str) -> None:
        """Take one entity of a Metadata Query server, from now on kept fresh. Raises
        FetchRefused, RegistrationRefused."""
        said: list[str] = []
        importing = self._import(feed, said, _news(feed))
        importing.run(iter([queried(feed, entity_id, self.settings)]))
        if entity_id not in importing.taken:
            elsewhere = f"{entity_id} is registered already, and not by this address"
            raise RegistrationRefused(" ".join(said) or elsewhere)
        now = int(self.clock())
        ends = [each for each in (feed.valid_until, importing.valid_until) if each is not None]
        known = {*importing.own, entity_id}
        end = int(min(ends)) if ends else None
        self.database.feeds.save(replace(feed, fetched_at=now, valid_until=end, taken=len(known)))

    def _import(self, feed: Feed, said: list[str], takes: Takes) -> Import:
        return Import(
            self.database,
            feed,
            takes,
            feed.supplier_id,
            max(read_pseudonym_keys(self.settings.pseudonym_key_file)),
            self.new_id,
            said.append,
        )

    def _entities(self, feed: Feed, importing: Import, said: list[str]) -> Iterator[Entity]:
        progress = _Progress(self.database, feed.id, self.clock)
        if feed.reach is Reach.QUERY:
            return self._one_by_one(feed, importing.own, progress, said)
        return Source.of(feed).entities(self.settings, progress)

    def _one_by_one(
        self, feed: Feed, own: list[str], progress: "_Progress", said: list[str]
    ) -> Iterator[Entity]:
        """Those that it gave before; one that is bad or away stays as it is."""
        deadline = self.clock() + _ASKING_SECONDS
        for number, entity_id in enumerate(own, 1):
            if self.clock() > deadline:
                said.append(f"{len(own) - number + 1} were not asked: it takes too long")
                return
            try:
                yield queried(feed, entity_id, self.settings)
            except GatewayError as error:
                said.append(f"{entity_id}: {error.detail}")
            progress(number, number / len(own))

    def _kept(self, after: Feed) -> Feed:
        """Written over what it is now, but for what the operator may have changed meanwhile."""
        self.database.feeds.change(
            after.id,
            lambda now: replace(
                after, certificate=now.certificate, excluded=now.excluded, share=None
            ),
        )
        return after


class _Progress:
    """Writes how far the reading is, once a second."""

    def __init__(self, database: Repositories, feed_id: str, clock: Clock) -> None:
        self._database = database
        self._feed_id = feed_id
        self._clock = clock
        self._written = clock()

    def __call__(self, _count: int, share: float) -> None:
        if self._clock() - self._written >= 1:
            self._written = self._clock()
            self._database.feeds.change(self._feed_id, lambda feed: replace(feed, share=share))


def of_feed(feed: Feed) -> Takes:
    """A feed renews its own parties; a federation's brings new ones, but for those that the
    operator removed. None touches what came from elsewhere: else whoever signs for one school
    could speak for another."""

    def takes(entity_id: str, known: Service | Connection | None) -> bool:
        if known is None:
            return feed.reach is Reach.FEDERATION and entity_id not in feed.excluded
        return known.config.get("feed") == feed.id

    return takes


def _news(feed: Feed) -> Takes:
    """For an entity that the operator asked for by name."""
    return lambda _, known: known is None or known.config.get("feed") == feed.id


def _after(feed: Feed, importing: Import, said: list[str], now: int) -> Feed:
    """A read that was good for something counts as good."""
    left = [each for each in importing.own if each not in importing.taken]
    problem = _problem(feed, importing, left, said)
    if feed.reach is not Reach.QUERY:
        gone = [each for each in left if each not in importing.refused]
        said += [f"{each}: it is there no longer; what we have of it stands" for each in gone]
    end = importing.valid_until if importing.taken else feed.valid_until
    return replace(
        feed,
        fetched_at=feed.fetched_at if problem and not importing.taken else now,
        valid_until=None if end is None else int(end),
        problem=problem,
        taken=len(importing.taken) if importing.taken or not problem else feed.taken,
        skipped=len(said),
        reasons=tuple(each[:_REASON_LENGTH] for each in said[:_REASONS]),
    )


def _problem(feed: Feed, importing: Import, left: list[str], said: list[str]) -> str:
    """Of a federation's thousands some are always bad, and that is theirs; of our own it is not."""
    if feed.reach is Reach.QUERY:
        count = f"{len(left)} of {len(importing.own)} can not be renewed."
        return " ".join([count, *said[:1]]) if left else ""
    if not importing.taken and not feed.excluded:
        return " ".join(["The document describes none of its parties.", *said[:1]])
    if refused := [each for each in left if each in importing.refused]:
        return f"{len(refused)} of its parties can not be renewed, such as {refused[0]}."
    return ""

"""Metadata of others by address: how each was read last, read now, one more, one less."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.feeds import Feed, Reach, readmitted
from gateway.core.ports import MetadataFeeds
from gateway.errors import BadInput, GatewayError, NotFound, RegistrationRefused
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.operator.feed_rows import row_of, signer_rows
from gateway.web.replies import redirect

_REFUSED = 400
_REFRESH_SECONDS = 2  # of a page that shows a reading under way
_ASKED_SECONDS = 30  # the longest until a reading that was asked for begins
_ENTITY_ID_LENGTH = 1024  # SAML Metadata §2.2.1
_KINDS = (Reach.FEDERATION, Reach.QUERY)


@dataclass(frozen=True, slots=True)
class Feeds:
    desk: ConsoleDesk
    feeds: MetadataFeeds

    def blueprint(self) -> Blueprint:
        pages = Blueprint("operator_feeds", __name__)
        pages.get("/operator/feeds")(self.list)
        pages.post("/operator/feeds")(self.add)
        pages.get("/operator/feeds/<feed_id>")(self.show)
        pages.post("/operator/feeds/<feed_id>/refresh")(self.refresh)
        pages.post("/operator/feeds/<feed_id>/fetch")(self.fetch)
        pages.post("/operator/feeds/<feed_id>/readmit")(self.readmit)
        pages.post("/operator/feeds/<feed_id>/stop")(self.stop)
        return pages

    def list(self) -> Response:
        self.desk.operator()
        return self._list("")

    def add(self) -> Response:
        """A federation's list is read at once; of a query server nothing is asked yet."""
        staff, form = self.desk.operator(), request.form
        kind = next((each for each in _KINDS if each.value == form.get("kind")), Reach.FEDERATION)
        address, pem = form.get("address", "").strip(), form.get("certificate", "").strip()
        try:
            feed = self.feeds.described(address, pem, kind)
        except RegistrationRefused as error:
            return self._list(error.detail)
        books = self.desk.books
        with books.acts.recording(actor_of(staff), "feed added", feed.id, None, feed.address):
            books.feeds.save(feed)
        if kind is Reach.FEDERATION:
            self._begin(feed)
        return redirect(f"/operator/feeds/{feed.id}", 303)

    def show(self, feed_id: str) -> Response:
        """Refreshes itself while it is being read."""
        self.desk.operator()
        return self._page(self._found(feed_id), "")

    def refresh(self, feed_id: str) -> Response:
        staff, feed = self.desk.operator(), self._found(feed_id)
        with self.desk.books.acts.recording(actor_of(staff), "feed read", feed.id, None, None):
            pass
        self._begin(feed)
        return redirect(f"/operator/feeds/{feed.id}", 303)

    def fetch(self, feed_id: str) -> Response:
        """Recorded before it is done: no lock is held while another server answers."""
        staff, feed = self.desk.operator(), self._found(feed_id)
        entity_id = request.form.get("entity", "").strip()[:_ENTITY_ID_LENGTH]
        if feed.reach is not Reach.QUERY or not entity_id:
            raise BadInput("no entity was named, or of no query server")
        actor = actor_of(staff)
        with self.desk.books.acts.recording(actor, "entity fetched", feed.id, None, entity_id):
            pass
        try:
            self.feeds.fetch_one(feed, entity_id)
        except GatewayError as error:
            return self._page(feed, error.detail)
        return redirect(f"/operator/feeds/{feed.id}", 303)

    def readmit(self, feed_id: str) -> Response:
        entity_id = request.form.get("entity", "")
        change: Callable[[Feed], Feed] = lambda feed: readmitted(feed, entity_id)  # noqa: E731
        staff, books, feed = self.desk.operator(), self.desk.books, self._found(feed_id)
        if entity_id not in feed.excluded:
            raise BadInput("an entity that is not left out")
        actor = actor_of(staff)
        with books.acts.recording(actor, "entity readmitted", feed.id, None, entity_id):
            books.feeds.change(feed.id, change)
        return redirect(f"/operator/feeds/{feed.id}", 303)

    def stop(self, feed_id: str) -> Response:
        """Its parties stay until their metadata ends, as by `metadata forget`."""
        staff, books, feed = self.desk.operator(), self.desk.books, self._found(feed_id)
        with books.acts.recording(actor_of(staff), "feed stopped", feed.id, feed.address, None):
            books.feeds.remove(feed.id)
        return redirect("/operator/feeds", 303)

    def _begin(self, feed: Feed) -> None:
        """What was asked is remembered until the reading begins, in a process of its own."""
        self.desk.parts.state.put(_asked_key(feed.id), _as_it_was_read(feed), _ASKED_SECONDS)
        self.feeds.begin(feed.id)

    def _is_read_now(self, feed: Feed) -> bool:
        asked = self.desk.parts.state.get(_asked_key(feed.id))
        return asked == _as_it_was_read(feed) or self.feeds.is_read_now(feed.id)

    def _list(self, problem: str) -> Response:
        now = self.desk.parts.clock()
        page = render_template(
            "operator/feeds.html",
            rows=[row_of(each, now) for each in self.desk.books.feeds.all()],
            problem=problem,
            given=request.form,
        )
        return make_response(page, _REFUSED if problem else 200)

    def _page(self, feed: Feed, problem: str) -> Response:
        is_read_now, now = self._is_read_now(feed), self.desk.parts.clock()
        page = render_template(
            "operator/feed.html",
            row=row_of(feed, now),
            feed=feed,
            signers=signer_rows(self.feeds.signers(feed)),
            is_read_now=is_read_now,
            problem=problem,
        )
        headers = {"Refresh": str(_REFRESH_SECONDS)} if is_read_now and not problem else {}
        return make_response(page, _REFUSED if problem else 200, headers)

    def _found(self, feed_id: str) -> Feed:
        try:
            return self.desk.books.feeds.find(feed_id)
        except RegistrationRefused as error:
            raise NotFound("no such feed") from error


def _asked_key(feed_id: str) -> str:
    return f"feed-asked:{feed_id}"


def _as_it_was_read(feed: Feed) -> bytes:
    """By which a reading is known from the one before."""
    return str(feed.checked_at).encode()

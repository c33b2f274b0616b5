"""Services are told that a session has ended, each by its own protocol: by us, all at once and
not for long, or by the browser, in frames of the page."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from gateway.core.links import origin
from gateway.core.model import Service, Session
from gateway.core.ports import AutoPost, Ended, FramedNotice, Notice, PostedNotice, TellsOfLogout
from gateway.errors import FetchRefused, GatewayError
from gateway.services import Services
from gateway.web.farewell_book import Farewell, FarewellBook

_AT_ONCE = 32
_POST_SECONDS = 3.0  # of one service
_WAIT_SECONDS = 4.0  # of the person, for all together
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class _Told:
    service: Service
    notices: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Farewells:
    services: Services
    book: FarewellBook

    def say(self, sessions: Iterable[Session], by: str | None) -> Farewell:
        """Tell the services of sessions that have ended. The one that ended them (`by`) is told
        too, in its own way, but it is not named: it knows."""
        farewell = self.services.parts.random()
        told = [each for one in sessions for each in self._all(one, by, farewell)]
        reached = self._post(told)
        others = [each for each in told if each.service.id != by]
        framed = [each for each in told if _frames(each)]
        asked = [each for each in framed if each.service.id not in reached]
        reachable = reached | {each.service.id for each in asked}
        return Farewell(
            id=farewell,
            told=_names(each for each in others if each.service.id in reached),
            asked=_names(each for each in others if each in asked),
            open=_names(each for each in others if each.service.id not in reachable),
            frames=tuple(self._address(frame) for each in framed for frame in _frames(each)),
            origins=tuple(origin(frame.address) for each in framed for frame in _frames(each)),
            awaited=len({each.service.id for each in asked if _answers(each)} - {by}),
        )

    def known_as(
        self, session: Session, service: Service, *, by_itself: bool, farewell: str = ""
    ) -> Ended:
        """A session in the words of one service."""
        parts = self.services.parts
        supplier = parts.registry.supplier(service.supplier_id)
        return Ended(
            session_name=parts.session_names.towards(service.id, session.index),
            pseudonym=parts.pseudonyms.derive(supplier, session.identity),
            by_itself=by_itself,
            farewell=farewell,
        )

    def _address(self, frame: FramedNotice) -> str:
        """What the frame opens: a page of ours where it is to post."""
        if frame.fields is None:
            return frame.address
        return f"/logout/post/{self.book.keep_form(AutoPost(frame.address, frame.fields))}"

    def _all(self, session: Session, by: str | None, farewell: str) -> Iterable[_Told]:
        parts = self.services.parts
        for service_id in sorted(parts.sessions.services(session)):
            try:
                service = parts.registry.service(service_id)
                ended = self.known_as(
                    session, service, by_itself=service_id == by, farewell=farewell
                )
                yield _Told(service, self._notices(service, ended))
            except GatewayError:
                continue  # removed since

    def _notices(self, service: Service, ended: Ended) -> Sequence[Notice]:
        protocol = self.services.suppliers[service.protocol]
        return protocol.notices(service, ended) if isinstance(protocol, TellsOfLogout) else ()

    def _post(self, told: Sequence[_Told]) -> set[str]:
        """The ids of the services that took the notice in time; nobody waits for the others."""
        posts = [
            (each.service.id, notice)
            for each in told
            for notice in each.notices
            if isinstance(notice, PostedNotice)
        ]
        if not posts:
            return set()
        pool = ThreadPoolExecutor(min(len(posts), _AT_ONCE))
        try:
            sent = {pool.submit(self._is_taken, notice): service for service, notice in posts}
            done = wait(sent, _WAIT_SECONDS).done
            return {sent[each] for each in done if each.result()}
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _is_taken(self, notice: PostedNotice) -> bool:
        fetch = self.services.parts.errands
        try:
            return fetch.notify(notice.address, notice.fields, _POST_SECONDS) in _SUCCESS
        except FetchRefused:
            return False


def _frames(told: _Told) -> list[FramedNotice]:
    return [each for each in told.notices if isinstance(each, FramedNotice)]


def _answers(told: _Told) -> bool:
    return any(each.answered for each in _frames(told))


def _names(told: Iterable[_Told]) -> tuple[str, ...]:
    return tuple(sorted({each.service.id: each.service.name for each in told}.values()))

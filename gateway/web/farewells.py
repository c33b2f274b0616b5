"""Services are told that a session has ended, each by its own protocol: by us, all at once and
not for long, or by the browser, in frames of the page."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from gateway.core.model import Service, Session
from gateway.core.ports import Ended, FramedNotice, Notice, PostedNotice, TellsOfLogout
from gateway.errors import FetchRefused, GatewayError
from gateway.services import Services

_AT_ONCE = 32
_POST_SECONDS = 3.0  # of one service
_WAIT_SECONDS = 4.0  # of the person, for all together
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class Farewell:
    """The names of services: `told` said that they know, `asked` are told by the browser, which
    opens `frames`, and `open` were not reached."""

    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether each is known to have ended its own session."""
        return not self.asked and not self.open


def joined(farewells: Sequence[Farewell]) -> Farewell:
    """Those of several sessions as one."""
    return Farewell(
        told=tuple(name for each in farewells for name in each.told),
        asked=tuple(name for each in farewells for name in each.asked),
        open=tuple(name for each in farewells for name in each.open),
        frames=tuple(address for each in farewells for address in each.frames),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    service: Service
    notices: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Farewells:
    services: Services

    def say(self, session: Session, by: str | None) -> Farewell:
        """Tell the services of a session that has ended. The one that ended it (`by`) is told
        too, in its own way, but it is not named: it knows."""
        told = list(self._all(session, by))
        reached = self._post(told)
        others = [each for each in told if each.service.id != by]
        framed = [each for each in told if _frames(each)]
        asked = [each for each in framed if each.service.id not in reached]
        reachable = reached | {each.service.id for each in asked}
        return Farewell(
            told=_names(each for each in others if each.service.id in reached),
            asked=_names(each for each in others if each in asked),
            open=_names(each for each in others if each.service.id not in reachable),
            frames=tuple(address for each in framed for address in _frames(each)),
        )

    def _all(self, session: Session, by: str | None) -> Iterable[_Told]:
        parts = self.services.parts
        for service_id in sorted(parts.sessions.services(session)):
            try:
                service = parts.registry.service(service_id)
                yield _Told(service, self._notices(service, session, by))
            except GatewayError:
                continue  # removed since

    def _notices(self, service: Service, session: Session, by: str | None) -> Sequence[Notice]:
        parts = self.services.parts
        protocol = self.services.suppliers[service.protocol]
        if not isinstance(protocol, TellsOfLogout):
            return ()
        supplier = parts.registry.supplier(service.supplier_id)
        ended = Ended(
            session_name=parts.session_names.towards(service.id, session.index),
            pseudonym=parts.pseudonyms.derive(supplier, session.identity),
            by_itself=service.id == by,
        )
        return protocol.notices(service, ended)

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
        fetch = self.services.parts.fetch
        try:
            return fetch.notify(notice.address, notice.fields, _POST_SECONDS) in _SUCCESS
        except FetchRefused:
            return False


def _frames(told: _Told) -> list[str]:
    return [each.address for each in told.notices if isinstance(each, FramedNotice)]


def _names(told: Iterable[_Told]) -> tuple[str, ...]:
    return tuple(sorted(each.service.name for each in told))

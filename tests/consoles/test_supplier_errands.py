"""What a supplier has the gateway fetch takes few of its threads, and none of those of logins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from gateway.core.feeds import Feed, Reach
from gateway.core.model import Connection, Supplier
from gateway.errors import FetchRefused
from gateway.outgoing import RenewalsInTime, for_errands, for_logins
from tests.consoles.house import House, get, post
from tests.parts.hanging import HangingServer, run_hanging_server
from tests.trust.odd_server import saying, serve

AT_ONCE = 8
THREADS_FOR_ALL = 2


@pytest.fixture
def hanging() -> Iterator[HangingServer]:
    with run_hanging_server() as server:
        yield server


def test_an_address_that_hangs_holds_one_thread(
    house: House, supplier: Supplier, hanging: HangingServer
) -> None:
    """All but the first are told at once, while the first still waits."""
    people = [house.staff(supplier) for _ in range(AT_ONCE)]
    pages = [get(person, "/supplier/new") for person in people]

    def registered(number: int) -> str:
        fields = {"address": hanging.address}
        return post(people[number], "/supplier/new/saml", pages[number], **fields).text

    with ThreadPoolExecutor(AT_ONCE) as pool:
        first = pool.submit(registered, 0)
        assert hanging.first.wait(10)
        told = list(pool.map(registered, range(1, AT_ONCE)))
        assert hanging.keeps_the_first()
        assert not first.done()
        hanging.hang_up()
    assert len(hanging.taken) == 1
    assert all("is waited for by others already" in page for page in told)


def test_what_suppliers_wait_for_is_no_hindrance_to_a_login(house: House) -> None:
    parts = house.desk.parts
    with ExitStack() as errands, ThreadPoolExecutor(THREADS_FOR_ALL) as pool:
        servers = [errands.enter_context(run_hanging_server()) for _ in range(THREADS_FOR_ALL)]
        waiting = [pool.submit(parts.errands.get, server.address) for server in servers]
        assert all(server.first.wait(10) for server in servers)
        with serve(saying()) as school:
            with pytest.raises(FetchRefused, match="by others already"):
                parts.errands.get(school.address)
            assert parts.fetch.get(school.address) == b"hello"
        for server in servers:
            server.hang_up()
        assert all(isinstance(each.exception(10), FetchRefused) for each in waiting)


class Unasked:
    """Renewals that nobody may come to."""

    def renewed(self, connection: Connection) -> Connection | None:
        raise AssertionError

    def at_once(self, feed: Feed) -> Feed | None:
        raise AssertionError


def test_where_many_wait_for_metadata_the_next_does_without() -> None:
    """The answer of a school is refused then, as by the keys that are known; a supplier sees
    that nothing was read."""
    logins, errands = for_logins(), for_errands()
    renewals = RenewalsInTime(Unasked(), logins, errands)
    school = Connection("con-1", "saml", "https://idp.example", {})
    feed = Feed("feed-1", "https://wilg.example/metadata", Reach.PARTY)
    with ExitStack() as waiting:
        for number in range(6):
            waiting.enter_context(logins.waiting_for(f"{number}.example"))
        for number in range(THREADS_FOR_ALL):
            waiting.enter_context(errands.waiting_for(f"{number}.example"))
        assert renewals.renewed(school) is None
        assert renewals.at_once(feed) is None
    with pytest.raises(AssertionError):
        renewals.renewed(school)
    with pytest.raises(AssertionError):
        renewals.at_once(feed)

"""The operator's console: who takes part, what is failing, what was done, and the keys."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.core.ports import MetadataFeeds
from gateway.web.console.desk import ConsoleDesk
from gateway.web.endings import Endings
from gateway.web.operator.feeds import Feeds
from gateway.web.operator.home import Home
from gateway.web.operator.parties import Parties
from gateway.web.operator.people import People
from gateway.web.operator.records import Records
from gateway.web.operator.services import Services


def operator_pages(
    desk: ConsoleDesk, feeds: MetadataFeeds, endings: Endings
) -> Sequence[Blueprint]:
    rooms = (
        Home(desk, endings),
        Services(desk),
        Parties(desk),
        Feeds(desk, feeds),
        People(desk),
        Records(desk),
    )
    return [room.blueprint() for room in rooms]

"""All that is kept for good, in one object: what the commands read and write."""

import secrets
import time
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.store.acts import ActStore
from gateway.store.api_tokens import ApiTokenBook
from gateway.store.catalogue import CatalogueStore
from gateway.store.feeds import FeedBook
from gateway.store.grants import GrantBook
from gateway.store.keys import PseudonymKeys
from gateway.store.licences import LicenceBook
from gateway.store.links import LinkBook
from gateway.store.reports import ReportStore
from gateway.store.schools import Connections, Schools
from gateway.store.staff import StaffStore
from gateway.store.suppliers import Services, Suppliers


@dataclass(frozen=True, slots=True)
class Repositories:
    """Every write is one transaction; a running gateway sees it within a second."""

    suppliers: Suppliers
    services: Services
    connections: Connections
    schools: Schools
    grants: GrantBook
    links: LinkBook
    licences: LicenceBook
    catalogue: CatalogueStore
    api_tokens: ApiTokenBook
    pseudonym_keys: PseudonymKeys
    staff: StaffStore
    acts: ActStore
    feeds: FeedBook
    reports: ReportStore


def open_repositories(engine: Engine) -> Repositories:
    return Repositories(
        suppliers=Suppliers(engine),
        services=Services(engine),
        connections=Connections(engine),
        schools=Schools(engine),
        grants=GrantBook(engine),
        links=LinkBook(engine),
        licences=LicenceBook(engine),
        catalogue=CatalogueStore(engine, time.time, secrets.token_urlsafe),
        api_tokens=ApiTokenBook(engine),
        pseudonym_keys=PseudonymKeys(engine),
        staff=StaffStore(engine),
        acts=ActStore(engine, time.time),
        feeds=FeedBook(engine),
        reports=ReportStore(engine),
    )

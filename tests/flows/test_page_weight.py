"""The start page is under 50 KB with all that it loads, as it leaves the gateway: uncompressed."""

import runpy
import time
from pathlib import Path
from urllib.parse import urljoin

import requests
from lxml import html

from gateway.core.materials import Publication
from gateway.core.model import Audience, Brin, Link
from gateway.store.links import LinkBook
from tests.actors.browser import Browser, Page
from tests.actors.people import SAML_SCHOOL, TEACHER
from tests.flows.hub import SCHOOL_NAME, Hub
from tests.parts.materials import publish
from tests.parts.stores import open_database

ROOT = Path(__file__).parents[2]
LIMIT = 50_000
TITLE = "Rekenen en wiskunde voor de onderbouw, leerjaar 1 vmbo-t/havo, deel {}"


def weight(page: Page) -> int:
    """Bytes of the page and of each file that it names, none of them compressed."""
    tree = html.document_fromstring(page.text)
    named = tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //@src")
    total = len(page.text.encode())
    for address in {urljoin(page.url, name) for name in named}:
        answer = requests.get(address, headers={"Accept-Encoding": "identity"}, timeout=30)
        assert answer.ok, address
        assert "Content-Encoding" not in answer.headers
        total += len(answer.content)
    return total


def fill(hub: Hub) -> None:
    """More materials than a page shows, with long names; links of teachers."""
    books = [
        Publication(str(n), TITLE.format(n), access_link=f"{hub.supplier.base}/boek/{n}")
        for n in range(30)
    ]
    publish(hub.gateway, hub.service, books)
    with open_database(hub.gateway) as engine:
        links = LinkBook(engine)
        for number in range(10):
            links.add(
                Link(
                    code=f"abc23{number}",
                    service_id=hub.service,
                    target=f"{hub.supplier.base}/boek/{number}",
                    created_at=int(time.time()),
                    school=Brin(SAML_SCHOOL),
                    maker="a" * 64,
                    audience=Audience(Brin(SAML_SCHOOL)),
                    title="Opgave 1 tot en met 14 van paragraaf 3.2: breuken vergelijken",
                    note="Maak ze in je schrift en kijk ze zelf na, voor dinsdag het derde uur.",
                )
            )
        links.close()


def test_the_start_page_is_under_50_kb(hub: Hub, person: Browser):
    fill(hub)
    visitor = person.open(f"{hub.gateway.base}/")
    assert weight(visitor) < LIMIT
    chooser = person.submit(person.click(visitor, "Inloggen bij je school"), {"q": "esdoorn"})
    page = hub.at_school(person, person.click(chooser, SCHOOL_NAME), TEACHER)
    assert page.text.count('class="tile"') == 20
    assert page.text.count('href="/d/') == 8
    assert weight(page) < LIMIT
    assert weight(person.open(f"{hub.gateway.base}/?q=rekenen")) < LIMIT
    assert weight(person.open(f"{hub.gateway.base}/shared/{hub.service}")) < LIMIT
    second = person.click(page, "Meer lesmateriaal")
    assert second.text.count('class="tile"') == 30 + 1 - 20


def test_pico_is_trimmed_to_what_the_pages_use():
    """Made anew by scripts/trim-pico when a style of ours changes."""
    script = runpy.run_path(str(ROOT / "scripts/trim-pico"))
    assert script["TRIMMED"].read_text("utf-8") == script["trimmed"]()

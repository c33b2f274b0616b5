"""Who publishes SAML metadata at an address: signed, and changed or away when a test says so."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from tests.actors.keys import KeyPair, rsa_key
from tests.actors.saml_xml import Element, instant, new_id, parse
from tests.parts.web_server import QuietHandler, run_web_server
from tests.trust.metadata_documents import signed

_GROUP = (
    '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
    "</md:EntitiesDescriptor>"
)


@dataclass
class Publisher:
    """`document` is what stands at `address`; `gate`, when set, holds each answer back."""

    address: str = ""
    keys: KeyPair = field(default_factory=lambda: rsa_key("publisher"))
    document: bytes = b""
    status: int = 200
    asked: int = 0
    gate: threading.Event | None = None
    arrived: threading.Event = field(default_factory=threading.Event)

    def publish(
        self, *entities: str, ends_s: float | None = 14 * 86_400, by: KeyPair | None = None
    ) -> None:
        """One entity, or a group of several, signed by the publisher or another."""
        root: Element = parse(entities[0]) if len(entities) == 1 else parse(_GROUP)
        if len(entities) > 1:
            root.extend(parse(entity) for entity in entities)
        root.set("ID", new_id())
        if ends_s is not None:
            root.set("validUntil", instant(ends_s))
        self.document = signed(etree.tostring(root), by or self.keys)


@contextlib.contextmanager
def run_publisher() -> Iterator[Publisher]:
    """Serve until the end."""
    publisher = Publisher()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802  # http.server's name
            publisher.asked += 1
            publisher.arrived.set()
            if publisher.gate is not None:
                assert publisher.gate.wait(60)
            self.send_response(publisher.status)
            self.send_header("Content-Length", str(len(publisher.document)))
            self.end_headers()
            self.wfile.write(publisher.document)

    with run_web_server(Handler) as base:
        publisher.address = f"{base}/metadata"
        yield publisher

"""A Metadata Query server (draft-young-md-query): one signed document an entity."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from tests.actors.keys import KeyPair, rsa_key
from tests.actors.saml_xml import instant, new_id, parse
from tests.parts.web_server import QuietHandler, run_web_server
from tests.trust.metadata_documents import signed


@dataclass
class QueryServer:
    """`documents` by entityID; `asked` are the paths as they came, `accepted` what they accept;
    `knows_names`: entityIDs are found, not their digests alone."""

    base: str = ""
    keys: KeyPair = field(default_factory=lambda: rsa_key("query-server"))
    documents: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    knows_names: bool = True
    asked: list[str] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)

    def publish(
        self, name: str, entity: str, *, ends_s: float = 14 * 86_400, by: KeyPair | None = None
    ) -> None:
        """An entity under a name, which is its entityID but for a server that lies."""
        root = parse(entity)
        root.set("ID", new_id())
        root.set("validUntil", instant(ends_s))
        self.documents[name] = signed(etree.tostring(root), by or self.keys)

    def answer(self, path: str) -> tuple[int, bytes]:
        """§3.1 of the protocol: an identifier is one percent-encoded segment."""
        name = unquote(path.removeprefix("/mdq/entities/"))
        found = {
            "{sha1}" + hashlib.sha1(each.encode()).hexdigest(): each for each in self.documents
        }
        if self.knows_names:
            found |= {each: each for each in self.documents}
        if self.status != 200 or "/" in path.removeprefix("/mdq/entities/"):
            return self.status if self.status != 200 else 400, b""
        return (200, self.documents[found[name]]) if name in found else (404, b"")


@contextlib.contextmanager
def run_query_server() -> Iterator[QueryServer]:
    """Serve until the end."""
    server = QueryServer()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802  # http.server's name
            server.asked.append(self.path)
            server.accepted.add(self.headers.get("Accept", ""))
            status, document = server.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/samlmetadata+xml")
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

    with run_web_server(Handler) as base:
        server.base = f"{base}/mdq"
        yield server

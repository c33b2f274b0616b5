"""SAML clients inside the test that let in what they must refuse, one fault each."""

import contextlib
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.actors.saml_proof import verify
from tests.actors.saml_xml import decode
from tests.actors.scripted_supplier import ScriptedSupplier

_NS = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}


@dataclass
class Client:
    """One that checks all but its fault, or its faults with commas between."""

    base: str
    name: str
    fault: str
    idp_metadata: str
    asked: dict[str, str] = field(default_factory=dict)
    signed_in: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    @property
    def target(self) -> str:
        return f"{self.base}/{self.name}/page"

    @property
    def acs(self) -> str:
        return f"{self.base}/{self.name}/acs"

    @property
    def scripted(self) -> ScriptedSupplier:
        return ScriptedSupplier(self.idp_metadata, f"{self.base}/{self.name}", rsa_key(self.base))

    @property
    def metadata(self) -> str:
        return sp_metadata(self.scripted.entity_id, [self.acs], [rsa_key(self.base)])

    def begin(self, browser: str) -> str:
        request = self.scripted.request()
        self.asked[browser] = request.id
        return self.scripted.redirect_url(request, self.target)

    def faults_of(self, browser: str | None, message: str) -> set[str]:
        """What is wrong with an answer."""
        root = decode(message)
        (assertion,) = root.iterfind(".//saml:Assertion", _NS)
        data = assertion.find(".//saml:SubjectConfirmationData", _NS)
        assert data is not None
        found = set()
        signatures = root.findall(".//ds:Signature", _NS)
        if not signatures:
            found.add("unsigned")
        elif not self._is_signed(root, assertion):
            found.add("wrong signature")
        if data.get("NotOnOrAfter", "") < _now():
            found.add("expired")
        if assertion.findtext(".//saml:Audience", None, _NS) != self.scripted.entity_id:
            found.add("wrong audience")
        if data.get("Recipient") != self.acs:
            found.add("wrong recipient")
        known = data.get("InResponseTo") == self.asked.get(browser or "")
        if assertion.get("ID", "") in self.seen:
            found.add("replay")
        elif not known:
            found.add("wrong InResponseTo")
        self.seen.add(assertion.get("ID", ""))
        return found

    def _is_signed(self, root: etree._Element, assertion: etree._Element) -> bool:
        keys = list(self.scripted.gateway.signing)
        try:
            verify(assertion, keys)
        except Exception:  # noqa: BLE001
            return False
        return True


def _now() -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class Careless:
    base: str
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, fault: str, idp_metadata: str) -> Client:
        name = f"c{len(self.clients)}"
        made = self.clients[name] = Client(self.base, name, fault, idp_metadata)
        return made


@contextlib.contextmanager
def run_careless() -> Iterator[Careless]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    house = Careless(f"http://127.0.0.1:{server.server_address[1]}")
    server.house = house  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        client, browser = self._client(), self._browser()
        if browser in client.signed_in:
            self._say(200, {})
            return
        browser = secrets.token_urlsafe()
        cookie = f"b={browser}; Path=/; HttpOnly"
        self._say(302, {"Location": client.begin(browser), "Set-Cookie": cookie})

    def do_POST(self) -> None:
        client, browser = self._client(), self._browser()
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        faults = client.faults_of(browser, fields["SAMLResponse"][0])
        forgiven = set(client.fault.split(", "))
        if "wrong signature" in forgiven:
            forgiven.add("unsigned")
        if faults - forgiven:
            self._say(403, {})
            return
        known = browser or secrets.token_urlsafe()  # unasked, nobody has been here before
        client.signed_in.add(known)
        cookie = f"b={known}; Path=/; HttpOnly"
        target = fields.get("RelayState", [client.target])[0]
        self._say(303, {"Location": target, "Set-Cookie": cookie})

    def _client(self) -> Client:
        name = urlsplit(self.path).path.split("/")[1]
        house: Careless = self.server.house  # type: ignore[attr-defined]
        return house.clients[name]

    def _browser(self) -> str | None:
        morsel = SimpleCookie(self.headers.get("Cookie", "")).get("b")
        return morsel.value if morsel else None

    def _say(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass

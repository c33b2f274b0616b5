"""A browser without a screen: real cookie rules, every hop kept, forms and links by their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urldefrag, urlencode, urljoin

import requests

from tests.actors.cookies import CookieJars, origin
from tests.actors.html import Button, Form, Link, read_forms, read_links, read_text

# A page whose form has one of these is a message, which its script sends on.
MESSAGE_FIELDS = frozenset({"SAMLRequest", "SAMLResponse", "id_token"})
MAX_HOPS = 25


@dataclass(frozen=True, slots=True)
class Request:
    """What the browser asks; `initiator` is the origin of the page that led here, if any."""

    method: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)
    initiator: str | None = None

    @property
    def is_cross_site(self) -> bool:
        return self.initiator is not None and self.initiator != origin(self.url)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, and what the browser was asked to do next."""

    request: Request
    status: int
    headers: Mapping[str, str]
    text: str
    cookies_sent: frozenset[str]

    @property
    def url(self) -> str:
        return self.request.url

    @property
    def words(self) -> str:
        """The text that people see."""
        return read_text(self.text)

    @property
    def forms(self) -> list[Form]:
        return read_forms(self.text)

    @property
    def links(self) -> list[Link]:
        return read_links(self.text)

    @property
    def message(self) -> Request | None:
        """The protocol message that this page's form carries to another party."""
        messages = [form for form in self.forms if MESSAGE_FIELDS & form.fields.keys()]
        return self.filled(messages[0], {}) if messages else None

    @property
    def redirect(self) -> Request | None:
        """Where the answer sends the browser; all but 307 and 308 turn a POST into a GET."""
        if self.status not in {301, 302, 303, 307, 308}:
            return None
        target, fragment = urldefrag(urljoin(self.url, self.headers["Location"]))
        fragment = fragment or urldefrag(self.url).fragment
        url = f"{target}#{fragment}" if fragment else target
        if self.status in {307, 308}:
            return Request(self.request.method, url, self.request.fields, self.request.initiator)
        return Request("GET", url, initiator=self.request.initiator)

    def filled(
        self, form: Form, fields: Mapping[str, str], button: Button | None = None
    ) -> Request:
        """The request that sends `form` with `fields` filled in."""
        values = {**form.fields, **fields}
        if button and button.name:
            values[button.name] = button.value
        target = urljoin(self.url, form.action)
        if form.method == "GET":
            url = f"{target.partition('?')[0]}?{urlencode(values)}"
            return Request("GET", url, initiator=origin(self.url))
        return Request("POST", target, values, origin(self.url))

    def __repr__(self) -> str:
        return f"<{self.request.method} {self.url}: {self.status} {self.words[:500]!r}>"


class Browser:
    """Goes through addresses as a person's browser does.

    It follows redirects one at a time and sends a protocol message on as the page's script does
    (`scripts=False`: only when told). It does not enter an address that begins with one of
    `stops`, the parties that live inside the test: the last page then says in `redirect` or
    `message` what it would have asked there. `hops` holds every page of all journeys, oldest
    first; `cookies` what it keeps.
    """

    def __init__(self, stops: Sequence[str] = (), *, scripts: bool = True) -> None:
        self.stops = tuple(stops)
        self.scripts = scripts
        self.hops: list[Page] = []
        self.cookies = CookieJars()
        self._transport = requests.Session()
        self._transport.headers["User-Agent"] = "Mozilla/5.0 (test)"
        self._transport.headers["Sec-Fetch-Mode"] = "navigate"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def open(self, url: str, initiator: str | None = None) -> Page:
        """Go to an address: typed in, or followed on a page at the address `initiator`."""
        return self.go(Request("GET", url, initiator=initiator and origin(initiator)))

    def post(self, url: str, fields: Mapping[str, str], initiator: str | None = None) -> Page:
        """Send a form that stands on a page at `initiator`; by default a page of the same site."""
        return self.go(Request("POST", url, fields, origin(initiator or url)))

    def submit(self, page: Page, fields: Mapping[str, str] | None = None, button: str = "") -> Page:
        """Fill in and send the one form of `page` that has all `fields` and the button's words."""
        fields = fields or {}
        found = [
            (form, pressed)
            for form in page.forms
            for pressed in [next((b for b in form.buttons if button in b.text), None)]
            if form.fields.keys() >= fields.keys() and (pressed or not button)
        ]
        assert len(found) == 1, f"{len(found)} forms with {list(fields)} {button!r} on {page}"
        form, pressed = found[0]
        return self.go(page.filled(form, fields, pressed))

    def click(self, page: Page, words: str) -> Page:
        """Follow the one link of `page` whose text or address holds `words`."""
        found = {link.href for link in page.links if words in link.text or words in link.href}
        assert len(found) == 1, f"{len(found)} links with {words!r} on {page}"
        return self.open(urljoin(page.url, found.pop()), initiator=page.url)

    def go(self, request: Request) -> Page:
        """Ask, and follow to a page for people, an error or a stop."""
        for _ in range(MAX_HOPS):
            page = self.ask(request)
            following = page.redirect or (page.message if self.scripts else None)
            if following is None or following.url.startswith(self.stops):
                return page
            request = following
        raise AssertionError(f"no end after {MAX_HOPS} hops: {self.hops[-MAX_HOPS:]}")

    def ask(self, request: Request) -> Page:
        """Send one request and follow nothing."""
        cookies = self.cookies.sent(request.method, request.url, cross_site=request.is_cross_site)
        headers = {"Origin": request.initiator} if request.method == "POST" else {}
        prepared = requests.Request(
            request.method,
            urldefrag(request.url).url,
            headers={**self._transport.headers, **headers},
            data=dict(request.fields),
            cookies=cookies,
        ).prepare()
        response = self._transport.send(prepared, allow_redirects=False, timeout=60)
        self.cookies.keep(response)
        sent = prepared.headers.get("Cookie", "").split("; ")
        names = frozenset(cookie.partition("=")[0] for cookie in sent if cookie)
        page = Page(request, response.status_code, response.headers, response.text, names)
        self.hops.append(page)
        return page

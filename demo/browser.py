"""A browser without a screen: cookies, links, forms, and the way it went."""

from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

import requests
from lxml import etree, html

TIMEOUT = 20  # seconds
EMPTY = "<html></html>"
MESSAGES = {"SAMLResponse", "id_token", "JWT"}
"""Fields of the forms that a page's script sends on: SAML, a launch of LTI, and what was picked."""


class Browser:
    """One person's browser; a new one knows nothing."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = "nl"
        self._session.headers["Sec-Fetch-Mode"] = "navigate"
        self.address = ""
        self.visited: list[str] = []
        self._page = html.document_fromstring(EMPTY)

    @property
    def text(self) -> str:
        """What stands on the page, in one line."""
        return _words(self._page)

    def open(self, address: str) -> None:
        """Open an address, follow its redirects, and send on what a page's script would."""
        self._show(self._session.get(address, timeout=TIMEOUT))

    def json(self, address: str) -> dict[str, object]:
        """Read an address without leaving the page. Raises requests.HTTPError."""
        answer = self._session.get(address, timeout=TIMEOUT)
        answer.raise_for_status()
        found: dict[str, object] = answer.json()
        return found

    def follow(self, words: str) -> None:
        """Click the first link whose text holds the words. Raises LookupError."""
        for link in self._page.iter("a"):
            if words in _words(link):
                self.open(urljoin(self.address, link.get("href", "")))
                return
        raise LookupError(self._missing(f"link “{words}”"))

    def press(self, words: str) -> None:
        """Press the first button whose text holds the words. Raises LookupError."""
        for form in self._page.iter("form"):
            for button in form.iter("button"):
                if words in _words(button):
                    self._send(form, dict(_named([button])))
                    return
        raise LookupError(self._missing(f"button “{words}”"))

    def fill(self, field: str, value: str) -> None:
        """Fill in the first form that has the field, and send it. Raises LookupError."""
        for form in self._page.iter("form"):
            if field in {one.get("name") for one in form.iter("input")}:
                self._send(form, {field: value})
                return
        raise LookupError(self._missing(f"field “{field}”"))

    def tick(self, field: str, value: str) -> None:
        """Tick the box with this value alone, and send its form. Raises LookupError."""
        for form in self._page.iter("form"):
            boxes = [(one.get("name"), one.get("value")) for one in form.iter("input")]
            if (field, value) in boxes:
                self._send(form, {field: value})
                return
        raise LookupError(self._missing(f"box “{value}”"))

    def shows(self, words: str) -> bool:
        """Whether the picture arrives whose text holds the words."""
        for picture in self._page.iter("img"):
            if words in picture.get("alt", ""):
                address = urljoin(self.address, picture.get("src", ""))
                answer = self._session.get(address, timeout=TIMEOUT)
                return answer.ok and answer.headers["Content-Type"].startswith("image/")
        return False

    def _send(self, form: etree._Element, chosen: dict[str, str]) -> None:
        values = dict(_named(form.iter("input"))) | chosen
        target = urljoin(self.address, form.get("action", ""))
        if form.get("method", "get").lower() == "get":
            answer = self._session.get(target, params=values, timeout=TIMEOUT)
        else:
            answer = self._session.post(target, data=values, timeout=TIMEOUT)
        self._show(answer)

    def _show(self, answer: requests.Response) -> None:
        self.visited += [one.url for one in (*answer.history, answer)]
        self.address = answer.url
        is_page = "html" in answer.headers.get("Content-Type", "")
        self._page = html.document_fromstring((is_page and answer.content) or EMPTY)
        for form in self._page.iter("form"):
            if MESSAGES & dict(_named(form.iter("input"))).keys():
                self._send(form, {})
                return

    def _missing(self, what: str) -> str:
        return f"there is no {what} at {self.address}, which says: {self.text[:400]}"


def _named(elements: Iterable[etree._Element]) -> Iterator[tuple[str, str]]:
    for element in elements:
        is_off = element.get("type") in {"radio", "checkbox"} and element.get("checked") is None
        if (name := element.get("name")) and not is_off:
            yield str(name), str(element.get("value", ""))


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())

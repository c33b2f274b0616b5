"""What a person finds on a page: forms, buttons and links."""

from dataclasses import dataclass, field

from lxml import html

BUTTONS = ".//button[not(@type) or @type='submit'] | .//input[@type='submit']"
NOT_SENT = {"submit", "button", "image", "reset", "checkbox", "radio"}


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends its form; `name` may be empty."""

    text: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form with the values it would send untouched; `action` may be relative or empty."""

    action: str
    method: str
    fields: dict[str, str]
    buttons: list[Button] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    """A link and its words."""

    href: str
    text: str


def read_forms(page: str) -> list[Form]:
    return [_form(element) for element in _parse(page).iter("form")]


def read_links(page: str) -> list[Link]:
    anchors = _parse(page).iterfind(".//a[@href]")
    return [Link(anchor.get("href"), _words(anchor)) for anchor in anchors]


def read_text(page: str) -> str:
    """Return the words of a page, without scripts and styles."""
    body = _parse(page)
    for hidden in body.xpath("//script | //style | //head"):
        hidden.drop_tree()
    return _words(body)


def _parse(page: str) -> html.HtmlElement:
    # As bytes, since lxml refuses text that declares an encoding.
    parser = html.HTMLParser(encoding="utf-8")
    return html.document_fromstring((page or "<html></html>").encode(), parser=parser)


def _form(element: html.FormElement) -> Form:
    return Form(
        action=element.get("action") or "",
        method=(element.get("method") or "get").upper(),
        fields=_fields(element),
        buttons=[_button(each) for each in element.xpath(BUTTONS)],
    )


def _fields(element: html.FormElement) -> dict[str, str]:
    # lxml's form_values leaves out what is still empty.
    typed = {each.name: "" for each in element.inputs if each.get("type") not in NOT_SENT}
    return {name: value for name, value in (typed | dict(element.form_values())).items() if name}


def _button(element: html.HtmlElement) -> Button:
    text = _words(element) or element.get("value") or ""
    return Button(text, element.get("name") or "", element.get("value") or "")


def _words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())

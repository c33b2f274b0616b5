"""How a party is called and what it looks like: MDUI, with the organisation's names beside it."""

import re
from collections.abc import Iterable

from lxml import etree

from gateway.trust.metadata.names import MD, MDUI, XML_LANG
from gateway.trust.metadata.problems import Findings
from gateway.trust.metadata.roles import Logo

_NAME_LIMIT = 256  # SAML2Int G02
_LOGO_LIMIT = 4096
_PIXELS = re.compile(r"[0-9]{1,5}")
_UI = f"{{{MD}}}Extensions/{{{MDUI}}}UIInfo"
_DISPLAY_NAME = f"{_UI}/{{{MDUI}}}DisplayName"
_SERVICE_NAME = f"{{{MD}}}AttributeConsumingService/{{{MD}}}ServiceName"
_ORGANISATION = f"{{{MD}}}Organization/{{{MD}}}Organization"


def text_of(element: etree._Element) -> str:
    """An element's text on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def display_names(role: etree._Element) -> dict[str, str]:
    """MDUI §2.1.2, else the names of the role's AttributeConsumingService."""
    return _by_language(role.iterfind(_DISPLAY_NAME)) or _by_language(role.iterfind(_SERVICE_NAME))


def organisation_names(entity: etree._Element) -> dict[str, str]:
    """OrganizationDisplayName, else OrganizationName (Metadata §2.3.2.1)."""
    shown = _by_language(entity.iterfind(f"{_ORGANISATION}DisplayName"))
    return shown or _by_language(entity.iterfind(f"{_ORGANISATION}Name"))


def logos(role: etree._Element, findings: Findings) -> tuple[Logo, ...]:
    """MDUI §2.1.5; https: or a small data: picture (SAML2Int MD10)."""
    found = [_logo(element) for element in role.iterfind(f"{_UI}/{{{MDUI}}}Logo")]
    kept = tuple(logo for logo in found if _is_shown(logo))
    if len(kept) < len(found):
        findings.warning(
            f"{etree.QName(role).localname}/Extensions/UIInfo/Logo",
            f"{len(found) - len(kept)} of {len(found)} logos are left out.",
            f"Give logos as https: addresses or data: pictures of {_LOGO_LIMIT} characters.",
        )
    return kept


def _by_language(elements: Iterable[etree._Element]) -> dict[str, str]:
    names: dict[str, str] = {}
    for element in elements:
        name = text_of(element)[:_NAME_LIMIT]
        if name:
            names.setdefault((element.get(XML_LANG) or "").lower(), name)
    return names


def _logo(element: etree._Element) -> Logo:
    return Logo(
        location="".join(text_of(element).split()),
        width=_pixels(element.get("width")),
        height=_pixels(element.get("height")),
        language=(element.get(XML_LANG) or "").lower(),
    )


def _pixels(text: str | None) -> int | None:
    return int(text) if text and _PIXELS.fullmatch(text) else None


def _is_shown(logo: Logo) -> bool:
    return (
        logo.location.startswith(("https://", "data:image/")) and len(logo.location) <= _LOGO_LIMIT
    )

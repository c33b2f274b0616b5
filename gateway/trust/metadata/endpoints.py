"""The addresses in metadata that browsers will be sent to."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from lxml import etree

from gateway.trust.metadata.names import MD
from gateway.trust.metadata.problems import Findings
from gateway.trust.metadata.roles import Endpoint

_LENGTH_LIMIT = 2048
_NOT_IN_ADDRESS = re.compile(r"[^\x21-\x7e]|[\\<>\"^`{|}]")


def address_fault(address: str, *, allow_loopback: bool) -> str | None:
    """What is wrong with an address of a party, as the end of a sentence; None when nothing is."""
    if not address or len(address) > _LENGTH_LIMIT or _NOT_IN_ADDRESS.search(address):
        return "is empty, too long or has characters that an address can not have"
    try:
        parts = urlsplit(address)
        plain = parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        plain = False
    if not plain or parts.fragment:
        return "is not a plain address of a host and a path"
    if parts.scheme not in (("https", "http") if allow_loopback else ("https",)):
        return "is not an https: address"
    if not allow_loopback and _is_loopback(parts.hostname or ""):
        return "leads to the visitor's own machine"
    return None


def read_endpoints(
    role: etree._Element,
    name: str,
    bindings: tuple[str, ...],
    findings: Findings,
    *,
    allow_loopback: bool,
) -> tuple[Endpoint, ...]:
    """The usable endpoints of a kind in the bindings that we speak (Metadata §2.2.2, §2.2.3)."""
    spoken = [e for e in role.iterfind(f"{{{MD}}}{name}") if e.get("Binding") in bindings]
    place = f"{etree.QName(role).localname}/{name}"
    usable = [e for e in spoken if _is_usable(e, place, findings, allow_loopback=allow_loopback)]
    default = _default(usable)
    return tuple(
        Endpoint(
            binding=element.get("Binding", ""),
            location=element.get("Location", "").strip(),
            response_location=element.get("ResponseLocation", "").strip() or None,
            index=_index(element),
            default=element is default,
        )
        for element in usable
    )


def _is_usable(
    element: etree._Element, place: str, findings: Findings, *, allow_loopback: bool
) -> bool:
    index = element.get("index")
    if index is not None and not re.fullmatch(r"[0-9]{1,5}", index):
        findings.warning(place, f"The index {index[:20]!r} is not a number.", "Number it.")
        return False
    addresses = [element.get("Location", "").strip()]
    addresses += [a for a in [element.get("ResponseLocation", "").strip()] if a]
    for address in addresses:
        fault = address_fault(address, allow_loopback=allow_loopback)
        if fault:
            findings.warning(
                place,
                f"{address[:200]!r} {fault}; it is left out.",
                "Give an https: address that everybody can reach.",
            )
            return False
    return True


def _index(element: etree._Element) -> int | None:
    text = element.get("index")
    return None if text is None else int(text)


def _default(endpoints: list[etree._Element]) -> etree._Element | None:
    """The first marked as the default, else the first not marked as none, else the first."""
    marked = [e for e in endpoints if e.get("isDefault") in ("true", "1")]
    open_ = [e for e in endpoints if e.get("isDefault") is None]
    return next(iter(marked + open_ + endpoints), None)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified

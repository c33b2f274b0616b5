"""Deep links: which addresses of a service may be a target, and how one is reached.

An address is inside a registered prefix when scheme, host and port are the same and its path
begins with the prefix's path, at a segment. Anything that could be read in two ways is out.
"""

from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from gateway.core.model import Service

_WHOLE, _PATH = "{target}", "{path}"
_LENGTH_LIMIT = 2048
_DEFAULT_PORTS = {"https": 443, "http": 80}


def is_target(service: Service, address: str) -> bool:
    """Whether a deep link of the service may lead to this address."""
    return any(lies_inside(address, prefix) for prefix in service.targets)


def lies_inside(address: str, prefix: str) -> bool:
    """Whether an address lies under a registered prefix."""
    parts, base = _plain(address), _plain(prefix)
    if parts is None or base is None or _origin(parts) != _origin(base):
        return False
    path, root = parts.path or "/", base.path or "/"
    return path == root or path.startswith(root if root.endswith("/") else root + "/")


def origin(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def start_address(service: Service, target: str) -> str | None:
    """The service's own address that leads to a target; None when it declared none.

    In its template `{target}` is the whole target and `{path}` the target without scheme and
    host, both percent-encoded (RFC 3986 §2.1); the template `{target}` is the target itself.
    """
    template = service.start_address
    if template is None or template == _WHOLE:
        return None if template is None else target
    parts = urlsplit(target)
    path = urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment))
    return template.replace(_WHOLE, quote(target, safe="")).replace(_PATH, quote(path, safe=""))


def takes_target(template: str) -> bool:
    """Whether a start address has a place for the target: not in its scheme or host."""
    parts = urlsplit(template)
    place = parts.path + parts.query
    inside = parts.netloc != "" and "{" not in parts.netloc
    return template == _WHOLE or (inside and (_WHOLE in place or _PATH in place))


def _plain(address: str) -> SplitResult | None:
    """The parts of an address that reads one way only; None for all others."""
    if len(address) > _LENGTH_LIMIT or not address.isascii() or not address.isprintable():
        return None
    if any(character in address for character in ' \\"<>^`{|}'):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        return None
    if "@" in parts.netloc or "%" in parts.netloc or _climbs(parts.path):
        return None
    return parts


def _climbs(path: str) -> bool:
    """Whether a path has a dot segment, a hidden slash or an empty segment, however encoded."""
    plain = path
    for _ in range(3):
        plain = unquote(plain)
    segments = [part.partition(";")[0] for part in plain.replace("\\", "/").split("/")]
    hidden = plain.count("/") != path.count("/") or "\\" in plain
    return hidden or "//" in plain or any(segment in {".", ".."} for segment in segments)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    return parts.scheme, (parts.hostname or "").lower(), port

"""Outgoing HTTP, for addresses that others wrote down: metadata, OpenID Providers.

The name is resolved once; all that it resolves to must be public, and the connection goes to
an address that was checked, with the name for TLS and Host. So a name that changes between
check and use gains nothing. No redirect, proxy, cookie or .netrc is followed. Resolving takes
what the system's resolver allows; all the rest together at most `timeout_s`.

A connection costs a TLS handshake and no more: the certificate authorities are read once.
"""

import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote_plus, urlencode, urlsplit

import certifi

from gateway.errors import FetchRefused

LIMIT_BYTES = 1_000_000
TIMEOUT_S = 10.0
_OK = 200
_REDIRECTS = range(300, 400)
_PORTS = {"https": 443, "http": 80}
_HEADERS = {"User-Agent": "Ketenpoort", "Accept-Encoding": "identity", "Connection": "close"}

# IANA's special-purpose registries: within what `is_global` lets pass, still not the internet.
_NOT_PUBLIC_4 = IPv4Network("192.0.0.0/24")
_PUBLIC_6 = IPv6Network("2000::/3")
_TUNNELS_6 = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a party answered, whatever its status; the headers with their names in small letters."""

    status: int
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    def __str__(self) -> str:
        """The address without its query, which may hold what is nobody's business."""
        return f"{self.scheme}://{self.host}:{self.port}{self.path.partition('?')[0]}"


def fetch(
    address: str,
    *,
    limit_bytes: int = LIMIT_BYTES,
    timeout_s: float = TIMEOUT_S,
    allow_loopback: bool = False,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The body at an address; raises FetchRefused, also for any status but 200."""
    target = _target(address, allow_loopback=allow_loopback)
    answer = _exchange(target, "GET", None, headers or {}, limit_bytes, timeout_s)
    if answer.status != _OK:
        raise FetchRefused(f"{target} answers with status {answer.status}")
    return answer.body


def post_form(
    address: str,
    fields: Mapping[str, str],
    *,
    basic: tuple[str, str] | None = None,
    limit_bytes: int = LIMIT_BYTES,
    timeout_s: float = TIMEOUT_S,
    allow_loopback: bool = False,
) -> Answer:
    """Post a form and ask for JSON, as to a token endpoint; raises FetchRefused.

    `basic` is a client's id and secret, sent as RFC 6749 §2.3.1 says.
    """
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    if basic is not None:
        pair = ":".join(quote_plus(part) for part in basic)
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    target = _target(address, allow_loopback=allow_loopback)
    return _exchange(target, "POST", urlencode(fields).encode(), headers, limit_bytes, timeout_s)


def visit(
    address: str,
    form: Mapping[str, str] | None = None,
    *,
    headers: Mapping[str, str],
    timeout_s: float,
    allow_loopback: bool = False,
) -> Answer:
    """What a browser would get, by GET or with a form by POST, an address that it leads on to
    too; follows nothing. Raises FetchRefused."""
    sent = dict(headers)
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    body = None if form is None else urlencode(form).encode()
    target = _target(address, allow_loopback=allow_loopback)
    method = "GET" if form is None else "POST"
    return _exchange(target, method, body, sent, LIMIT_BYTES, timeout_s, led_on=True)


def _target(address: str, *, allow_loopback: bool) -> _Target:
    """Take an address apart, resolve its name and judge both."""
    if not address.isascii() or not address.isprintable() or set(address) & set(" \\"):
        raise FetchRefused(f"{address[:200]!r} is not an address")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError as error:
        raise FetchRefused(f"{address[:200]!r} is not an address") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_loopback):
        raise FetchRefused(f"{address[:200]!r} is not an https: address")
    if not host or port is None or parts.username is not None:
        raise FetchRefused(f"{address[:200]!r} is not a plain address of a host and a path")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    addresses = _resolve(host, port)
    if not all(_is_allowed(ip, allow_loopback=allow_loopback) for ip in addresses):
        raise FetchRefused(f"{host} is not on the public internet")
    return _Target(parts.scheme, host, port, path, addresses)


def _resolve(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefused(f"the name {host[:200]} is not known") from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_allowed(text: str, *, allow_loopback: bool) -> bool:
    """Public unicast alone.

    For IPv6 that is one block, which has no mapped, NAT64, link-local or unique local address.
    """
    address: IPv4Address | IPv6Address = ip_address(text)
    if address.is_loopback:
        return allow_loopback
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return address not in _NOT_PUBLIC_4
    return address in _PUBLIC_6 and not any(address in tunnel for tunnel in _TUNNELS_6)


class _Pinned(HTTPConnection):
    """A connection to the addresses of a target that were checked, and to no other."""

    def __init__(self, target: _Target, deadline: float) -> None:
        super().__init__(target.host, target.port)
        self.default_port = _PORTS[target.scheme]
        self._target = target
        self._deadline = deadline

    def connect(self) -> None:
        plain = self._connect_to_any()
        if self._target.scheme == "http":
            self.sock = plain
            return
        try:
            self.sock = _tls().wrap_socket(plain, server_hostname=self._target.host)
        except BaseException:
            plain.close()
            raise

    def _connect_to_any(self) -> socket.socket:
        failure: OSError = TimeoutError()
        for address in self._target.addresses:
            remaining = self._deadline - time.monotonic()
            if remaining <= 0:
                break
            try:
                return socket.create_connection((address, self._target.port), remaining)
            except OSError as error:
                failure = error
        raise failure


def _exchange(
    target: _Target,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
    limit_bytes: int,
    timeout_s: float,
    *,
    led_on: bool = False,
) -> Answer:
    """`led_on`: a redirect is an answer too."""
    deadline = time.monotonic() + timeout_s
    try:
        with closing(_Pinned(target, deadline)) as connection:
            connection.connect()
            with _ended_at(connection.sock, deadline):
                connection.request(method, target.path, body, {**_HEADERS, **headers})
                response = connection.getresponse()
                _judge_head(response, target, led_on=led_on)
                data = _body(response, target, limit_bytes)
    except (OSError, HTTPException) as error:
        if time.monotonic() < deadline:
            raise FetchRefused(f"{target} gives no answer: {error}") from error
        data = None
    if data is None or time.monotonic() >= deadline:
        raise FetchRefused(f"{target} takes longer than {timeout_s:g} seconds")
    said = tuple((name.lower(), value) for name, value in response.getheaders())
    return Answer(response.status, data, said)


def _judge_head(response: HTTPResponse, target: _Target, *, led_on: bool) -> None:
    if response.status in _REDIRECTS and not led_on:
        to = response.getheader("Location", "")
        raise FetchRefused(f"{target} leads on to {to[:200]!r}; give that address itself")
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise FetchRefused(f"{target} answers in an encoding that was not asked")


def _body(response: HTTPResponse, target: _Target, limit_bytes: int) -> bytes:
    data = response.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise FetchRefused(f"{target} answers with more than {limit_bytes} bytes")
    if response.length:
        raise IncompleteRead(data, response.length)
    return data


@contextmanager
def _ended_at(sock: socket.socket, deadline: float) -> Iterator[None]:
    """Shut the socket at the deadline: a drip of bytes would keep each read alive."""

    def end() -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(deadline - time.monotonic(), 0), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@cache
def _tls() -> ssl.SSLContext:
    """Mozilla's authorities, and those that SSL_CERT_FILE or SSL_CERT_DIR name."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.set_default_verify_paths()
    return context

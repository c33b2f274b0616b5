"""One keep-alive HTTP/1.1 connection; http.client costs several times the CPU that this does."""

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import BinaryIO, Self
from urllib.parse import urlsplit

from bench.errors import LoginError

TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that lower-case name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")


class Connection:
    """Kept open between exchanges; `waited_s` is the time in which the other side had the turn."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._host = f"{host}:{port}"
        self._socket: socket.socket | None = None
        self._reader: BinaryIO | None = None
        self.waited_s = 0.0

    @classmethod
    def to(cls, base_url: str) -> Self:
        """To the server of an address, which names its port."""
        address = urlsplit(base_url)
        assert address.hostname is not None
        assert address.port is not None
        return cls(address.hostname, address.port)

    def exchange(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Reply:
        """Send one request and read its reply; LoginError when the connection breaks."""
        head = [f"{method} {target} HTTP/1.1", f"Host: {self._host}"]
        head += [f"{name}: {value}" for name, value in headers]
        if method == "POST":
            head.append(f"Content-Length: {len(body)}")
        message = "\r\n".join((*head, "", "")).encode("latin-1") + body
        started = perf_counter()
        try:
            reply = self._exchange(message)
        except (OSError, ValueError) as error:
            self.close()
            raise LoginError(f"{method} {target.partition('?')[0]}: {error}") from error
        self.waited_s += perf_counter() - started
        return reply

    def close(self) -> None:
        if self._socket is not None and self._reader is not None:
            self._reader.close()
            self._socket.close()
        self._socket = self._reader = None

    def _exchange(self, message: bytes) -> Reply:
        if self._socket is None or self._reader is None:
            self._socket = socket.create_connection(self._address, TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._reader = self._socket.makefile("rb")
        self._socket.sendall(message)
        reply = _read_reply(self._reader)
        if reply.header("connection").lower() == "close":
            self.close()
        return reply


def _read_reply(reader: BinaryIO) -> Reply:
    status_line = reader.readline()
    if not status_line:
        raise ConnectionError("the connection was closed")
    headers = []
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.lower(), value.strip()))
    reply = Reply(int(status_line.split(b" ", 2)[1]), tuple(headers), b"")
    if reply.header("transfer-encoding"):
        body = b"".join(_read_chunks(reader))
    else:
        body = reader.read(int(reply.header("content-length") or 0))
    return Reply(reply.status, reply.headers, body)


def _read_chunks(reader: BinaryIO) -> Iterator[bytes]:
    """RFC 9112 §7.1, without trailers."""
    while size := int(reader.readline(), 16):
        yield reader.read(size)
        reader.readline()
    reader.readline()

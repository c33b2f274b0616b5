"""A server that says whatever it is told, for what fetches from servers of others."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Reply = Callable[[socket.socket], None]


@dataclass
class Server:
    """A server that answers every connection with the same bytes, however odd."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(reply: Reply, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(listener, server, reply, tls))
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            with socket.create_connection(("127.0.0.1", server.port)):
                thread.join(10)
            assert not thread.is_alive()


def _accept(
    listener: socket.socket, server: Server, reply: Reply, tls: ssl.SSLContext | None
) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            if server.stopped.is_set():
                return
            _answer(connection, server, reply, tls)


def _answer(
    connection: socket.socket, server: Server, reply: Reply, tls: ssl.SSLContext | None
) -> None:
    try:
        if tls is not None:
            tls.sni_callback = lambda _sock, name, _context: server.names.append(name)
            connection = tls.wrap_socket(connection, server_side=True)
        server.requests.append(_read_request(connection))
        reply(connection)
    except OSError:
        return  # the other side has had enough: what it thinks of it is what the test asks
    finally:
        connection.close()


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *([0-9]+)", head)
    while length and len(body) < int(length[1]):
        body += _receive(connection)
    return head + b"\r\n\r\n" + body


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionAbortedError
    return data


def saying(
    body: bytes = b"hello", status: str = "200 OK", headers: str = "", *, length: int | None = None
) -> Reply:
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{headers}\r\n"
    return lambda connection: connection.sendall(head.encode() + body)

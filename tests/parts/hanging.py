"""A party that takes connections and never answers."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class HangingServer:
    """Takes connections, keeps them, and says nothing."""

    listener: socket.socket
    taken: list[socket.socket] = field(default_factory=list)
    first: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.taken.append(self.listener.accept()[0])
                self.first.set()

    def hang_up(self) -> None:
        for connection in self.taken:
            connection.close()

    def keeps_the_first(self) -> bool:
        """The other end has not given up: it would have closed the connection."""
        self.taken[0].setblocking(False)
        try:
            while self.taken[0].recv(65_536):
                pass
        except BlockingIOError:
            return True
        return False


@contextlib.contextmanager
def run_hanging_server() -> Iterator[HangingServer]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        server = HangingServer(listener)
        threading.Thread(target=server.take, daemon=True).start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            server.hang_up()

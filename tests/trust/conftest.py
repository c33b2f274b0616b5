"""A name service that is played."""

import socket

import pytest


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """A name service: for each name its answers one after the other, each a list of addresses."""
    real = socket.getaddrinfo
    table: dict[str, list[list[str]]] = {}

    def resolve(host, port, *args, **kwargs):
        if host not in table:
            return real(host, port, *args, **kwargs)
        found = []
        for address in table[host].pop(0):
            found += real(address, port, *args, **kwargs)
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return table

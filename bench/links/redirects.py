from urllib.parse import parse_qs, urlsplit

from bench.answers import expect
from bench.connection import Reply


def expect_redirect(reply: Reply, address: str) -> None:
    found = reply.header("location") or f"status {reply.status}"
    expect(found == address, f"{found[:200]} instead of a redirect to {address[:200]}")


def read_redirect(reply: Reply, address: str) -> dict[str, str]:
    """The query of a redirect to an address; LoginError for another."""
    location = urlsplit(reply.header("location"))
    found = location._replace(query="").geturl()
    expect(found == address, f"{found or reply.status} instead of a redirect to {address}")
    return {name: values[0] for name, values in parse_qs(location.query).items()}

"""Outgoing HTTP against real servers of this machine; only the name service is played."""

import base64
import datetime as dt
import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.errors import FetchRefused
from gateway.trust import fetch as module
from gateway.trust.fetch import fetch, post_form
from tests.trust.odd_server import Reply, saying, serve


def test_fetch_gives_the_body(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serve(saying(b"<xml/>")) as server:
        body = fetch(f"{server.address}/a/b?c=d", allow_loopback=True, headers={"Accept": "x/y"})
        assert body == b"<xml/>"
        assert server.requests[0].startswith(b"GET /a/b?c=d HTTP/1.1\r\n")
        assert f"\r\nHost: 127.0.0.1:{server.port}\r\n".encode() in server.requests[0]
        assert b"\r\nAccept: x/y\r\n" in server.requests[0]


NOT_PUBLIC = [
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.2.1",
    "198.18.0.1", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
    "[::ffff:10.0.0.1]", "[::ffff:8.8.8.8]", "[::10.0.0.1]", "[64:ff9b::a00:1]",
    "[64:ff9b:1::a00:1]", "[2002:a00:1::1]", "[2001:0:a00:1::1]", "[2001:db8::1]", "[fec0::1]",
]  # fmt: skip
LOOPBACK = [
    "127.0.0.1", "127.8.8.8", "[::1]", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1",
]  # fmt: skip


@pytest.mark.parametrize("host", NOT_PUBLIC)
@pytest.mark.parametrize("allow_loopback", [True, False])
def test_addresses_that_are_not_public_are_refused_before_connecting(host, allow_loopback):
    with pytest.raises(FetchRefused, match="not on the public internet"):
        fetch(f"https://{host}/", allow_loopback=allow_loopback)


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_in_every_writing_is_refused(host):
    with serve(saying()) as server:
        with pytest.raises(FetchRefused, match="not on the public internet"):
            fetch(f"https://{host}:{server.port}/")
        assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "http://example.test/", "ftp://example.test/", "file:///etc/passwd", "//example.test/",
        "https:///path", "https://user:word@example.test/", "https://example.test:99999/",
        "https://exa mple.test/", "https://example.test/\r\nX: y", "https://example.test\\@a.test/",
        "https://exämple.test/", "https://[::1", "", "https://" + "a" * 70 + ".test/",
    ],
)  # fmt: skip
def test_addresses_of_another_form_are_refused(address):
    with pytest.raises(FetchRefused):
        fetch(address)


def test_plain_http_needs_the_permission_for_loopback():
    with serve(saying()) as server:
        with pytest.raises(FetchRefused, match="not an https: address"):
            fetch(server.address)
        assert server.requests == []


def test_a_name_with_one_address_that_is_not_public_is_refused(names):
    names["school.test"] = [["8.8.8.8", "10.0.0.1"]]
    with pytest.raises(FetchRefused, match="not on the public internet"):
        fetch("https://school.test/")


def test_the_name_is_resolved_once_and_the_checked_address_is_used(names):
    """DNS rebinding: the second answer of the name service is never asked for."""
    with serve(saying()) as server:
        names["school.test"] = [["127.0.0.1"], ["10.0.0.1"]]
        assert fetch(f"http://school.test:{server.port}/", allow_loopback=True) == b"hello"
        assert f"\r\nHost: school.test:{server.port}\r\n".encode() in server.requests[0]
        assert names["school.test"] == [["10.0.0.1"]]


def test_the_next_address_of_a_name_is_tried_when_one_is_dead(names):
    with serve(saying()) as server:
        names["school.test"] = [["127.0.0.2", "127.0.0.1"]]
        assert fetch(f"http://school.test:{server.port}/", allow_loopback=True) == b"hello"


def test_an_unknown_name_and_a_closed_port_are_refused():
    with pytest.raises(FetchRefused, match="not known"):
        fetch("https://nothing.invalid/")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(FetchRefused, match="gives no answer"):
        fetch(f"http://127.0.0.1:{port}/", allow_loopback=True)


@dataclass(frozen=True)
class Site:
    """The TLS of a site named school.test, and the file with the authority that vouches for it."""

    tls: ssl.SSLContext
    authority: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    authority_key, authority = _certificate("Authority", None)
    key, certificate = _certificate("school.test", (authority_key, authority))
    (folder / "site.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    path = folder / "authority.pem"
    path.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "site.pem")
    return Site(tls, path)


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _certificate(name, issuer):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signing_key, issuer_name = (key, subject) if issuer is None else (issuer[0], issuer[1].subject)
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    if issuer is None:  # RFC 5280 §4.2.1.3, which Python asks for from 3.13 on
        usage = x509.KeyUsage(
            **dict.fromkeys(_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
        )
        builder = builder.add_extension(usage, critical=True)
    else:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = builder.add_extension(names, critical=False)
    return key, builder.sign(signing_key, hashes.SHA256())


@pytest.fixture
def trusting(site, monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(site.authority))
    module._tls.cache_clear()
    yield
    module._tls.cache_clear()


@pytest.mark.usefixtures("trusting")
def test_tls_uses_the_name_at_the_checked_address(names, site):
    with serve(saying(), site.tls) as server:
        names["school.test"] = [["127.0.0.1"]]
        assert fetch(f"https://school.test:{server.port}/", allow_loopback=True) == b"hello"
        assert server.names == ["school.test"]
        assert f"\r\nHost: school.test:{server.port}\r\n".encode() in server.requests[0]


@pytest.mark.usefixtures("trusting")
def test_tls_of_another_name_is_refused(names, site):
    with serve(saying(), site.tls) as server:
        names["other.test"] = [["127.0.0.1"]]
        with pytest.raises(FetchRefused, match="certificate"):
            fetch(f"https://other.test:{server.port}/", allow_loopback=True)
        assert server.requests == []


def test_tls_of_an_unknown_authority_is_refused(names, site):
    with serve(saying(), site.tls) as server:
        names["school.test"] = [["127.0.0.1"]]
        with pytest.raises(FetchRefused, match="certificate"):
            fetch(f"https://school.test:{server.port}/", allow_loopback=True)
        assert server.requests == []


def test_an_answer_of_exactly_the_limit_is_read():
    with serve(saying(b"x" * 1000)) as server:
        assert fetch(server.address, allow_loopback=True, limit_bytes=1000) == b"x" * 1000


def _endless(head: bytes, piece: bytes) -> Reply:
    def reply(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return reply


@pytest.mark.parametrize(
    "reply",
    [
        saying(b"x" * 1001),
        _endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096),
        _endless(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1000\r\n" + b"x" * 4096 + b"\r\n",
        ),
        _endless(b"HTTP/1.1 200 OK\r\n", b"X-Header: " + b"x" * 1000 + b"\r\n"),
    ],
    ids=["declared", "until-closed", "chunked", "headers"],
)
def test_an_answer_over_the_limit_is_refused(reply):
    with serve(reply) as server, pytest.raises(FetchRefused):
        fetch(server.address, allow_loopback=True, limit_bytes=1000, timeout_s=20)


def _dripping(head: bytes) -> Reply:
    """Longer than `serve` waits at its end: it stops before only if the other side is gone."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(1000):
            time.sleep(0.05)
            connection.sendall(b"x")

    return reply


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    ],
    ids=["header", "until-closed", "declared"],
)
@pytest.mark.parametrize("over_tls", [True, False])
@pytest.mark.usefixtures("trusting")
def test_a_drip_of_bytes_ends_at_the_time_limit(head, over_tls, names, site):
    names["school.test"] = [["127.0.0.1"]]
    with serve(_dripping(head), site.tls if over_tls else None) as server:
        scheme = "https" if over_tls else "http"
        begun = time.monotonic()
        with pytest.raises(FetchRefused, match=r"takes longer than 0\.5 seconds"):
            fetch(f"{scheme}://school.test:{server.port}/", allow_loopback=True, timeout_s=0.5)
        assert time.monotonic() - begun < 8


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing_ends_at_the_time_limit(scheme):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        begun = time.monotonic()
        with pytest.raises(FetchRefused, match=r"takes longer than 0\.3 seconds"):
            fetch(f"{scheme}://127.0.0.1:{port}/", allow_loopback=True, timeout_s=0.3)
        assert time.monotonic() - begun < 8


def test_redirects_are_not_followed():
    with serve(saying()) as other:
        reply = saying(b"", "302 Found", f"Location: {other.address}/there\r\n")
        with serve(reply) as server:
            with pytest.raises(FetchRefused, match="/there"):
                fetch(server.address, allow_loopback=True)
            with pytest.raises(FetchRefused, match="/there"):
                post_form(server.address, {"code": "secret"}, allow_loopback=True)
        assert other.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        saying(b"gone", "404 Not Found"),
        saying(b"partial", length=100),
        saying(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n"),
        lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n"),
        lambda connection: connection.close(),
        lambda connection: connection.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"
        ),
    ],
    ids=["404", "broken-off", "encoded", "another-protocol", "closed", "broken-chunk"],
)
def test_other_answers_are_refused(reply):
    with serve(reply) as server, pytest.raises(FetchRefused):
        fetch(server.address, allow_loopback=True)


def test_a_refusal_does_not_tell_the_query():
    with serve(saying(b"", "404 Not Found")) as server:
        with pytest.raises(FetchRefused) as refusal:
            fetch(f"{server.address}/keys?token=secret", allow_loopback=True)
        assert "/keys" in refusal.value.detail
        assert "secret" not in refusal.value.detail


def test_post_form_sends_the_form_and_gives_any_status():
    answer = json.dumps({"error": "invalid_grant"}).encode()
    with serve(saying(answer, "400 Bad Request")) as server:
        got = post_form(
            f"{server.address}/token",
            {"grant_type": "authorization_code", "code": "a b&c"},
            basic=("client:1", "se cret"),
            allow_loopback=True,
        )
        assert (got.status, got.body) == (400, answer)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /token HTTP/1.1\r\n")
        assert b"\r\nContent-Type: application/x-www-form-urlencoded" in head
        pair = base64.b64encode(b"client%3A1:se+cret")
        assert b"\r\nAuthorization: Basic " + pair in head
        assert body == b"grant_type=authorization_code&code=a+b%26c"
        assert "invalid_grant" not in repr(got)

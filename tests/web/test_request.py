"""Parameters and cookies are read as the framework would read them."""

from base64 import b64encode
from io import BytesIO
from urllib.parse import parse_qsl, quote_plus, urlencode

import flask
import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from gateway.web.request import Request, read_parameters

ESCAPED = st.text("aZ09%+&=;/2BbFfDdCc3éÿ \x00", max_size=40)
BASE64 = st.binary(min_size=1, max_size=60)


@given(ESCAPED)
@example("%%2B41")
@example("%252B")
@example("a=%C3%2B&=&&b")
@example("a=%2b%2f%3d%FF")
def test_read_as_the_standard_library_reads_them(text: str) -> None:
    expected = parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote")
    assert read_parameters(text) == expected


@given(BASE64)
def test_base64_comes_back_whole(message: bytes) -> None:
    text = b64encode(message).decode()
    assert read_parameters(urlencode({"SAMLResponse": text})) == [("SAMLResponse", text)]


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=4))
def test_a_form_is_the_framework_s(fields: dict[str, str]) -> None:
    environ = EnvironBuilder(method="POST", data=fields, query_string=fields).get_environ()
    ours, theirs = _both(environ)
    assert ours.args == theirs.args
    environ["wsgi.input"].seek(0)
    form = ours.form
    environ["wsgi.input"].seek(0)
    assert form == theirs.form


@pytest.mark.parametrize(
    "header",
    ["", "a=b; c=d", 'a="b\\"c"', "a", "=x; a=1; a=2", "a=\xff\xfe", quote_plus("é") + "=1"],
)
def test_cookies_are_the_framework_s(header: str) -> None:
    ours, theirs = _both(EnvironBuilder(headers=[("Cookie", header)]).get_environ())
    assert ours.cookies == theirs.cookies


def test_an_address_with_bytes_that_are_no_text_is_read_nevertheless() -> None:
    """Some servers let them through, and the page that says what is wrong reads it again."""
    assert Request({"QUERY_STRING": "lang=en&q=\xff"}).args.to_dict() == {
        "lang": "en",
        "q": "\ufffd",
    }


def test_a_body_that_is_no_text_has_no_fields() -> None:
    environ = EnvironBuilder(
        method="POST",
        input_stream=BytesIO(b"a=\xff"),
        content_type="application/x-www-form-urlencoded",
    ).get_environ()
    with Flask("here").app_context():
        assert not Request(environ).form


class Piecemeal(BytesIO):
    """A body as a server gives it; `asked` are the numbers of bytes that were asked."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.asked: list[int | None] = []

    def read(self, size: int | None = -1) -> bytes:
        self.asked.append(size)
        return super().read(size)


def _posted(body: Piecemeal, *, length: int | None, limit: int = 100) -> Request:
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.input": body,
        "wsgi.input_terminated": True,
    }
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    request = Request(environ)
    request.max_content_length = limit
    return request


def test_a_form_of_a_known_length_is_asked_once() -> None:
    body = Piecemeal(b"a=1&b=2")
    assert _posted(body, length=7).form.to_dict() == {"a": "1", "b": "2"}
    assert body.asked == [7]


def test_no_more_is_read_than_the_length_says() -> None:
    """What follows is the next request of the connection (RFC 9112 §6.3)."""
    assert _posted(Piecemeal(b"a=1&b=2"), length=3).form.to_dict() == {"a": "1"}


def test_a_form_of_no_known_length_is_read_to_its_end() -> None:
    assert _posted(Piecemeal(b"a=1"), length=None).form.to_dict() == {"a": "1"}


@pytest.mark.parametrize("length", [101, None])
def test_a_form_over_the_limit_is_refused(length: int | None) -> None:
    body = Piecemeal(b"a=" + b"1" * 99)
    with pytest.raises(RequestEntityTooLarge):
        assert _posted(body, length=length).form
    assert length is None or body.asked == []


def test_a_form_that_breaks_off_is_refused() -> None:
    """RFC 9112 §8: a message that is shorter than its length is incomplete."""
    with pytest.raises(ClientDisconnected):
        assert _posted(Piecemeal(b"a=1"), length=7).form


def test_a_body_that_was_read_before_is_a_form_all_the_same() -> None:
    request = _posted(Piecemeal(b"a=1"), length=3)
    assert request.get_data() == b"a=1"
    assert request.form.to_dict() == {"a": "1"}


def _both(environ: dict[str, object]) -> tuple[Request, flask.Request]:
    return Request(environ), flask.Request(environ)

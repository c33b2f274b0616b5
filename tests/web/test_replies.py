"""An address that a reply leads to is one when it is sent, whatever characters it was made of."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.replies import redirect


def sent(path: str) -> str:
    """The Location of a redirect to a path of another site, as the server is given it."""
    app = Flask(__name__)
    app.get("/")(lambda: redirect(f"https://elders.test/{path}"))
    return app.test_client().get("/").headers["Location"].removeprefix("https://elders.test/")


@given(st.text("AZaz09-._~:/?#[]@!$&'()*+,;=%", max_size=30))
def test_a_uri_is_sent_as_it_is(path: str) -> None:
    """RFC 3986 §2."""
    assert sent(path) == path


@pytest.mark.parametrize(
    ("path", "quoted"),
    [("é", "%C3%A9"), ("a b", "a%20b"), ('"<>', "%22%3C%3E"), ("\\^`{|}", "%5C%5E%60%7B%7C%7D")],
)
def test_what_no_uri_has_is_quoted(path: str, quoted: str) -> None:
    assert sent(path) == quoted

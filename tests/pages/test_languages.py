"""Which language a page is in, and the links to the other."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from gateway.web import languages


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app = Flask("gateway.web")
    languages.init(app, secure_cookie=True)

    @app.route("/", methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def page(path: str = "") -> str:
        return render_template("home.html", signed_in=False)

    with app.test_client() as client:
        yield client


def language_of(html: str) -> str:
    return html.partition('<html lang="')[2][:2]


def link_in(html: str) -> str | None:
    _, found, rest = html.partition('<a href="?')
    return rest.partition('"')[0] if found else None


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "nl"),
        ("", "nl"),
        ("fr, de", "nl"),
        ("nl-BE", "nl"),
        ("en", "en"),
        ("en-GB, nl;q=0.8", "en"),
        ("de, nl;q=0.5, en;q=0.4", "nl"),
        ("nl;q=0, EN", "en"),
        ("not a language;;q=x", "nl"),
    ],
)
def test_as_the_browser_asks_else_dutch(
    client: FlaskClient, accepted: str | None, language: str
) -> None:
    headers = {} if accepted is None else {"Accept-Language": accepted}
    assert language_of(client.get("/", headers=headers).text) == language


def test_the_address_is_stronger_and_remembered(client: FlaskClient) -> None:
    headers = {"Accept-Language": "nl"}
    asked = client.get("/?lang=en", headers=headers)
    assert language_of(asked.text) == "en"
    cookie = asked.headers["Set-Cookie"]
    assert cookie.startswith("kp_lang=en;")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert language_of(client.get("/", headers=headers, base_url="https://localhost").text) == "en"


def test_an_unknown_language_is_not_taken_and_not_remembered(client: FlaskClient) -> None:
    client.set_cookie("kp_lang", "xx")
    answer = client.get("/?lang=xx", headers={"Accept-Language": "en"})
    assert language_of(answer.text) == "en"
    assert "Set-Cookie" not in answer.headers


def test_the_link_keeps_the_query_byte_for_byte(client: FlaskClient) -> None:
    query = "SAMLRequest=fZ%2f%2Fa+b&RelayState=&lang=nl&SigAlg=x"
    kept = "SAMLRequest=fZ%2f%2Fa+b&amp;RelayState=&amp;SigAlg=x&amp;lang=en"
    assert link_in(client.get(f"/saml/sso?{query}").text) == kept


def test_the_link_stays_on_this_site_and_is_only_a_link(client: FlaskClient) -> None:
    html = client.get('//elsewhere.test/%22onclick=?a="><script>').text
    assert "elsewhere" not in html
    assert "<script" not in html
    assert link_in(html) == "a=&#34;&gt;&lt;script&gt;&amp;lang=en"


@pytest.mark.parametrize(
    "query", ["code=c&state=s", "error=access_denied&state=s", "SAMLResponse=x"]
)
def test_no_link_to_an_answer_that_is_good_for_one_visit(client: FlaskClient, query: str) -> None:
    assert link_in(client.get(f"/?{query}").text) is None


def test_no_link_to_what_was_posted(client: FlaskClient) -> None:
    assert link_in(client.post("/").text) is None

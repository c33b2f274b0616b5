"""What browsers and people bring: cookies, languages, typed codes."""

from types import SimpleNamespace

from werkzeug.wrappers import Response

from gateway.core.codes import can_be_code, normalise
from gateway.core.model import parse_brin
from gateway.errors import FetchRefused
from gateway.web import languages
from gateway.web.cookies import Cookies, fingerprint, is_same_browser
from providers.checking.forms import first_form
from providers.checking.visitor import joined
from tests.fuzz.parties import request
from tests.fuzz.target import Target, as_text

_COOKIES = Cookies(SimpleNamespace(secure_cookies=False))  # type: ignore[arg-type]


def _header(name: str, data: bytes):
    text = data.decode("latin-1").replace("\n", "").replace("\r", "")
    return request(headers={name: text})


def _cookies(data: bytes) -> object:
    visit = _header("Cookie", data)
    known = _COOKIES.schools(visit), _COOKIES.announced(visit), _COOKIES.session(visit)
    return known, is_same_browser(fingerprint("b"), _COOKIES.browser(visit))


def _chosen(data: bytes) -> object:
    language = languages.chosen(_header("Accept-Language", data))
    assert language in languages.LANGUAGES
    return language


def _suggested(data: bytes) -> object:
    response = Response()
    languages.suggest(request(), response, as_text(data).split(), secure=True)  # type: ignore[arg-type]
    return response.headers


def _code(data: bytes) -> object:
    code = normalise(as_text(data))
    assert not can_be_code(code) or code.encode("ascii")
    return code


def _page(data: bytes) -> object:
    """Of a service that is checked: where its first form leads."""
    form = first_form(as_text(data))
    return form and joined("https://dienst.test/les", form.action)


_FORM = b"""<form action="/pick" method=post><input type=radio name=a value=1><select name=b>
<option value=2 selected></select><button name=c value=3>x</button></form>"""
TARGETS = (
    Target("cookies", _cookies, (), (b"kp_schools=99XA.00ZZ01; kp_announced=99XA; kp_browser=b; kp_session=s",)),
    Target("accept-language", _chosen, (), (b"nl-NL,nl;q=0.9,en;q=0.8,*;q=0",)),
    Target("ui-locales", _suggested, (), (b"fr-CA nl-BE en",)),
    Target("typed-code", _code, (), (b"BCD FGHJ KLM", b"https://poort.test/d/bcdfghjklm?lang=en")),
    Target("checked-page", _page, (FetchRefused,), (_FORM,)),
    Target("brin", lambda d: parse_brin(as_text(d)), (ValueError,), (b"99XA01",)),
)  # fmt: skip

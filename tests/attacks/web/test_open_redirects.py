"""Open redirects: the gateway leads to registered addresses alone, however another is written.

What lies inside a registered address is judged in tests/core/test_links.py; here it is shown
that every way in asks that judge.
"""

from urllib.parse import quote, urlencode

import pytest

from tests.actors.browser import Browser, Page
from tests.attacks.saml.stage import (
    RETURN,
    SUPPLIER,
    TARGET,
    Stage,
    assert_logged,
    assert_refused,
    cookies,
)
from tests.parts.gateway import CommandError
from tests.parts.link_book import keep, open_links
from tests.parts.registration import add_link

UNREGISTERED = ("KP-303", 400)
ELSEWHERE = {
    "other host": "http://evil.test/",
    "no scheme": "//evil.test/",
    "backslashes": "\\\\evil.test\\",
    "slash and backslash": "/\\evil.test/",
    "path of our own": "/logout",
    "nothing": "",
    "script": "javascript:alert(1)//" + RETURN,
    "data": "data:text/html,<script>alert(1)</script>",
    "host as a beginning": "http://school.test.evil.test/portaal/",
    "user": "http://school.test@evil.test/portaal/",
    "backslash and user": "http://evil.test\\@school.test/portaal/",
    "in the query": f"http://evil.test/?{RETURN}",
    "in the fragment": f"http://evil.test/#{RETURN}",
    "encoded dot": "http://school%2etest/portaal/",
    "full-width dot": "http://school\uff0etest/portaal/",
    "climbing": f"{RETURN}../elders",
    "climbing, encoded": f"{RETURN}%2e%2e/elders",
    "climbing with a parameter": f"{RETURN}..;/elders",
    "beside": "http://school.test/portaalbeheer",
    "other scheme": "https://school.test/portaal/",
    "other port": "http://school.test:8080/portaal/",
    "line break": f"{RETURN}\r\nSet-Cookie: kp_session=gekozen",
    "line break, encoded": "http://evil.test%0d%0aSet-Cookie:x=y/",
    "tab": "http://evil\t.test/",
    "space before": f" {RETURN}",
    "NUL": f"{RETURN}\0",
    "other service's target": TARGET,
}
every_address = pytest.mark.parametrize("address", ELSEWHERE.values(), ids=ELSEWHERE.keys())


def announce(browser: Browser, stage: Stage, *fields: tuple[str, str]) -> Page:
    return browser.open(f"{stage.base}/school/announce?{urlencode(fields)}")


@every_address
def test_announcing_leads_to_the_schools_own_portal_alone(
    stage: Stage, browser: Browser, address: str
):
    """entree.md A6: return addresses are registered."""
    log = stage.log()
    page = announce(browser, stage, ("school", "99XA"), ("return", address))
    assert_refused(page, *UNREGISTERED)
    assert_logged(log, UNREGISTERED[0])
    assert "Location" not in page.headers
    assert "kp_announced" not in cookies(stage, browser)


def test_announcing_leads_back_to_what_was_registered(stage: Stage, browser: Browser):
    address = f"{RETURN}klas/2b?dag=ma#rooster"
    page = announce(browser, stage, ("school", "99XA"), ("return", address))
    assert page.redirect is not None
    assert page.redirect.url == address
    assert cookies(stage, browser)["kp_announced"] == "99XA"


def test_second_return_address_is_not_the_one_that_is_followed(stage: Stage, browser: Browser):
    """The address that was judged is the one that is used, whichever comes first."""
    for pair in ((RETURN, "http://evil.test/"), ("http://evil.test/", RETURN)):
        fields = [("school", "99XA"), *(("return", address) for address in pair)]
        page = announce(browser, stage, *fields)
        assert page.headers.get("Location", RETURN) == RETURN


@pytest.mark.parametrize("school", ["99XC", "99ZZ", "", "99XA99", "99XA' OR 1=1"])
def test_announcing_for_another_school_leads_nowhere(stage: Stage, browser: Browser, school: str):
    """A portal's address is its own school's: 99XC registered none."""
    page = announce(browser, stage, ("school", school), ("return", RETURN))
    assert page.status in {400, 404}
    assert "kp_announced" not in cookies(stage, browser)


@pytest.mark.parametrize(
    "name",
    [
        "target",
        "return",
        "url",
        "next",
        "ReturnTo",
        "RelayState",
        "redirect_uri",
        "continue",
        "flow",
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/school", "/school?school=99XA", "/logout", "/flow/x", "/d/x"]
)
def test_no_other_address_takes_one_from_its_query(
    stage: Stage, browser: Browser, path: str, name: str
):
    joiner = "&" if "?" in path else "?"
    page = browser.open(f"{stage.base}{path}{joiner}{name}={quote('http://evil.test/', safe='')}")
    assert page.url.startswith(stage.base)
    for form in page.forms:
        assert "evil.test" not in form.action
    assert not [link for link in page.links if link.href.startswith(("http:", "//"))]


@pytest.fixture(scope="module")
def link(stage: Stage) -> str:
    return add_link(stage.gateway, stage.services[SUPPLIER], f"{TARGET}7?opgave=4")


@pytest.mark.parametrize("name", ["target", "RelayState", "target_link_uri", "url", "code"])
def test_target_of_a_link_can_not_be_changed(stage: Stage, browser: Browser, link: str, name: str):
    """What was made is what opens: by unsolicited response, its RelayState the target."""
    stage.begin(browser).succeed()
    page = browser.open(f"{link}?{name}={quote('http://evil.test/', safe='')}")
    assert page.message is not None, page
    assert page.message.url == stage.supplier.acs
    assert page.message.fields["RelayState"] == f"{TARGET}7?opgave=4"
    assert stage.supplier.receive(page.message.fields, None).relay_state


# What is not TARGET in some reader's eyes; its host is that of the supplier of this stage.
DISGUISES = {
    "other host": "http://evil.test/boek/",
    "IDN look-alike": TARGET.replace("e", "\u0435", 1),
    "IDN look-alike, punycode": "http://xn--suppler-2hd.test/boek/",
    "full-width dot in the host": TARGET.replace(".test", "\uff0etest"),
    "ideographic dot in the host": TARGET.replace(".test", "\u3002test"),
    "full-width slashes": TARGET.replace("//", "\uff0f\uff0f"),
    "trailing dot": TARGET.replace(".test/", ".test./"),
    "encoded host": TARGET.replace("s", "%73", 1),
    "encoded dot": TARGET.replace(".test", "%2etest"),
    "user": TARGET.replace("://", "://supplier.test@"),
    "user and password": TARGET.replace("://", "://supplier.test:80@evil.test@"),
    "encoded at sign": TARGET.replace("://", "://evil.test%40"),
    "backslash before the path": TARGET.replace(".test/", ".test\\@evil.test/"),
    "backslashes for slashes": TARGET.replace("/", "\\"),
    "tab in the host": TARGET.replace("supp", "su\tpp"),
    "newline in the host": TARGET.replace("supp", "su\npp"),
    "tab in the scheme": TARGET.replace("http", "ht\ttp"),
    "carriage return": f"{TARGET}\r\nLocation: http://evil.test/",
    "space before": f" {TARGET}",
    "no scheme": TARGET.removeprefix("http:"),
    "three slashes": TARGET.replace("//", "///"),
    "one slash": TARGET.replace("//", "/"),
    "no slash": TARGET.replace("//", ""),
    "other scheme": TARGET.replace("http:", "https:"),
    "other scheme, mixed case": TARGET.replace("http:", "hTTpS:"),
    "script": f"javascript://{TARGET.removeprefix('http://')}%0aalert(1)",
    "other port": TARGET.replace(".test/", ".test:81/"),
    "port 0": TARGET.replace(".test/", ".test:0/"),
    "port beyond all": TARGET.replace(".test/", ".test:65616/"),
    "port in other digits": TARGET.replace(".test/", ".test:\u0668\u0660/"),
    "host in the fragment": f"http://evil.test/#{TARGET}",
    "host in the query": f"http://evil.test/?{TARGET}",
    "fragment before the path": TARGET.replace(".test/", ".test#.evil.test/"),
    "climbing": f"{TARGET}../beheer",
    "climbing, encoded": f"{TARGET}%2e%2e/beheer",
    "climbing, encoded twice": f"{TARGET}%252e%252e/beheer",
    "climbing with a parameter": f"{TARGET}..;x/beheer",
    "climbing by a backslash": f"{TARGET}..\\beheer",
    "empty segment": f"{TARGET}/evil.test",
    "beside": TARGET.rstrip("/") + "en/",
}


@pytest.mark.parametrize("target", DISGUISES.values(), ids=DISGUISES.keys())
def test_link_to_elsewhere_leads_nowhere_however_it_came_to_be(
    stage: Stage, browser: Browser, target: str
):
    """Put into the store by hand, as no way in would: refused before and after the login, and no
    address of it on the page."""
    with open_links(stage.gateway) as book:
        link = keep(stage.gateway, book, stage.services[SUPPLIER], target)
    stage.begin(browser).succeed()
    for address in (link, f"{link}/nearest", f"{link}?school=99XA"):
        page = browser.open(address)
        assert_refused(page, *UNREGISTERED)
        assert "Location" not in page.headers
        assert "evil" not in page.text


@pytest.mark.parametrize("tail", ["7", "7#@evil.test/", "7?naar=//evil.test/", "7#/../x", "7?"])
def test_link_inside_leads_to_that_and_no_further(stage: Stage, browser: Browser, tail: str):
    """What stands behind the path can not change whose it is."""
    link = add_link(stage.gateway, stage.services[SUPPLIER], TARGET + tail)
    stage.begin(browser).succeed()
    page = browser.open(link)
    assert page.message is not None, page
    assert page.message.fields["RelayState"] == TARGET + tail
    assert page.message.url == stage.supplier.acs


@pytest.mark.parametrize(
    "target",
    ["http://evil.test/", f"{TARGET}../beheer", f"{TARGET}%2e%2e/beheer", "//evil.test/", RETURN],
)
def test_no_link_is_made_to_elsewhere(stage: Stage, target: str):
    with pytest.raises(CommandError, match=r"target|address|inside"):
        add_link(stage.gateway, stage.services[SUPPLIER], target)


@pytest.mark.parametrize(
    "tail",
    ["/..", "%2f..%2f", "%00", "?", "/http://evil.test/", "%0d%0aLocation:%20http://evil.test/"],
)
def test_code_that_is_none_leads_nowhere(stage: Stage, browser: Browser, link: str, tail: str):
    code = link.removeprefix(f"{stage.base}/d/")
    page = browser.open(f"{stage.base}/d/{code[:-1]}{tail}")
    assert page.status == 404
    assert "Location" not in page.headers
    assert "kp_browser" not in cookies(stage, browser)

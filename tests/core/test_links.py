"""Deep links: what lies inside a registered address; what reads in two ways lies nowhere."""

from dataclasses import replace
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.links import is_target, lies_inside, origin, start_address, takes_target
from tests.core.people import SERVICE

BASE = "https://rekenen.linde.test/les"


@pytest.mark.parametrize(
    "address",
    [
        BASE,
        f"{BASE}/",
        f"{BASE}/3",
        f"{BASE}/3/opgave-b?toon=alles&x=%2F..",
        f"{BASE}?les=3",
        f"{BASE}/3#opgave",
        f"{BASE}/a%20b/%C3%A9",
        "https://REKENEN.linde.test/les/3",
        "https://rekenen.linde.test:443/les/3",
        "https://rekenen.linde.test:/les/3",
        f"{BASE}/drie...punten/.hidden",
    ],
)
def test_inside(address: str) -> None:
    assert lies_inside(address, BASE)


OUTSIDE = {
    "another path": "https://rekenen.linde.test/",
    "not at a segment": "https://rekenen.linde.test/lessen",
    "path in another case": "https://rekenen.linde.test/Les/3",
    "another scheme": "http://rekenen.linde.test/les/3",
    "another port": "https://rekenen.linde.test:8443/les/3",
    "another host": "https://linde.test/les/3",
    "host as a suffix": "https://boos.rekenen.linde.test/les",
    "host as a prefix": "https://rekenen.linde.test.boos.test/les",
    "trailing dot": "https://rekenen.linde.test./les",
    "user before the host": "https://rekenen.linde.test@boos.test/les",
    "user of the host": "https://wie@rekenen.linde.test/les",
    "password of the host": "https://wie:wat@rekenen.linde.test/les",
    "no scheme": "//rekenen.linde.test/les",
    "path alone": "/les/3",
    "one slash": "https:/rekenen.linde.test/les",
    "three slashes": "https:///rekenen.linde.test/les",
    "backslashes": "https:\\\\rekenen.linde.test\\les",
    "backslash in the host": "https://rekenen.linde.test\\@boos.test/les",
    "backslash in the path": f"{BASE}/..\\beheer",
    "climbs": f"{BASE}/../beheer",
    "climbs at the end": f"{BASE}/..",
    "stays": f"{BASE}/./3",
    "climbs, encoded": f"{BASE}/%2e%2e/beheer",
    "climbs, half encoded": f"{BASE}/.%2E/beheer",
    "climbs, encoded twice": f"{BASE}/%252e%252e/beheer",
    "climbs, encoded three times": f"{BASE}/%25252e%25252e/beheer",
    "hidden slash": f"{BASE}/..%2fbeheer",
    "hidden slash, encoded twice": f"{BASE}/a%252fb",
    "hidden backslash": f"{BASE}/..%5cbeheer",
    "empty segment": "https://rekenen.linde.test//les",
    "empty segment inside": f"{BASE}//boos.test",
    "encoded host": "https://rekenen%2elinde.test/les",
    "space": f"{BASE}/a b",
    "leading space": f" {BASE}/3",
    "tab": f"{BASE}/\t3",
    "newline": f"{BASE}/3\nSet-Cookie:x",
    "null": f"{BASE}/\0",
    "accent": f"{BASE}/é",
    "wide letters in the host": "https://\uff52ekenen.linde.test/les",
    "port zero": "https://rekenen.linde.test:0/les",
    "port too high": "https://rekenen.linde.test:99999/les",
    "port of letters": "https://rekenen.linde.test:les/les",
    "open bracket": "https://[rekenen.linde.test/les",
    "script": "javascript:alert(1)",
    "data": "data:text/html,les",
    "quote": f'{BASE}/"onload=x',
    "angle": f"{BASE}/<b>",
    "brace": f"{BASE}/{{target}}",
    "nothing": "",
    "too long": f"{BASE}/{'a' * 2048}",
}


@pytest.mark.parametrize("address", OUTSIDE.values(), ids=OUTSIDE)
def test_outside(address: str) -> None:
    assert not lies_inside(address, BASE)


@pytest.mark.parametrize(
    "address",
    [f"{BASE}/..;/beheer"],
)
def test_rfc_3986_3_3_a_dot_segment_with_a_parameter_reads_in_two_ways(address: str) -> None:
    assert not lies_inside(address, BASE)


@pytest.mark.parametrize("prefix", ["", "https://", "rekenen.linde.test", f"{BASE}/../x", "*"])
def test_a_prefix_that_is_no_plain_address_holds_nothing(prefix: str) -> None:
    assert not lies_inside(prefix, prefix)
    assert not lies_inside(BASE, prefix)


def test_the_whole_of_an_origin_with_and_without_its_slash() -> None:
    for prefix in ("https://rekenen.linde.test", "https://rekenen.linde.test/"):
        assert lies_inside("https://rekenen.linde.test", prefix)
        assert lies_inside("https://rekenen.linde.test/", prefix)
        assert lies_inside(BASE, prefix)


TAILS = st.text(st.sampled_from(list("./%25eEfFcC\\;?#@:ab~")), max_size=16)


@given(tail=TAILS | st.text(max_size=30))
def test_what_lies_inside_a_browser_finds_inside_too(tail: str) -> None:
    """RFC 3986 §5.2.4: dot segments taken out, however often a server decodes."""
    address = BASE + tail
    if not lies_inside(address, BASE):
        return
    for _ in range(3):
        resolved = urlsplit(urljoin(address, urlsplit(address).path or "/"))
        assert (resolved.scheme, resolved.hostname) == ("https", "rekenen.linde.test")
        assert (resolved.path + "/").startswith("/les/")
        address = BASE + unquote(address.removeprefix(BASE).partition("?")[0].partition("#")[0])


SEGMENTS = st.lists(st.text(min_size=1).filter(lambda s: set(s) - {"."}), max_size=5)


@given(segments=SEGMENTS)
def test_each_plain_path_below_lies_inside(segments: list[str]) -> None:
    kept = [
        quote(s.replace("/", "").replace("\\", "").replace("%", "") or "x", safe="")
        for s in segments
    ]
    address = "/".join([BASE, *(part if set(part) - {"."} else "x" for part in kept)])
    assert lies_inside(address, BASE) == (len(address) <= 2048)


def test_a_service_may_register_several_and_none() -> None:
    service = replace(SERVICE, targets=("https://a.linde.test/", BASE))
    assert is_target(service, f"{BASE}/3")
    assert is_target(service, "https://a.linde.test/x")
    assert not is_target(service, "https://b.linde.test/x")
    assert not is_target(replace(SERVICE, targets=()), BASE)


def test_origin_is_scheme_host_and_port() -> None:
    assert origin("https://rekenen.linde.test:8443/les?x#y") == "https://rekenen.linde.test:8443"


@given(target=st.text())
def test_the_start_address_carries_the_target_whole(target: str) -> None:
    service = replace(SERVICE, start_address="https://rekenen.linde.test/start?naar={target}&x=1")
    found = start_address(service, target)
    assert found is not None
    query = urlsplit(found).query
    assert unquote(query.removeprefix("naar=").removesuffix("&x=1")) == target
    assert query.count("&") == 1


def test_a_service_without_a_start_address_has_none() -> None:
    assert start_address(SERVICE, BASE) is None


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("{target}", f"{BASE}/3?a=b#c"),
        ("https://rekenen.linde.test/in?next={path}", "/les/3?a=b#c"),
        ("https://rekenen.linde.test/in/{path}/nu", "/les/3?a=b#c"),
    ],
)
def test_a_template_may_be_the_target_or_take_its_path(template: str, address: str) -> None:
    found = start_address(replace(SERVICE, start_address=template), f"{BASE}/3?a=b#c")
    assert found == (
        address if template == "{target}" else template.format(path=quote(address, ""))
    )


@pytest.mark.parametrize(
    ("template", "takes"),
    [
        ("{target}", True),
        ("https://linde.test/in?naar={target}", True),
        ("https://linde.test/in/{path}", True),
        ("https://linde.test/in", False),
        ("https://{target}/in", False),
        ("https://a{path}.test/?x={target}", False),
        ("{path}://linde.test/{target}", False),
        ("http{path}://linde.test/{target}", False),
    ],
)
def test_where_a_template_may_take_the_target(template: str, takes: bool) -> None:
    assert takes_target(template) == takes

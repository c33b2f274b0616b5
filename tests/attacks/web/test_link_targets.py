"""Which addresses lie inside a registered one: the rule of deep links and of announced returns."""

import pytest

from gateway.core.links import lies_inside

PREFIX = "https://uitgever.example/boek/"

INSIDE = [
    PREFIX,
    "https://uitgever.example/boek/7",
    "https://uitgever.example:443/boek/7",
    "https://uitgever.example:/boek/7",
    "HTTPS://UITGEVER.example/boek/7",
    "https://uitgever.example/boek/7?opgave=4&terug=https://evil.test/../",
    "https://uitgever.example/boek/7#paragraaf-2",
    "https://uitgever.example/boek/hoofdstuk%20een",
    "https://uitgever.example/boek/%0d%0aSet-Cookie:x",
    "https://uitgever.example/boek/a.b/..c/d..",
]
OUTSIDE = {
    "other scheme": "http://uitgever.example/boek/7",
    "script": "javascript://uitgever.example/boek/%0aalert(1)",
    "data": "data:text/html,https://uitgever.example/boek/",
    "no scheme": "//uitgever.example/boek/7",
    "path alone": "/boek/7",
    "nothing": "",
    "one slash": "https:/uitgever.example/boek/7",
    "no slash": "https:uitgever.example/boek/7",
    "three slashes": "https:///uitgever.example/boek/7",
    "backslashes": "https:\\\\uitgever.example\\boek\\7",
    "backslash before the host": "https://evil.test\\@uitgever.example/boek/7",
    "backslash behind the host": "https://uitgever.example\\.evil.test/boek/7",
    "other host": "https://evil.test/boek/7",
    "host as a beginning": "https://uitgever.example.evil.test/boek/7",
    "host as an end": "https://eviluitgever.example/boek/7",
    "host below": "https://evil.uitgever.example/boek/7",
    "host with a dot": "https://uitgever.example./boek/7",
    "host in the path": "https://evil.test/https://uitgever.example/boek/7",
    "host in the query": "https://evil.test/?https://uitgever.example/boek/",
    "host in the fragment": "https://evil.test#https://uitgever.example/boek/",
    "host, encoded": "https://uitgever%2eexample/boek/7",
    "host with an encoded slash": "https://evil.test%2f@uitgever.example/boek/7",
    "full-width dot": "https://uitgever\uff0eexample/boek/7",
    "full-width solidus": "https://uitgever.example\uff0f.evil.test/boek/7",
    "soft hyphen": "https://uit\u00adgever.example/boek/7",
    "user": "https://uitgever.example@evil.test/boek/7",
    "user of the right host": "https://iemand@uitgever.example/boek/7",
    "user and password": "https://uitgever.example:443@evil.test/boek/7",
    "other port": "https://uitgever.example:444/boek/7",
    "port 0": "https://uitgever.example:0/boek/7",
    "port too high": "https://uitgever.example:65979/boek/7",
    "port that is none": "https://uitgever.example:boek/boek/7",
    "half an IPv6": "https://[uitgever.example/boek/7",
    "path beside": "https://uitgever.example/boekenlijst",
    "path above": "https://uitgever.example/",
    "path without its slash": "https://uitgever.example/boek",
    "path in other case": "https://uitgever.example/Boek/7",
    "climbing": "https://uitgever.example/boek/../admin",
    "climbing at the end": "https://uitgever.example/boek/..",
    "standing still": "https://uitgever.example/boek/./7",
    "climbing, encoded": "https://uitgever.example/boek/%2e%2e/admin",
    "climbing, half encoded": "https://uitgever.example/boek/.%2E/admin",
    "climbing, encoded twice": "https://uitgever.example/boek/%252e%252e/admin",
    "climbing, encoded thrice": "https://uitgever.example/boek/%25252e%25252e/admin",
    "climbing by an encoded slash": "https://uitgever.example/boek/..%2fadmin",
    "climbing by a backslash": "https://uitgever.example/boek/..\\admin",
    "climbing by an encoded backslash": "https://uitgever.example/boek/..%5cadmin",
    "climbing with a parameter": "https://uitgever.example/boek/..;/admin",
    "climbing with an encoded parameter": "https://uitgever.example/boek/..%3bx/admin",
    "hidden slash": "https://uitgever.example/boek%2f7",
    "empty segment": "https://uitgever.example/boek//evil.test/",
    "line break": "https://uitgever.example/boek/7\r\nSet-Cookie: kp_session=x",
    "NUL, encoded, in the path": "https://uitgever.example/boek/7%00/../../admin",
    "tab in the scheme": "ht\ttps://uitgever.example/boek/7",
    "space before": " https://uitgever.example/boek/7",
    "space behind": "https://uitgever.example/boek/7 ",
    "control character before": "\x01https://uitgever.example/boek/7",
    "quotation mark": 'https://uitgever.example/boek/7"onload="x',
    "tag": "https://uitgever.example/boek/<script>",
    "too long": "https://uitgever.example/boek/" + "7" * 2048,
}


@pytest.mark.parametrize("address", INSIDE)
def test_address_below_the_registered_one(address: str):
    assert lies_inside(address, PREFIX)


@pytest.mark.parametrize("address", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_address_that_is_elsewhere_or_can_be_read_as_elsewhere(address: str):
    assert not lies_inside(address, PREFIX)


@pytest.mark.parametrize(
    "prefix", ["https://uitgever.example/boek", "https://uitgever.example/boek/"]
)
def test_prefix_ends_at_a_segment(prefix: str):
    assert lies_inside("https://uitgever.example/boek/7", prefix)
    assert not lies_inside("https://uitgever.example/boekenlijst/7", prefix)


@pytest.mark.parametrize(
    "prefix", ["", "https://", "https:///", "https://*", "uitgever.example/boek/"]
)
def test_prefix_that_is_no_address_holds_nothing(prefix: str):
    for address in ("https://evil.test/", PREFIX):
        assert not lies_inside(address, prefix)

"""What an answer that does not open says: one and the same, byte for byte, whatever is wrong.

A difference in the page would be an oracle: for the padding of CBC (Jager and Somorovsky 2011),
for PKCS#1 (Bleichenbacher 1998). Only the reference and the login's own address may differ.
"""

import base64
import re
from collections.abc import Callable

import pytest

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import Element, decode, encode, find
from tests.attacks.saml.stage import Login, Stage, assert_logged, assert_nobody_is_in

UNOPENED = "KP-220"
STRANGER = rsa_key("stranger")

Spoil = Callable[[Element], None]


def changed(cipher_value: int, position: int) -> Spoil:
    """A bit of a CipherValue turned: 0 is the key's, 1 the assertion's."""

    def spoil(response: Element) -> None:
        value = find(response, "//xenc:CipherValue")[cipher_value]
        data = bytearray(base64.b64decode(value.text or ""))
        data[position] ^= 1
        value.text = base64.b64encode(data).decode()

    return spoil


def cut(cipher_value: int, length: int) -> Spoil:
    def spoil(response: Element) -> None:
        value = find(response, "//xenc:CipherValue")[cipher_value]
        value.text = base64.b64encode(base64.b64decode(value.text or "")[:length]).decode()

    return spoil


def nothing(_response: Element) -> None:
    """It is encrypted for somebody else."""


GCM = {
    "wrong-key": nothing,
    "wrapped-key-changed": changed(0, 20),
    "wrapped-key-cut": cut(0, 128),
    "nonce-changed": changed(1, 0),
    "text-changed": changed(1, 40),
    "tag-changed": changed(1, -1),
    "shorter-than-a-tag": cut(1, 20),
}
CBC = {
    "wrong-key": nothing,
    "wrapped-key-changed": changed(0, 20),
    "iv-changed": changed(1, 0),
    "block-changed": changed(1, 40),
    "padding-changed": changed(1, -17),
    "last-block-changed": changed(1, -1),
    "half-a-block": cut(1, 40),
    "iv-alone": cut(1, 16),
}


def page_of(stage: Stage, browser: Browser, content: str, name: str, spoil: Spoil) -> tuple:
    """The status, the headers that could tell, and the page without what is each one's own."""
    login, log = stage.begin(browser), stage.log()
    page = login.post(spoiled(login, content, name, spoil))
    assert_logged(log, UNOPENED)
    assert_nobody_is_in(stage, browser)
    headers = {key: page.headers[key] for key in ("Content-Type", "Cache-Control")}
    return page.status, headers, without_own(page.text, login)


def spoiled(login: Login, content: str, name: str, spoil: Spoil) -> Element:
    """In CBC it is signed by the school, which alone is opened."""
    ours = login.school.gateway.encryption[0]
    certificate = STRANGER.certificate if name == "wrong-key" else ours
    encryption = {"content": f"Transform{content}"}
    built = login.answer(encrypt_for=certificate, encryption=encryption, response_signing=None)
    response = decode(encode(built.build()))
    spoil(response)
    if "Cbc" in content:
        Signing(login.school.keys).sign(response)
    return response


def without_own(text: str, login: Login) -> str:
    """Without the flow in the way back, the reference and the time."""
    plain = text.replace(login.received.relay_state, "flow")
    return re.sub(r"<dd>(?!KP-)[^<]*</dd>", "<dd></dd>", plain)


@pytest.fixture(scope="module")
def expected(stage: Stage) -> tuple:
    with stage.browser() as browser:
        return page_of(stage, browser, "Aes256Gcm", "wrong-key", nothing)


@pytest.mark.parametrize(
    ("content", "name", "spoil"),
    [("Aes256Gcm", *each) for each in GCM.items()] + [("Aes256Cbc", *each) for each in CBC.items()],
    ids=[f"GCM-{name}" for name in GCM] + [f"CBC-{name}" for name in CBC],
)
def test_page_is_the_same_whatever_is_wrong(
    stage: Stage, browser: Browser, expected: tuple, content: str, name: str, spoil: Spoil
):
    assert page_of(stage, browser, content, name, spoil) == expected

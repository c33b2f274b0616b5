import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Playwright

from tests.actors.keys import rsa_key
from tests.actors.people import Person as Somebody
from tests.browser.person import Person
from tests.browser.sites import NEWCOMERS, Sites, run_sites
from tests.parts.chromium import run_chromium

Arrive = Callable[..., Person]


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    with run_sites() as running:
        yield running


@pytest.fixture(scope="session")
def strict_chromium(playwright: Playwright) -> Iterator[Browser]:
    """Blocks third-party cookies, and takes the tests' certificate for a good one: pages behind
    an error that is waved away are not kept in its cache as others are."""
    certificate = x509.load_pem_x509_certificate(rsa_key("tls").certificate.encode())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode()
    flags = [
        f"--ignore-certificate-errors-spki-list={digest}",
        "--test-third-party-cookie-phaseout",
    ]
    with run_chromium(playwright, flags) as browser:
        yield browser


@pytest.fixture(scope="session")
def newcomers() -> Iterator[Somebody]:
    """Each is given once: no supplier has a session of theirs."""
    return iter(NEWCOMERS)


@pytest.fixture
def device(
    sites: Sites, strict_chromium: Browser, newcomers: Iterator[Somebody]
) -> Iterator[Arrive]:
    """Makes a person at a device that has been nowhere: a newcomer, if not said otherwise."""
    with ExitStack() as stack:

        def arrive(*, script: bool = True, **who: object) -> Person:
            new = strict_chromium.new_context(locale="nl-NL", java_script_enabled=script)
            context = stack.enter_context(new)
            context.set_default_timeout(30_000)
            return Person(sites, context, **{"who": next(newcomers), **who})

        yield arrive


@pytest.fixture
def pupil(device: Arrive) -> Person:
    return device()

"""A school that encrypts, in the middle of a rollover of our keys: it is never locked out
(SAML Metadata §2.4.1.1, Core §2.2.4)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.actors.people import PUPIL
from tests.actors.saml_metadata import read_party
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import Hub, run_hub
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with run_directory("gateway") as directory:
        gateway = Gateway(directory)
        with run_gateway(gateway), run_hub(gateway) as running:
            yield running


def encryption_certificates(hub: Hub) -> tuple[str, ...]:
    """As a school reads them now."""
    return read_party(
        hub.gateway.sp_metadata(), "md:SPSSODescriptor", "md:AssertionConsumerService"
    ).encryption


def login(hub: Hub, first: str, *others: str) -> None:
    """A pupil gets in whose school encrypts for these certificates; it knows our keys of now."""
    hub = replace(hub, school=ScriptedSchool(hub.gateway.sp_metadata()))
    with hub.browser() as browser:
        page = browser.open(hub.client.begin(school=PUPIL.brin).url)
        encryption = {"also_for": others}
        page = hub.at_school(browser, page, encrypt_for=first, encryption=encryption)
        assert page.redirect, page
        assert page.redirect.url.startswith(hub.client.redirect_uri)


def test_school_encrypts_for_the_active_the_next_and_the_retired_key(hub: Hub):
    (active,) = encryption_certificates(hub)
    login(hub, active)
    hub.gateway.ketenpoort("keys", "rotate")
    wait_for_changes(hub.gateway)
    assert encryption_certificates(hub)[0] == active
    coming = encryption_certificates(hub)[1]
    login(hub, coming)
    login(hub, active, coming)
    login(hub, coming, active)

    hub.gateway.ketenpoort("keys", "rotate")
    wait_for_changes(hub.gateway)
    assert encryption_certificates(hub) == (coming,)
    retired = active
    login(hub, retired)
    login(hub, retired, coming)

    hub.gateway.ketenpoort("keys", "rotate")
    wait_for_changes(hub.gateway)
    newest = encryption_certificates(hub)[1]
    for first, *others in ([newest], [retired], [retired, coming, newest]):
        login(hub, first, *others)

"""A pseudonym is derived, not stored: the same over restarts, workers and stores."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER, Person
from tests.flows.hub import Hub, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import NotStartedError, run_directory

NATIONAL = replace(PUPIL, uid="ander@esdoorn.test", eck_id="https://ketenid.nl/201703/" + "7c" * 64)
MOVED = replace(NATIONAL, uid="weer-anders@esdoorn.test")
KEYS = "1 202601 " + "ab" * 64 + "\n"
BASE = "https://eckid.voorbeeld.example"


@dataclass(frozen=True, slots=True)
class Own:
    """A gateway of the test's own, that it may stop and start."""

    gateway: Gateway

    def learn(self, hub: Hub, person: Person) -> tuple[str, str]:
        with hub.browser() as browser:
            saml = hub.saml_received(browser, person).name_id
            return saml, hub.tokens(browser).claims["sub"]


@pytest.fixture
def own(store_settings: Mapping[str, str], request: pytest.FixtureRequest) -> Iterator[Own]:
    """With new stores for each test, since a key belongs to a database."""
    if store_settings:
        database = request.getfixturevalue("postgres").new_database()
        store_settings = {**store_settings, "DATABASE_URL": database}
    with run_directory("own") as directory:
        (directory / "pseudonym.keys").write_text(KEYS)
        (directory / "pseudonym.keys").chmod(0o600)
        yield Own(Gateway(directory, {**store_settings, **_settings(directory)}))


def _settings(directory: Path) -> dict[str, str]:
    return {"PSEUDONYM_KEY_FILE": str(directory / "pseudonym.keys"), "ECKID_BASE": BASE}


def test_restart_other_workers_and_another_key(own: Own):
    with run_gateway(own.gateway), run_hub(own.gateway) as hub:
        first = own.learn(hub, PUPIL)
        assert first[0] != first[1]
        assert all(name.startswith(f"{BASE}/202601/") for name in first)
        assert own.learn(hub, TEACHER)[0] not in first
    with run_gateway(own.gateway, workers=2):
        assert own.learn(hub, PUPIL) == first
        national = own.learn(hub, NATIONAL)
        assert own.learn(hub, MOVED) == national, "the national id is the root, not the uid"
        assert NATIONAL.eck_id not in national
    (own.gateway.directory / "pseudonym.keys").write_text(KEYS.replace("ab", "cd"))
    with pytest.raises(NotStartedError, match="pseudonym key"), run_gateway(own.gateway):
        pass


def test_each_store_gives_what_the_formula_says(own: Own):
    """HMAC-SHA-512 over the supplier's domain and the person's root: no store plays a part."""
    with run_gateway(own.gateway), run_hub(own.gateway) as hub:
        said, _ = own.learn(hub, PUPIL)
        supplier = own.gateway.ketenpoort_json("service", "show", hub.service)["supplier"]
    root = _fields(b"school", SAML_SCHOOL.encode(), PUPIL.uid.encode())
    message = _fields(b"ketenpoort eck-id v1", supplier.encode(), root)
    digest = hmac.new(bytes.fromhex("ab" * 64), message, hashlib.sha512).hexdigest()
    assert said == f"{BASE}/202601/{digest}"


def _fields(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

"""The doctor: what it looks at, what it says to do, and how it ends."""

import base64
import datetime as dt
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from gateway.cli.checks import clock, keys
from tests.actors.keys import KeyPair
from tests.actors.saml_metadata import idp_metadata
from tests.operations.command import Operator


def findings(operator: Operator, code: int, **settings: str) -> list[str]:
    """What it says, a finding a line with its cure behind it."""
    done = replace(operator, settings={**operator.settings, **settings}).run("doctor")
    assert done.code == code, done.output + done.error
    return done.output.replace("\n        → ", " → ").splitlines()


def begins(lines: list[str], level: str) -> list[str]:
    return [line.removeprefix(level).strip() for line in lines if line.startswith(level)]


@pytest.fixture
def operator(operator: Operator) -> Operator:
    """Whose gateway has its keys."""
    operator.good("school", "list")
    return operator


@pytest.fixture(autouse=True)
def kept_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the tests run."""
    monkeypatch.setattr(clock, "is_synchronised", lambda: True)


def test_a_gateway_over_https_is_well(operator: Operator) -> None:
    lines = findings(operator, 0)
    assert len(lines) == len(begins(lines, "ok")) == 6
    assert lines[0].endswith("settings for https://poort.example")
    assert "signing key" in lines[2]


def test_keys_that_were_made_just_now_are_named(operator: Operator, tmp_path: Path) -> None:
    """Right at a new gateway; with a wrong data_dir, and the database elsewhere, never."""
    other = replace(operator, directory=tmp_path / "other")
    (warning,) = begins(findings(other, 0), "warning")
    keys = other.directory / "keys"
    made = f"{keys / 'pseudonym.keys'}, {keys / 'state.key'}, {keys / 'signing'}"
    assert warning.startswith(f"made new keys in {made} → Keep a copy in a safe.")
    assert begins(findings(other, 0), "warning") == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"ALLOW_LOOPBACK": "true"}, "allow_loopback is on → For tests and the demo only"),
        ({"RATE_LIMITS": "off"}, "rate_limits are off → For load tests only"),
        ({"BASE_URL": "http://127.0.0.1:1"}, "base_url is plain http → Use https"),
    ],
)
def test_what_is_for_tests_alone_is_a_warning_and_ends_well(
    operator: Operator, settings: dict[str, str], says: str
) -> None:
    (warning,) = begins(findings(operator, 0, **settings), "warning")
    assert warning.startswith(says)


@pytest.mark.parametrize(
    ("settings", "says", "cure"),
    [
        ({"COLOUR": "red"}, "unknown setting colour", "config/gateway.toml explains each"),
        ({"FLOW_SECONDS": "1"}, "setting flow_seconds", "Correct the setting"),
        ({"BASE_URL": "http://poort.example"}, "must be https", "Correct the setting"),
        (
            {"DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/x"},
            "can not be reached",
            "before this does",
        ),
        ({"DATABASE_URL": "geen adres"}, "can not be read", "before this does"),
        (
            {"REDIS_URL": "redis://127.0.0.1:1/0"},
            "Redis can not be reached",
            "Start Redis or correct redis_url",
        ),
    ],
)
def test_what_can_not_work_is_an_error_with_its_cure(
    operator: Operator, settings: dict[str, str], says: str, cure: str
) -> None:
    said = "\n".join(findings(operator, 1, **settings))
    error = said[said.index("error ") :]
    assert says in error
    assert cure in error.rsplit(" → ", 1)[1]


def test_a_key_file_that_everyone_may_read_is_an_error(operator: Operator) -> None:
    findings(operator, 0)
    file = operator.directory / "keys" / "pseudonym.keys"
    file.chmod(0o644)
    (error,) = begins(findings(operator, 1), "error")
    assert f"everyone may read {file}: run chmod 600 on it" in error


def test_a_signing_key_that_can_not_be_read_is_an_error(operator: Operator) -> None:
    findings(operator, 0)
    (operator.directory / "keys" / "signing" / "keys.json").write_text("[]")
    (error,) = begins(findings(operator, 1), "error")
    assert error.endswith("Put the key files back from the safe.")


def test_redis_that_keeps_what_it_has_is_well(operator: Operator, redis_url: str) -> None:
    assert "Redis is reached" in begins(findings(operator, 0, REDIS_URL=f"{redis_url}/3"), "ok")


@pytest.fixture
def redis_server(redis_url: str) -> Iterator[redis.Redis]:
    """As it was, afterwards."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as server:
        yield server
        server.config_set("maxmemory-policy", "noeviction")
        server.acl_deluser("poort")


def test_redis_that_drops_keys_is_a_warning(
    operator: Operator, redis_url: str, redis_server: redis.Redis
) -> None:
    redis_server.config_set("maxmemory-policy", "allkeys-lru")
    (warning,) = begins(findings(operator, 0, REDIS_URL=f"{redis_url}/3"), "warning")
    assert warning == "Redis drops keys (allkeys-lru) → Set maxmemory-policy noeviction."


@pytest.mark.parametrize(
    ("forbidden", "says"), [("-config", ""), ("-info", "Redis does not say whether it drops keys")]
)
def test_redis_that_forbids_what_is_not_needed_for_logins(
    operator: Operator, redis_url: str, redis_server: redis.Redis, forbidden: str, says: str
) -> None:
    """Who rents a Redis may seldom use CONFIG."""
    redis_server.execute_command(
        "ACL", "SETUSER", "poort", "on", ">geheim", "~*", "+@all", forbidden
    )
    url = redis_url.replace("redis://", "redis://poort:geheim@")
    lines = findings(operator, 0, REDIS_URL=f"{url}/3")
    assert "Redis is reached" in begins(lines, "ok")
    warnings = begins(lines, "warning")
    assert [each.partition(" → ")[0] for each in warnings] == ([says] if says else [])


def test_the_clock_of_redis_is_held_against_ours(
    operator: Operator, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agrees = begins(findings(operator, 0, REDIS_URL=f"{redis_url}/3"), "ok")
    assert "clock agrees with the store's" in agrees
    monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: time.time() + 900))
    (error,) = begins(findings(operator, 1, REDIS_URL=f"{redis_url}/3"), "error")
    assert re.match(r"clock differs \+[89]\d\d s from the store's → Run a time service", error)


def test_sqlites_clock_is_ours_and_is_not_asked(operator: Operator) -> None:
    assert not [line for line in findings(operator, 0) if "the store's" in line]


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (False, "no time service keeps the clock"),
        (None, "the kernel does not say whether the clock is kept"),
    ],
)
def test_a_clock_that_nobody_keeps_is_a_warning(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, kept: bool | None, says: str
) -> None:
    monkeypatch.setattr(clock, "is_synchronised", lambda: kept)
    (warning,) = begins(findings(operator, 0), "warning")
    assert warning.startswith(f"{says} → Run a time service (NTP)")


def test_the_kernel_is_asked_as_its_own_tool_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """adjtimex(2): TIME_ERROR, or the status STA_UNSYNC; a system without it says nothing."""
    monkeypatch.undo()
    assert clock.is_synchronised() in {True, False, None}
    for state, status, kept in [(0, 0, True), (5, 0, False), (0, 0x40, False), (-1, 0, None)]:
        monkeypatch.setattr(clock.ctypes, "CDLL", lambda _, s=state, t=status: Kernel(s, t))
        assert clock.is_synchronised() is kept
    monkeypatch.setattr(clock.ctypes, "CDLL", lambda _: object())
    assert clock.is_synchronised() is None


class Kernel:
    def __init__(self, state: int, status: int) -> None:
        self.state, self.status = state, status

    def adjtimex(self, times: Any) -> int:
        times._obj.status = self.status
        return self.state


def test_our_own_certificate_near_its_end_is_a_warning(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "NEAR_DAYS", 365 * 100)
    warnings = begins(findings(operator, 0), "warning")
    assert warnings
    for warning in warnings:
        assert warning.startswith("certificate of ")
        assert warning.endswith(" → Run ketenpoort keys rotate.")


def test_secrets_that_a_new_state_key_does_not_open_are_an_error(
    operator: Operator, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    issuer = ("--oidc", "--issuer", "https://inloggen.dekade.example", "--client-id", "poort")
    who = ("--brin", "99XB", "--name", "De Kade", "--town", "Dorp aan Zee")
    operator.good("school", "add", *who, *issuer, "--client-secret-file", secret)
    assert begins(findings(operator, 0), "error") == []
    (operator.directory / "keys" / "state.key").unlink()
    (error,) = begins(findings(operator, 1), "error")
    assert error.startswith("nobody of 99XB can sign in")
    assert "ketenpoort school set BRIN --client-secret-file FILE" in error
    operator.good("school", "set", "99XB", "--client-secret-file", secret)
    assert begins(findings(operator, 0), "error") == []


MAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


@pytest.mark.parametrize(
    ("formats", "options", "warns"),
    [
        ([MAIL], [], True),
        ([MAIL, PERSISTENT], [], False),
        ([], [], False),
        ([MAIL], ["--subject-attribute", "uid"], False),
        ([PERSISTENT], ["--subject-attribute", "urn:oid:0.9.2342.19200300.100.1.3"], True),
    ],
)
def test_a_mail_address_as_a_persons_id_is_a_warning(
    operator: Operator, school_metadata: Path, formats: list[str], options: list[str], warns: bool
) -> None:
    """Its owner gets another one by marriage, and is then somebody else at every supplier."""
    named = "".join(f"<md:NameIDFormat>{each}</md:NameIDFormat>" for each in formats)
    text = school_metadata.read_text()
    text = re.sub(r"\s*<md:NameIDFormat>.*?</md:NameIDFormat>", "", text)
    school_metadata.write_text(text.replace("<md:SingleSignOn", f"{named}<md:SingleSignOn"))
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    operator.good("school", "add", *who, "--metadata", school_metadata, *options)
    warnings = [w.partition(":")[2] for w in begins(findings(operator, 0), "warning")]
    assert len(warnings) == warns
    assert all("mail addresses may be its people's ids" in warning for warning in warnings)


def certified(days: int) -> KeyPair:
    """A key with a certificate that ends in so many days."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "school")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=400))
    certificate = builder.not_valid_after(now + dt.timedelta(days=days, hours=1)).sign(
        key, hashes.SHA256()
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    text = base64.b64encode(der).decode()
    return KeyPair("", f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")


@pytest.mark.parametrize(
    ("days", "warns"),
    [
        ([3], "in 3 days: at once"),
        ([10], "in 10 days: this week"),
        ([59], "in 59 days: soon"),
        ([70], ""),
        ([10, 400], ""),
    ],
)
def test_a_partys_newest_certificate_near_its_end_is_a_warning(
    operator: Operator, tmp_path: Path, days: list[int], warns: str
) -> None:
    file = tmp_path / "school.xml"
    sso = "https://inloggen.dekade.example/sso"
    keys = [certified(each) for each in days]
    file.write_text(idp_metadata("https://inloggen.dekade.example", sso, keys))
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    operator.good("school", "add", *who, "--metadata", file)
    lines = findings(operator, 0)
    assert "1 schools, 0 services" in begins(lines, "ok")
    warnings = begins(lines, "warning")
    assert len(warnings) == bool(warns)
    if warns:
        assert warnings[0].startswith(
            f"https://inloggen.dekade.example: its newest signing certificate ends {warns} → "
        )


def test_a_retired_key_that_nobody_needs_any_more_may_go(operator: Operator) -> None:
    for _ in range(2):
        operator.good("keys", "rotate")
    assert not [line for line in begins(findings(operator, 0), "ok") if "may go" in line]
    manifest = operator.directory / "keys" / "signing" / "keys.json"
    aged = [
        {**row, "since": row["since"] - 15 * 86_400} for row in json.loads(manifest.read_text())
    ]
    manifest.write_text(json.dumps(aged))
    said = [line for line in begins(findings(operator, 0), "ok") if "may go" in line]
    assert [line.partition("(")[2][:5] for line in said] == ["RS256", "ES256"]
    assert all(line.endswith("→ The next ketenpoort keys rotate removes it.") for line in said)

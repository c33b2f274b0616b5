"""The doctor: what it looks at, what it says to do, and how it ends."""

import base64
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

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


def test_a_new_gateway_over_https_is_well(operator: Operator) -> None:
    lines = findings(operator, 0)
    assert len(lines) == len(begins(lines, "ok")) == 6
    assert lines[0].endswith("settings for https://poort.example")
    assert "signing key" in lines[2]


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
            f"https://inloggen.dekade.example: its newest certificate ends {warns} → "
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

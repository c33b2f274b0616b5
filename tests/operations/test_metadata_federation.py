"""`metadata import` of a federation's aggregate: signed, with an end, and of thousands."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.actors.keys import rsa_key
from tests.operations.command import Operator
from tests.trust.metadata_documents import entity, group, school_role, service_role, signed

DAY = 86_400
THOUSANDS = 2000
# The peak of the process that imports, in kB, at its end.
IMPORTING = """
import resource, sys
from gateway.cli import main
try:
    main(["metadata", "import", *sys.argv[1:]])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def federation(tmp_path: Path, *entities: str, days: float = 10) -> Path:
    """Signed by the key named federation, and valid for so many days."""
    end = datetime.fromtimestamp(time.time() + days * DAY, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = group(*entities, attributes=f'ID="_federation" validUntil="{end}"')
    file = tmp_path / "federation.xml"
    file.write_bytes(signed(document, rsa_key("federation")))
    return file


def parties(count: int) -> list[str]:
    roles = (service_role(), school_role())
    return [entity(roles[n % 2], f"https://party{n}.example/metadata") for n in range(count)]


def certificate(tmp_path: Path, name: str) -> tuple[str, Path]:
    file = tmp_path / f"{name}.pem"
    file.write_text(rsa_key(name).certificate)
    return "--certificate", file


def test_what_the_federation_signed_is_imported(operator: Operator, tmp_path: Path) -> None:
    file = federation(tmp_path, *parties(4))
    said = operator.good("metadata", "import", file, *certificate(tmp_path, "federation"))
    assert "4 entities: 2 services and 2 connections stand registered" in said


def test_what_another_signed_or_somebody_changed_is_refused(
    operator: Operator, tmp_path: Path
) -> None:
    """SAML2Int MD02: nothing of it is let in."""
    file = federation(tmp_path, *parties(2))
    other, own = certificate(tmp_path, "other"), certificate(tmp_path, "federation")
    assert "signature is not accepted" in operator.refused("metadata", "import", file, *other)
    file.write_bytes(file.read_bytes().replace(b"party.example/acs", b"mine.example/acs"))
    assert "signature is not accepted" in operator.refused("metadata", "import", file, *own)
    assert operator.read("service", "list") == operator.read("metadata", "list") == []


def test_an_unsigned_one_is_refused_where_a_certificate_was_given(
    operator: Operator, tmp_path: Path
) -> None:
    file = tmp_path / "unsigned.xml"
    file.write_bytes(group(*parties(2), attributes='validUntil="2999-01-01T00:00:00Z"'))
    given = certificate(tmp_path, "federation")
    assert operator.refused("metadata", "import", file, *given)
    assert operator.read("service", "list") == []


def test_one_that_has_ended_is_taken_only_when_the_operator_says_so(
    operator: Operator, tmp_path: Path
) -> None:
    file = federation(tmp_path, *parties(2), days=-1)
    given = certificate(tmp_path, "federation")
    assert "The metadata ended on" in operator.refused("metadata", "import", file, *given)
    assert operator.read("service", "list") == []
    operator.good("metadata", "import", file, *given, "--accept-expired")
    assert len(operator.read("service", "list")) == 1


def test_it_says_how_far_it_is(operator: Operator, tmp_path: Path) -> None:
    file = federation(tmp_path, *parties(250))
    done = operator.run("metadata", "import", file, *certificate(tmp_path, "federation"))
    said = [line for line in done.error.split("\r") if line]
    assert [line.partition(",")[0] for line in said] == ["100 entities", "200 entities"]
    assert all(line.endswith("%") for line in said)
    assert "250 entities: " in done.output


@pytest.fixture
def importing(operator: Operator) -> dict[str, str]:
    """The environment of a process that imports."""
    settings = {**operator.settings, "DATA_DIR": str(operator.directory)}
    return {**os.environ, **{f"KETENPOORT_{name}": value for name, value in settings.items()}}


def test_thousands_come_into_the_database_in_bounded_memory(
    operator: Operator, importing: dict[str, str], tmp_path: Path
) -> None:
    """A process of its own for each, since a peak is a process's; the first one is small."""
    small = federation(tmp_path, *parties(2))
    before = peak_kb(importing, small)
    large = federation(tmp_path, *parties(THOUSANDS))
    grown = peak_kb(importing, large) - before
    assert len(json.loads(operator.good("service", "list", "--json"))) == THOUSANDS // 2
    # What is registered stays known to the end, six times its text; the whole tree makes it nine.
    assert grown * 1024 < 8 * large.stat().st_size


def peak_kb(environment: dict[str, str], file: Path) -> int:
    command = [sys.executable, "-c", IMPORTING, str(file), "--unsigned"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])

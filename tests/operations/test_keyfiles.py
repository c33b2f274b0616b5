"""Secrets in files: who may read them, and that none is ever made a second time."""

import re
import stat
from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.trust.keyfiles import (
    add_pseudonym_key,
    make_pseudonym_key,
    make_state_key,
    read_pseudonym_keys,
    read_secret,
    read_state_key,
    write_secret,
)

STATE_KEY = "0123456789abcdef" * 4
LINE = "1 202611 " + "ab" * 64


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "a.key"


def put(file: Path, content: str, mode: int = 0o600) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    file.chmod(mode)
    return file


def test_a_secret_is_its_owners_alone(file: Path) -> None:
    assert write_secret(file, b"secret\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.parent.iterdir()] == ["a.key"], "nothing half-written stays"


def test_a_secret_that_is_there_is_never_written_over(file: Path) -> None:
    put(file, "the first")
    assert not write_secret(file, b"another")
    assert read_secret(file) == "the first"
    assert [each.name for each in file.parent.iterdir()] == ["a.key"]


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o606, 0o777])
def test_a_secret_that_everyone_may_read_is_refused_with_the_cure(file: Path, mode: int) -> None:
    put(file, STATE_KEY, mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_state_key(file)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_pseudonym_keys(file)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640])
def test_owner_and_group_may_read(file: Path, mode: int) -> None:
    """A group, since containers hand out secrets to one (Kubernetes fsGroup)."""
    assert read_state_key(put(file, STATE_KEY, mode)) == bytes.fromhex(STATE_KEY)


def test_a_secret_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"can not read the key file {file}")):
        read_state_key(file)


@pytest.mark.parametrize("content", ["", "ab" * 31, "ab" * 33, "zz" * 32, "é" * 32])
def test_what_is_no_state_key(file: Path, content: str) -> None:
    put(file, content)
    with pytest.raises(ConfigurationError, match=re.escape(str(file))) as caught:
        read_state_key(file)
    assert not content or content not in caught.value.detail


def test_a_state_key_is_made_once(file: Path) -> None:
    make_state_key(file)
    first = read_state_key(file)
    make_state_key(file)
    assert read_state_key(file) == first
    assert len(first) == 32


def test_a_pseudonym_key_is_made_once_and_added_to(file: Path) -> None:
    make_pseudonym_key(file, "202611")
    make_pseudonym_key(file, "203001")
    (first,) = read_pseudonym_keys(file).values()
    assert (first.version, first.period, len(first.secret)) == (1, "202611", 64)
    assert add_pseudonym_key(file, "202709") == 2
    both = read_pseudonym_keys(file)
    assert both[1] == first, "what was there stays as it was"
    assert (both[2].version, both[2].period) == (2, "202709")
    assert both[2].secret != first.secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        "202611 " + "ab" * 64,
        "een 202611 " + "ab" * 64,
        "1 202611 " + "zz" * 64,
        "1 202611 " + "ab" * 16,
        "1 2026 " + "ab" * 64,
        f"{LINE} meer",
        f"{LINE}\n{LINE}",
        f"{LINE}\n1 202709 " + "cd" * 64,
    ],
)
def test_what_are_no_pseudonym_keys(file: Path, content: str) -> None:
    put(file, content)
    with pytest.raises(ConfigurationError) as caught:
        read_pseudonym_keys(file)
    assert "ab" * 8 not in caught.value.detail, "a message tells nothing of a key"


def test_empty_lines_among_pseudonym_keys_do_no_harm(file: Path) -> None:
    put(file, f"\n{LINE}\n\n2 202709 {'cd' * 64}\n\n")
    assert list(read_pseudonym_keys(file)) == [1, 2]

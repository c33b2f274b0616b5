"""Secrets in files: for their owner alone, never overwritten, read with a clear word."""

import re
import stat
from collections.abc import Callable
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

LINE = "1 202611 " + "ab" * 32
READERS = [read_secret, read_state_key, read_pseudonym_keys]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "secret"


def put(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)


def test_a_secret_is_for_its_owner_alone_in_a_directory_of_its_own(path: Path) -> None:
    assert write_secret(path, b"one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_bytes() == b"one"


def test_a_secret_that_is_there_is_never_overwritten(path: Path) -> None:
    assert write_secret(path, b"one")
    assert not write_secret(path, b"two")
    assert path.read_bytes() == b"one"
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


@pytest.mark.parametrize("make", [make_state_key, lambda path: make_pseudonym_key(path, "202611")])
def test_making_a_key_twice_keeps_the_first(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    first = path.read_bytes()
    make(path)
    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o666])
def test_one_that_everyone_may_open_is_refused_with_the_cure(
    path: Path, read: Callable[[Path], object], mode: int
) -> None:
    put(path, LINE, mode)
    with pytest.raises(ConfigurationError, match=f"everyone may read {path}: run chmod 600"):
        read(path)


@pytest.mark.parametrize("read", READERS)
def test_one_that_is_not_there_or_no_text_is_named(
    path: Path, read: Callable[[Path], object]
) -> None:
    with pytest.raises(ConfigurationError, match=f"can not read the key file {path}"):
        read(path)
    put(path, b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=f"can not read the key file {path}"):
        read(path)


def test_a_state_key_is_32_bytes(path: Path) -> None:
    make_state_key(path)
    assert read_state_key(path).hex() == path.read_text().strip()
    assert len(read_state_key(path)) == 32


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "32 bytes"),
        ("ab" * 31, "32 bytes"),
        ("ab" * 33, "32 bytes"),
        ("zz" * 32, "hexadecimal"),
    ],
)
def test_a_wrong_state_key_is_named_and_not_shown(path: Path, content: str, says: str) -> None:
    put(path, content)
    with pytest.raises(ConfigurationError, match=f"{path} .*{says}") as refused:
        read_state_key(path)
    assert not content or content not in str(refused.value)


def test_pseudonym_keys_are_added_to_and_the_first_stays(path: Path) -> None:
    make_pseudonym_key(path, "202611")
    first = read_pseudonym_keys(path)[1]
    assert add_pseudonym_key(path, "202709") == 2
    assert add_pseudonym_key(path, "202809") == 3
    keys = read_pseudonym_keys(path)
    assert list(keys) == [1, 2, 3]
    assert keys[1] == first
    assert [key.period for key in keys.values()] == ["202611", "202709", "202809"]
    assert len({key.secret for key in keys.values()}) == 3
    assert {len(key.secret) for key in keys.values()} == {64}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_added_to_a_file_without_a_last_line_end(path: Path) -> None:
    put(path, LINE)
    add_pseudonym_key(path, "202709")
    assert list(read_pseudonym_keys(path)) == [1, 2]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "must hold each version once"),
        ("\n\n", "must hold each version once"),
        (f"{LINE}\n{LINE}", "must hold each version once"),
        ("1 202611", "lines of version, period and hex"),
        (f"{LINE} more", "lines of version, period and hex"),
        (f"one {LINE}", "lines of version, period and hex"),
        (LINE.replace("1 ", "x ", 1), "lines of version, period and hex"),
        (LINE.replace("ab", "zz"), "lines of version, period and hex"),
        ("1 202611 " + "ab" * 31, "shorter than 32 bytes"),
        ("1 2026 " + "ab" * 32, "six digits"),
    ],
)
def test_wrong_pseudonym_keys_are_named_and_not_shown(path: Path, content: str, says: str) -> None:
    put(path, content)
    with pytest.raises(ConfigurationError, match=re.escape(says)) as refused:
        read_pseudonym_keys(path)
    assert "abab" not in str(refused.value)
    assert "zzzz" not in str(refused.value)


def test_a_wrong_file_is_not_added_to(path: Path) -> None:
    put(path, "1 202611")
    with pytest.raises(ConfigurationError):
        add_pseudonym_key(path, "202709")
    assert path.read_text() == "1 202611"

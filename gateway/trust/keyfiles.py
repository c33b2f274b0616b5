"""Secrets in files: made once, readable by their owner only, read with a clear error."""

import os
import secrets
import stat
from pathlib import Path

from gateway.core.pseudonyms import PseudonymKey
from gateway.errors import ConfigurationError

_STATE_KEY_BYTES = 32
_PSEUDONYM_KEY_BYTES = 64


def write_secret(path: Path, content: bytes) -> bool:
    """Make a file that was not there, mode 0600; False when another made it first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def read_secret(path: Path) -> str:
    """A secret's text; raises ConfigurationError when absent or open to others."""
    try:
        mode = path.stat().st_mode
        content = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"can not read the key file {path}: {error}") from error
    if mode & stat.S_IRWXO:
        raise ConfigurationError(f"everyone may read {path}: run chmod 600 on it")
    return content


def make_state_key(path: Path) -> None:
    write_secret(path, secrets.token_hex(_STATE_KEY_BYTES).encode() + b"\n")


def read_state_key(path: Path) -> bytes:
    """The 32 bytes that seal the short-lived store; raises ConfigurationError."""
    try:
        key = bytes.fromhex(read_secret(path).strip())
    except ValueError as error:
        raise ConfigurationError(f"{path} does not hold hexadecimal digits") from error
    if len(key) != _STATE_KEY_BYTES:
        raise ConfigurationError(f"{path} must hold 32 bytes in hex")
    return key


def make_pseudonym_key(path: Path, period: str) -> None:
    write_secret(path, _line(1, period))


def add_pseudonym_key(path: Path, period: str) -> int:
    """Add the next version of the key, under which new suppliers start; its number."""
    version = max(read_pseudonym_keys(path)) + 1
    start = b"" if path.read_bytes().endswith(b"\n") else b"\n"
    with path.open("ab") as file:
        file.write(start + _line(version, period))
    return version


def read_pseudonym_keys(path: Path) -> dict[int, PseudonymKey]:
    """All versions of the pseudonym key; raises ConfigurationError."""
    lines = [line.split() for line in read_secret(path).splitlines() if line.strip()]
    try:
        keys = [
            PseudonymKey(int(version), period, bytes.fromhex(secret))
            for version, period, secret in lines
        ]
    except ValueError as error:
        raise ConfigurationError(f"{path} must hold lines of version, period and hex") from error
    if not keys or len({key.version for key in keys}) != len(keys):
        raise ConfigurationError(f"{path} must hold each version once")
    return {key.version: key for key in keys}


def _line(version: int, period: str) -> bytes:
    return f"{version} {period} {secrets.token_hex(_PSEUDONYM_KEY_BYTES)}\n".encode()

"""The gateway's own keys: there, readable, and not near their end."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from gateway.cli.checks import DAY_SECONDS, NEAR_DAYS, Finding
from gateway.errors import GatewayError
from gateway.install import retirement
from gateway.settings import Settings
from gateway.trust.keyfiles import read_pseudonym_keys, read_state_key
from gateway.trust.keyring import FileKeyring


def missing_keys(settings: Settings) -> list[Path]:
    """What will be made."""
    files = (settings.pseudonym_key_file, settings.state_key_file, settings.signing_key_dir)
    return [file for file in files if not file.exists()]


def check_made(made: Sequence[Path]) -> Iterable[Finding]:
    """Keys that were made just now are right at a new gateway alone."""
    if made:
        yield Finding(
            "warning",
            f"made new keys in {', '.join(map(str, made))}",
            "Keep a copy in a safe. If this gateway had keys before, data_dir or the key's own"
            " setting is not what it was.",
        )


def check_keys(settings: Settings) -> Iterable[Finding]:
    try:
        read_state_key(settings.state_key_file)
        versions = read_pseudonym_keys(settings.pseudonym_key_file)
        ring = FileKeyring(settings.signing_key_dir, time.time, retirement(settings))
        kid = ring.signer().kid
    except GatewayError as error:
        yield Finding("error", error.detail, "Put the key files back from the safe.")
        return
    yield Finding(
        "ok", f"pseudonym keys of version {', '.join(map(str, versions))}, signing key {kid}"
    )
    for key in ring.all():
        days = (key.not_after().timestamp() - time.time()) / DAY_SECONDS
        if days < NEAR_DAYS:
            yield Finding(
                "warning",
                f"certificate of {key.kid} ends in {days:.0f} days",
                "Run ketenpoort keys rotate.",
            )
    for key in ring.without_use():
        yield Finding(
            "ok",
            f"retired key {key.kid} ({key.algorithm}) may go",
            "The next ketenpoort keys rotate removes it.",
        )

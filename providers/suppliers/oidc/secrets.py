"""The secrets of a client: made here, known by their hash, renewed with an overlap."""

from dataclasses import replace

from gateway.core.model import JsonValue, Service
from gateway.core.ports import Random

from .client import hash_secret

OVERLAP_SECONDS = 7 * 24 * 3600
_BYTES = 32


def with_first_secret(service: Service, random: Random) -> tuple[Service, str]:
    secret = random(_BYTES)
    return replace(service, config={**service.config, "secret_hash": hash_secret(secret)}), secret


def with_new_secret(
    service: Service, random: Random, now: float, *, keep_old: bool
) -> tuple[Service, str]:
    """Another secret; the old one serves as long as the overlap, or no longer."""
    secret = random(_BYTES)
    config = {name: each for name, each in service.config.items() if not name.startswith("old_")}
    kept: dict[str, JsonValue] = {}
    if keep_old:
        kept = {
            "old_secret_hash": config.get("secret_hash"),
            "old_secret_until": int(now) + OVERLAP_SECONDS,
        }
    return replace(service, config={**config, **kept, "secret_hash": hash_secret(secret)}), secret

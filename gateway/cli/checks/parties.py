"""Schools and services: certificates near their end, secrets, and ids that may change."""

import time
from collections.abc import Iterable, Sequence

from gateway.cli.checks import DAY_SECONDS, Finding, haste
from gateway.cli.context import vocabulary
from gateway.core.expiry import certificate_ends, expiring
from gateway.core.model import Connection, Service
from gateway.errors import ConfigurationError
from gateway.settings import Settings
from gateway.store.repositories import Repositories
from gateway.trust.certificates import end_of
from gateway.trust.keyfiles import read_state_key
from gateway.trust.metadata.names import PERSISTENT
from gateway.trust.sealing import SecretSealer

_MAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def check_parties(settings: Settings, database: Repositories) -> Iterable[Finding]:
    services, connections = database.services.all(), database.connections.all()
    yield Finding("ok", f"{len(database.schools.all())} schools, {len(services)} services")
    parties: list[Service | Connection] = [*services, *connections]
    for party in parties:
        yield from _certificates(party)
    yield from _ids(connections)
    yield from _secrets(settings, database, connections)


def _certificates(party: Service | Connection) -> Iterable[Finding]:
    for found in expiring(party, certificate_ends(party, end_of), time.time()):
        days = (found.expiry.until - time.time()) / DAY_SECONDS
        yield Finding(
            "warning",
            f"{party.identifier}: its newest {found.expiry.what} ends in {days:.0f} days"
            f"{haste(days)}",
            "Ask it for new metadata, and run ketenpoort metadata import.",
        )


def _ids(connections: Sequence[Connection]) -> Iterable[Finding]:
    """Who gets another mail address, by marriage or at another school, is then somebody else."""
    words = vocabulary()
    for each in connections:
        chosen = str(each.config.get("subject_attribute") or "")
        formats = _texts(each, "nameid_formats")
        offers_mail = not chosen and _MAIL in formats and PERSISTENT not in formats
        if offers_mail or words.recognise(chosen) == "mail":
            yield Finding(
                "warning",
                f"{each.identifier}: mail addresses may be its people's ids, and those change",
                "Ask it for a lasting one: uid, a persistent NameID, or another that you name by"
                " ketenpoort school set BRIN --subject-attribute.",
            )


def _secrets(
    settings: Settings, database: Repositories, connections: Sequence[Connection]
) -> Iterable[Finding]:
    """A state key that was lost is made anew, and does not open what the old one sealed."""
    try:
        sealer = SecretSealer(read_state_key(settings.state_key_file))
    except ConfigurationError:
        return  # as was said above
    shut = {each.id for each in connections if not _opens(sealer, each)}
    if brins := [each.brin for each in database.schools.all() if each.connection_id in shut]:
        yield Finding(
            "error",
            f"nobody of {', '.join(brins)} can sign in: the client secret was sealed under another"
            " state key",
            f"Put {settings.state_key_file} back from the safe, or give each secret again:"
            " ketenpoort school set BRIN --client-secret-file FILE.",
        )


def _opens(sealer: SecretSealer, connection: Connection) -> bool:
    secret = connection.config.get("client_secret")
    try:
        return secret is None or bool(sealer.unseal(str(secret)))
    except ConfigurationError:
        return False


def _texts(party: Service | Connection, name: str) -> list[str]:
    found = party.config.get(name) or ()
    assert isinstance(found, Sequence)
    return [str(each) for each in found]

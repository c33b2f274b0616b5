"""A service of each launch form, registered the way an operator does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import federation, saml_supplier
from bench.dutch_materials import ADDRESS
from bench.federation import ServiceProvider
from bench.registration import Command, asked

FORMS = ("saml", "start", "oidc", "lti", "template")

UNSOLICITED = ServiceProvider(
    "https://lezen.stopwatch.test/saml/metadata", "https://lezen.stopwatch.test/saml/acs"
)
STARTED = ServiceProvider(
    "https://toetsen.stopwatch.test/saml/metadata", "https://toetsen.stopwatch.test/saml/acs"
)
START_ADDRESS = "https://toetsen.stopwatch.test/Login?target={target}"
CLIENT_INITIATE = "https://lezen.stopwatch.test/begin"
TOOL_INITIATE = "https://hulpmiddel.stopwatch.test/lti/login"
TOOL_REDIRECT_URI = "https://hulpmiddel.stopwatch.test/lti/launch"
TEMPLATE = "https://boeken.stopwatch.test/open?pad={path}"


@dataclass(frozen=True, slots=True)
class Party:
    """A registered service; the secret is an OpenID client's."""

    id: str
    client_id: str = ""
    client_secret: str = ""


def register_parties(command: Command, folder: Path) -> dict[str, Party]:
    """The services by their form."""
    supplier = command.json("supplier", "add", "--name", "Uitgeverij Schakel")["id"]
    common = ("service", "add", "--supplier", supplier, "--target", ADDRESS, *asked())
    records = command.json_together((*common, *own) for own in _own(folder))
    parties = (
        Party(record["id"], record.get("client_id", ""), record.get("client_secret", ""))
        for record in records
    )
    return dict(zip(FORMS, parties, strict=True))


def _own(folder: Path) -> Sequence[Sequence[str]]:
    """The options of each form."""
    provider = ("--attribute-names", "entree", "--metadata")
    client = ("--oidc", "--redirect-uri", federation.CLIENT_REDIRECT_URI)
    tool = ("--initiate-login-uri", TOOL_INITIATE, "--redirect-uri", TOOL_REDIRECT_URI)
    return (
        (*provider, _metadata(folder, UNSOLICITED), "--name", "Lezen"),
        (*provider, _metadata(folder, STARTED), "--start-address", START_ADDRESS),
        (*client, "--initiate-login-uri", CLIENT_INITIATE, "--name", "Luisteren"),
        ("--lti", *tool, "--name", "Hulpmiddel"),
        (*client, "--start-address", TEMPLATE, "--name", "Boeken"),
    )


def _metadata(folder: Path, service: ServiceProvider) -> str:
    file = folder / f"{service.entity_id.split('.')[0].rpartition('/')[2]}.xml"
    file.write_text(saml_supplier.metadata(service))
    return str(file)

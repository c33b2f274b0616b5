"""Registers the played parties the way an operator does: by the `ketenpoort` command."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from bench import federation, saml_supplier, school
from bench.errors import BenchError
from bench.federation import GatewayKeys, Registered
from bench.keys import KeyPair
from bench.servers import KETENPOORT

SIGNING_CERTIFICATE = (
    ".//{urn:oasis:names:tc:SAML:2.0:metadata}KeyDescriptor[@use='signing']"
    "//{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
)


class Command:
    """The `ketenpoort` command with one gateway's settings."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def run(self, *arguments: str) -> str:
        """Its output; BenchError with its words when it fails."""
        return self._finish(self._start(arguments))

    def run_together(self, commands: Iterable[Sequence[str]]) -> list[str]:
        """The outputs of commands that do not need each other: most of their time is Python's
        start."""
        started = [self._start(arguments) for arguments in commands]
        return [self._finish(process) for process in started]

    def json(self, *arguments: str) -> dict[str, str]:
        output: dict[str, str] = json.loads(self.run(*arguments, "--json"))
        return output

    def json_together(self, commands: Iterable[Sequence[str]]) -> list[dict[str, str]]:
        return list(map(json.loads, self.run_together((*each, "--json") for each in commands)))

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(KETENPOORT), *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def _finish(process: subprocess.Popen[str]) -> str:
        output, words = process.communicate()
        if process.returncode:
            raise BenchError(f"{process.args!r} failed: {words.strip() or output.strip()}")
        return output


def register(command: Command, base_url: str, pair: KeyPair, folder: Path) -> Registered:
    """The school, the supplier with its two services, the school's consent and a deep link."""
    _add_school(command, pair, folder)
    supplier = command.json("supplier", "add", "--name", federation.SUPPLIER_NAME)["id"]
    service, client = command.json_together([_service(supplier, folder), _client(supplier)])
    link_add = ("link", "add", "--service", service["id"], "--target", federation.SERVICE_TARGET)
    *_, output = command.run_together(
        [_grant(service["id"]), _grant(client["id"]), (*link_add, "--json")]
    )
    link = json.loads(output)
    return Registered(
        base_url, client["client_id"], client["client_secret"], urlsplit(link["url"]).path
    )


def fetch_keys(base_url: str) -> GatewayKeys:
    """The certificates and keys that the running gateway publishes."""
    return GatewayKeys(
        idp_certificate=_certificate(_fetch(base_url, "/saml/metadata")),
        sp_certificate=_certificate(_fetch(base_url, "/school/saml/metadata")),
        jwks=json.loads(_fetch(base_url, "/oidc/jwks")),
    )


def _add_school(command: Command, pair: KeyPair, folder: Path) -> None:
    file = folder / "school.xml"
    file.write_text(school.metadata(pair.certificate))
    command.run(
        *("school", "add", "--brin", federation.BRIN, "--name", federation.SCHOOL_NAME),
        *("--town", federation.TOWN, "--metadata", str(file)),
    )


def _service(supplier: str, folder: Path) -> Sequence[str]:
    file = folder / "service.xml"
    file.write_text(saml_supplier.metadata(federation.SERVICE))
    return (
        *("service", "add", "--supplier", supplier, "--metadata", str(file), "--name", "Oefenen"),
        *("--attribute-names", "entree"),
        *("--target", federation.SERVICE_TARGETS, *asked()),
    )


def _client(supplier: str) -> Sequence[str]:
    return (
        *("service", "add", "--supplier", supplier, "--oidc", "--name", "Lezen"),
        *("--redirect-uri", federation.CLIENT_REDIRECT_URI, *asked()),
    )


def _grant(service: str) -> Sequence[str]:
    """The school allows a service what it asks."""
    names = [word for name in federation.GRANTED for word in ("--attribute", name)]
    return ("release", "grant", "--school", federation.BRIN, "--service", service, *names)


def asked() -> list[str]:
    """What a service asks, and why, as options."""
    return [
        word
        for name, purpose in federation.GRANTED.items()
        for word in ("--attribute", f"{name}={purpose}")
    ]


def _fetch(base_url: str, path: str) -> bytes:
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=10.0)
    connection.request("GET", path)
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    if reply.status != 200:
        raise BenchError(f"GET {path}: status {reply.status}")
    return body


def _certificate(metadata: bytes) -> str:
    found = etree.fromstring(metadata).findtext(SIGNING_CERTIFICATE)
    if found is None:
        raise BenchError("the gateway's metadata has no signing certificate")
    return found

"""How the parties of the demo come to know each other: by the gateway's own command line."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests
from pydantic import BaseModel

from demo.environment import Addresses, DeepLinks
from demo.federation import Federation, ProtocolName
from demo.programs import DemoError


class Credentials(BaseModel, frozen=True):
    client_id: str
    client_secret: str


class Registered(BaseModel, frozen=True):
    """What is kept in the data directory, so that a next run finds the same federation."""

    addresses: Addresses
    at_school: Credentials
    """The gateway's, given by the OpenID school."""
    at_gateway: Credentials
    """The OpenID supplier's, given by the gateway."""
    links: DeepLinks


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The `ketenpoort` command, with the settings of the running gateway."""

    environment: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """Give what the command prints. Raises DemoError with its complaint."""
        done = subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "gateway.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            complaint = done.stderr.strip() or done.stdout.strip()
            raise DemoError(f"ketenpoort {' '.join(arguments[:2])} failed:\n{complaint}")
        return done.stdout

    def add(self, kind: str, *options: str) -> dict[str, str]:
        """Add a school, supplier, service or link; give the record that is printed."""
        record: dict[str, str] = json.loads(self.run(kind, "add", *options, "--json"))
        return record


@dataclass(frozen=True, slots=True)
class Registrar:
    command: CommandLine
    federation: Federation
    folder: Path
    """For the files that the commands read."""

    def register(self, addresses: Addresses, at_school: Credentials) -> Registered:
        """Register schools, suppliers, what each may have, and a link into an exercise of each."""
        self._school(
            "saml", "--metadata", self._metadata("school", f"{addresses.saml_school}/metadata")
        )
        self._school(
            "oidc",
            "--oidc",
            *("--issuer", addresses.oidc_school),
            *("--client-id", at_school.client_id),
            *("--client-secret-file", self._file("client-secret", at_school.client_secret)),
        )
        saml, oidc = addresses.saml_supplier, addresses.oidc_supplier
        saml_service = self._service(
            "saml", saml, "--metadata", self._metadata("supplier", f"{saml}/saml/metadata")
        )
        oidc_service = self._service(
            "oidc",
            oidc,
            "--oidc",
            *("--redirect-uri", f"{oidc}/callback"),
            *("--initiate-login-uri", f"{oidc}/login"),
        )
        return Registered(
            addresses=addresses,
            at_school=at_school,
            at_gateway=Credentials.model_validate(oidc_service),
            links=DeepLinks(
                saml_supplier=self._link("saml", saml, saml_service["id"]),
                oidc_supplier=self._link("oidc", oidc, oidc_service["id"]),
            ),
        )

    def _school(self, protocol: ProtocolName, *how: str) -> None:
        school = self.federation.school(protocol)
        who = ("--brin", school.brin, "--name", school.name, "--town", school.town)
        self.command.add("school", *who, *how)

    def _service(self, protocol: ProtocolName, address: str, *how: str) -> dict[str, str]:
        supplier = self.federation.supplier(protocol)
        owner = self.command.add("supplier", "--name", supplier.name)["id"]
        asked = [("--attribute", f"{one.name}={one.purpose}") for one in supplier.asks]
        service = self.command.add(
            "service",
            *("--supplier", owner, "--name", supplier.service),
            *("--target", f"{address}/"),
            *(word for pair in asked for word in pair),
            *how,
        )
        for one in supplier.asks:
            for brin in one.granted_by:
                grant = ("--school", brin, "--service", service["id"], "--attribute", one.name)
                self.command.run("release", "grant", *grant)
        return service

    def _link(self, protocol: ProtocolName, address: str, service: str) -> str:
        target = address + self.federation.supplier(protocol).deep_path
        return self.command.add("link", "--service", service, "--target", target)["url"]

    def _metadata(self, party: str, address: str) -> str:
        answer = requests.get(address, timeout=5)
        answer.raise_for_status()
        return self._file(f"{party}-metadata.xml", answer.text)

    def _file(self, name: str, content: str) -> str:
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(content, encoding="utf-8")
        return str(file)

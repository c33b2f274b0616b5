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
from demo.federation import Federation, ProtocolName, SupplierProtocol
from demo.programs import DemoError
from demo.publishing import as_course, as_csv, as_json


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
    tool_id: str
    """The LTI tool's client_id, which is the id of its service too."""
    links: DeepLinks

    @property
    def pick_address(self) -> str:
        """Where a teacher begins to pick at the tool (docs/lti.md)."""
        return f"{self.addresses.gateway}/lti/pick?service={self.tool_id}"


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
        """Register schools, suppliers, what each may have, its materials, and a link into each."""
        self._schools(addresses, at_school)
        saml, oidc, lti = (
            self._saml_service(addresses.saml_supplier),
            self._oidc_service(addresses.oidc_supplier),
            self._lti_service(addresses.lti_supplier),
        )
        self._import_table(saml["id"], addresses.saml_supplier)
        self._import_courses(lti["id"], addresses.lti_supplier)
        self._put(addresses.gateway, oidc, addresses.oidc_supplier)
        return Registered(
            addresses=addresses,
            at_school=at_school,
            at_gateway=Credentials.model_validate(oidc),
            tool_id=lti["client_id"],
            links=DeepLinks(
                saml_supplier=self._link("saml", addresses.saml_supplier, saml["id"]),
                oidc_supplier=self._link("oidc", addresses.oidc_supplier, oidc["id"]),
                lti_supplier=self._link("lti", addresses.lti_supplier, lti["id"]),
            ),
        )

    def _schools(self, addresses: Addresses, at_school: Credentials) -> None:
        metadata = self._metadata("school", f"{addresses.saml_school}/metadata")
        self._school("saml", "--metadata", metadata)
        self._school(
            "oidc",
            "--oidc",
            *("--issuer", addresses.oidc_school),
            *("--client-id", at_school.client_id),
            *("--client-secret-file", self._file("client-secret", at_school.client_secret)),
        )

    def _saml_service(self, address: str) -> dict[str, str]:
        metadata = self._metadata("supplier", f"{address}/saml/metadata")
        return self._service("saml", address, "--metadata", metadata, "--profile", "entree")

    def _oidc_service(self, address: str) -> dict[str, str]:
        return self._service(
            "oidc",
            address,
            "--oidc",
            *("--redirect-uri", f"{address}/callback"),
            *("--initiate-login-uri", f"{address}/login"),
        )

    def _lti_service(self, address: str) -> dict[str, str]:
        return self._service(
            "lti",
            address,
            "--lti",
            *("--initiate-login-uri", f"{address}/login"),
            *("--redirect-uri", f"{address}/launch"),
            *("--jwks-uri", f"{address}/jwks"),
            *("--target-link-uri", f"{address}/"),
            *("--deep-linking-uri", f"{address}/pick"),
            *("--custom", "school=$Ketenpoort.nlEduPersonHomeOrganizationId"),
            "--grades",
        )

    def _import_table(self, service: str, address: str) -> None:
        table = as_csv(self.federation.supplier("saml"), address)
        self._import(service, self._file("materials.csv", table))

    def _import_courses(self, service: str, address: str) -> None:
        for material in self.federation.supplier("lti").materials:
            course = as_course(material, address)
            self._import(service, self._file(f"{material.slug}.json", course))

    def _import(self, service: str, file: str) -> None:
        self.command.run("material", "import", file, "--service", service)

    def _put(self, gateway: str, service: Mapping[str, str], address: str) -> None:
        """As the supplier's own software publishes. Raises DemoError."""
        token = self.command.run("supplier", "token", "add", service["supplier"], "--name", "demo")
        answer = requests.put(
            f"{gateway}/api/v1/services/{service['id']}/materials",
            data=as_json(self.federation.supplier("oidc"), address).encode(),
            headers={
                "Authorization": f"Bearer {token.strip()}",
                "Content-Type": "application/json",
            },
            timeout=20,
        )
        if not answer.ok:
            raise DemoError(f"the materials were not taken over:\n{answer.text}")

    def _school(self, protocol: ProtocolName, *how: str) -> None:
        school = self.federation.school(protocol)
        who = ("--brin", school.brin, "--name", school.name, "--town", school.town)
        self.command.add("school", *who, *how)

    def _service(self, protocol: SupplierProtocol, address: str, *how: str) -> dict[str, str]:
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
        return service | {"supplier": owner}

    def _link(self, protocol: SupplierProtocol, address: str, service: str) -> str:
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

"""How the parties of the demo come to know each other: by the gateway's own command line."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests
from pydantic import BaseModel

from demo.environment import Addresses, DeepLinks, FormLinks, Invitations
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
    forms: FormLinks
    oidc_supplier: str
    """Its id at the gateway."""

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
        with ThreadPoolExecutor() as pool:
            joining = (
                pool.submit(self._join_saml, addresses.saml_supplier),
                pool.submit(self._join_oidc, addresses.oidc_supplier, addresses.gateway),
                pool.submit(self._join_lti, addresses.lti_supplier),
            )
        saml, oidc, lti = (one.result() for one in joining)
        return Registered(
            addresses=addresses,
            at_school=at_school,
            at_gateway=Credentials.model_validate(oidc),
            tool_id=lti["client_id"],
            links=DeepLinks(
                saml_supplier=saml["link"], oidc_supplier=oidc["link"], lti_supplier=lti["link"]
            ),
            forms=self._by_own_address(addresses.oidc_supplier, oidc["supplier"]),
            oidc_supplier=oidc["supplier"],
        )

    def invite(self, supplier: str) -> Invitations:
        """Into each console: the operator's, this supplier's, the SAML school's."""
        school, name = self.federation.school("saml").brin, ("--name", "Demo")
        invite = self.command.run
        return Invitations(
            operator=invite("invite", "operator", *name).strip(),
            supplier=invite("invite", "supplier", "--supplier", supplier, *name).strip(),
            school=invite("invite", "school", "--school", school, *name).strip(),
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

    def _join_saml(self, address: str) -> dict[str, str]:
        """Publishes by a table."""
        metadata = self._metadata("supplier", f"{address}/saml/metadata")
        service = self._service("saml", address, "--metadata", metadata)
        table = as_csv(self.federation.supplier("saml"), address)
        self._import(service["id"], self._file("materials.csv", table))
        return service

    def _join_oidc(self, address: str, gateway: str) -> dict[str, str]:
        """Publishes by the API, as software of its own would."""
        service = self._service(
            "oidc",
            address,
            "--oidc",
            *("--redirect-uri", f"{address}/callback"),
            *("--initiate-login-uri", f"{address}/login"),
        )
        self._put(gateway, service, address)
        return service

    def _by_own_address(self, address: str, owner: str) -> FormLinks:
        """Two more services of the OpenID supplier, which open by an address and then sign in."""
        forms = {"startadres": f"{address}/start?naar={{target}}", "eigen sessie": "{target}"}
        supplier = self.federation.supplier("oidc")
        start, template = (
            self.command.add(
                "service",
                *("--oidc", "--supplier", owner, "--name", f"{supplier.service}, {name}"),
                *("--redirect-uri", f"{address}/callback", "--target", f"{address}/"),
                *("--start-address", form),
            )["id"]
            for name, form in forms.items()
        )
        exercise = address + supplier.deep_path
        return FormLinks(
            start_address=self._link(start, exercise), template=self._link(template, exercise)
        )

    def _join_lti(self, address: str) -> dict[str, str]:
        """Publishes by course structures."""
        service = self._service(
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
        for material in self.federation.supplier("lti").materials:
            course = self._file(f"{material.slug}.json", as_course(material, address))
            self._import(service["id"], course)
        return service

    def _import(self, service: str, file: str) -> None:
        self.command.run("material", "import", file, "--service", service)

    def _put(self, gateway: str, service: Mapping[str, str], address: str) -> None:
        """Raises DemoError."""
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
        link = self._link(service["id"], address + supplier.deep_path)
        return service | {"supplier": owner, "link": link}

    def _link(self, service: str, target: str) -> str:
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

"""A running gateway with two tools, and launches of them.

A launch is told to the gateway's stores by its own code, as another worker of it does; the
tools' requests go to the running gateway.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Engine

from gateway.app import make_parts
from gateway.core.model import (
    Brin,
    Connection,
    Json,
    Place,
    Release,
    School,
    Service,
)
from gateway.install import prepare
from gateway.services import Parts
from gateway.settings import load_settings
from gateway.store.repositories import Repositories, open_repositories
from gateway.store.tables import metadata
from gateway.trust.client_assertion import ServiceKeys
from providers.suppliers.lti.person import roles_of
from providers.suppliers.lti.services import LtiServices
from providers.suppliers.lti.services.claims import GRADES
from providers.suppliers.lti.services.people import learner_key, person_digest
from providers.suppliers.lti.services.scopes import SCOPES
from tests.actors.keys import rsa_key
from tests.lti.tool import Caller, KeySet, Tool, public_pem, run_key_set
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway
from tests.parts.registration import add_supplier

SCHOOL, OTHER_SCHOOL = "99XA", "99XB"
PUPIL, CLASSMATE, TEACHER = "eck-leerling-1", "eck-leerling-2", "eck-docent-1"
PLACE = Place("oefening-3", "https://tool.test/oefening/3", "Oefening 3")
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


@dataclass(frozen=True, slots=True)
class Stage:
    gateway: Gateway
    engine: Engine
    parts: Parts
    services: LtiServices
    repositories: Repositories
    tool: Tool
    other: Tool
    published: KeySet

    def launch(
        self,
        pseudonym: str = PUPIL,
        *,
        tool: Tool | None = None,
        school: str = SCHOOL,
        role: str = "student",
        place: Place = PLACE,
        names: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """A person comes to a tool; what the launch says of the services."""
        service = (tool or self.tool).service
        release = _release(service, pseudonym, school, role, names or {})
        self.services.remember_member(service, release, roles_of(release), place)
        return self.services.claims_for(service, release, place)

    def propose(self, place: Place, proposal: Json) -> None:
        """A launch of a place that a content item made, with its line item."""
        release = _release(self.tool.service, PUPIL, SCHOOL, "student", {})
        self.services.propose_line_item(self.tool.service, release, place, proposal)

    def forget_learner(self, pseudonym: str) -> str:
        """Remove what a launch left for grading; the name of it."""
        service = self.tool.service.id
        key = learner_key(service, SCHOOL, person_digest(service, pseudonym))
        assert self.parts.state.take(key)
        return key

    def line_items(self, claims: Mapping[str, Any]) -> str:
        return str(claims[GRADES]["lineitems"])

    @contextlib.contextmanager
    def registered(self, *, active: bool = True, scopes: Sequence[str] = SCOPES) -> Iterator[None]:
        """The tool as it is registered for a while."""
        service = self.tool.service
        config = {**service.config, "scopes": list(scopes)}
        self._write(replace(service, active=active, config=config))
        try:
            yield
        finally:
            self._write(service)

    def _write(self, service: Service) -> None:
        self.repositories.services.replace(service)
        wait_for_changes(self.gateway)

    def dump(self) -> str:
        """All that lies in the database."""
        with self.engine.connect() as connection:
            rows = (connection.execute(table.select()) for table in metadata.sorted_tables)
            return "\n".join(str(row) for found in rows for row in found)

    def caller_with(self, token: str) -> Caller:
        return Caller(token)

    def caller(self, *scopes: str, tool: Tool | None = None) -> Caller:
        """With a token for these scopes, or for all."""
        asking = tool or self.tool
        return Caller(asking.token(" ".join(scopes)) if scopes else asking.token())


def _release(
    service: Service, pseudonym: str, school: str, role: str, names: Mapping[str, str]
) -> Release:
    attributes = {
        "eduPersonAffiliation": (role,),
        "nlEduPersonHomeOrganizationId": (school,),
        **{name: (value,) for name, value in names.items()},
    }
    return Release(service.id, pseudonym, attributes, 0, "", "")


@contextlib.contextmanager
def run_stage(gateway: Gateway) -> Iterator[Stage]:
    settings = load_settings(gateway.environment)
    engine = prepare(settings)
    repositories, parts = open_repositories(engine), make_parts(settings, engine)
    _add_schools(repositories)
    with (
        _closing(engine, repositories, parts),
        run_key_set(rsa_key("rekentool")) as published,
    ):
        file = gateway.directory / "leestool.pem"
        file.write_text(public_pem(rsa_key("leestool")))
        tool = add_tool(gateway, "rekentool", "--jwks-uri", published.address)
        other = add_tool(gateway, "leestool", "--public-key", str(file))
        wait_for_changes(gateway)
        parts.registry.refresh()  # type: ignore[attr-defined]
        services = LtiServices(parts, ServiceKeys(parts.fetch, parts.clock))
        yield Stage(gateway, engine, parts, services, repositories, tool, other, published)


@contextlib.contextmanager
def _closing(engine: Engine, *opened: Repositories | Parts) -> Iterator[None]:
    """Close in the end what has connections of its own."""
    try:
        yield
    finally:
        for part in (getattr(each, field.name) for each in opened for field in fields(each)):
            if hasattr(part, "close"):
                part.close()
        engine.dispose()


def add_tool(gateway: Gateway, name: str, *options: str, base: str = "") -> Tool:
    """Register a tool that may use every service; its key is the one of its name."""
    base = base or f"https://{name}.test"
    added = gateway.ketenpoort_json(
        "service", "add", "--lti", "--supplier", add_supplier(gateway, f"Uitgever van {name}"),
        "--name", name.title(),
        "--initiate-login-uri", f"{base}/login",
        "--redirect-uri", f"{base}/launch",
        "--attribute", "givenName=Aanspreken in de les",
        "--attribute", "sn=Lijst van de klas",
        "--grades", "--members", *options,
    )  # fmt: skip
    engine = prepare(load_settings(gateway.environment))
    with _closing(engine, repositories := open_repositories(engine)):
        service = repositories.services.find(str(added["id"]))
    return Tool(gateway.base, service, rsa_key(name))


def _add_schools(repositories: Repositories) -> None:
    repositories.connections.add(Connection("idp", "saml", "https://idp.test", {}))
    for brin, name in ((SCHOOL, "Esdoorn College"), (OTHER_SCHOOL, "De Kade")):
        repositories.schools.add(School(Brin(brin), name, "Voorbeelddam", "idp"))

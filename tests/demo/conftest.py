"""The demo's parties without the gateway: each supplier joined to the school of its protocol."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from demo.environment import Addresses, DeepLinks, Invitations, to_environment
from demo.federation import load
from demo.programs import HOST, Programs, free_ports, web_server

CLIENT = {"client_id": "supplier", "client_secret": "secret-of-a-test"}


@dataclass(frozen=True, slots=True)
class Pair:
    school: str
    supplier: str


@pytest.fixture(scope="module")
def saml_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("saml")
    pair = Pair(*addresses(2))
    school = {"data_dir": f"{folder}/school", "gateway_metadata": f"{pair.supplier}/saml/metadata"}
    supplier = {"data_dir": f"{folder}/supplier", "gateway_metadata": f"{pair.school}/metadata"}
    with Programs(folder) as programs:
        start(programs, "demo.schools.saml:serve", pair.school, **school)
        start(programs, "demo.suppliers.saml:serve", pair.supplier, **supplier)
        programs.wait_ready()
        yield pair


@pytest.fixture(scope="module")
def oidc_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("oidc")
    pair = Pair(*addresses(2))
    school = {"data_dir": f"{folder}/school", "redirect_uri": f"{pair.supplier}/callback"} | CLIENT
    supplier = {"issuer": pair.school} | CLIENT
    with Programs(folder) as programs:
        start(programs, "demo.schools.oidc:serve", pair.school, **school)
        start(programs, "demo.suppliers.oidc:serve", pair.supplier, **supplier)
        programs.wait_ready()
        yield pair


@pytest.fixture(scope="module")
def start_page(tmp_path_factory, saml_pair: Pair, oidc_pair: Pair) -> Iterator[str]:
    address, tool = addresses(2)
    at = Addresses(
        gateway="http://gateway.test",
        start=address,
        saml_school=saml_pair.school,
        oidc_school=oidc_pair.school,
        saml_supplier=saml_pair.supplier,
        oidc_supplier=oidc_pair.supplier,
        lti_supplier=tool,
    )
    links = DeepLinks(
        saml_supplier=saml_pair.supplier + load().supplier("saml").deep_path,
        oidc_supplier=oidc_pair.supplier + load().supplier("oidc").deep_path,
        lti_supplier="http://gateway.test/d/tool",
    )
    settings = {"addresses": at.model_dump_json(), "links": links.model_dump_json()}
    settings |= {"pick_address": "http://gateway.test/lti/pick?service=tool"}
    way = "http://gateway.test/invitation"
    invitations = Invitations(operator=f"{way}/1", supplier=f"{way}/2", school=f"{way}/3")
    settings |= {"invitations": invitations.model_dump_json()}
    with Programs(tmp_path_factory.mktemp("start")) as programs:
        start(programs, "demo.start:serve", address, **settings)
        programs.wait_ready()
        yield address


def addresses(number: int) -> list[str]:
    return [f"http://{HOST}:{port}" for port in free_ports(number)]


def start(programs: Programs, target: str, address: str, **settings: str) -> None:
    environment = os.environ | to_environment(address=address, **settings)
    command = web_server(target, int(address.rpartition(":")[2]))
    programs.start(target, command, environment, f"{address}/healthz")

"""A running gateway with two suppliers, their services and a school, each with a token."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import idp_metadata
from tests.api.described import assert_described
from tests.parts.gateway import Gateway

TARGET = "https://reken.example/"
WAIT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Api:
    """Who sends requests; each answer is held against the description of the API."""

    base: str
    document: dict[str, Any] = field(repr=False)
    token: str | None = None

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = requests.request(
            method, self.base + path, headers=headers, timeout=60, allow_redirects=False, **options
        )
        assert_described(self.document, answer)
        return answer

    def put(self, service: str, body: object) -> requests.Response:
        return self.send("PUT", f"/api/v1/services/{service}/materials", json=body)

    def get(self, service: str) -> requests.Response:
        return self.send("GET", f"/api/v1/services/{service}/materials")

    def link(self, body: object, **headers: str) -> requests.Response:
        return self.send("POST", "/api/v1/links", json=body, headers=headers)


@dataclass(frozen=True, slots=True)
class Stage:
    gateway: Gateway
    supplier: Api
    other_supplier: Api
    school: Api
    stranger: Api
    service: str
    other_service: str
    supplier_id: str


@pytest.fixture(scope="module")
def stage(gateway: Gateway) -> Stage:
    document = requests.get(f"{gateway.base}/api/v1/openapi.json", timeout=60).json()
    suppliers = [
        gateway.ketenpoort_json("supplier", "add", "--name", name)["id"] for name in ("A", "B")
    ]
    services = [_service(gateway, each) for each in suppliers]
    _add_school(gateway)
    tokens = [_token(gateway, "supplier", each) for each in suppliers]
    stage = Stage(
        gateway=gateway,
        supplier=Api(gateway.base, document, tokens[0]),
        other_supplier=Api(gateway.base, document, tokens[1]),
        school=Api(gateway.base, document, _token(gateway, "school", "99XA")),
        stranger=Api(gateway.base, document),
        service=services[0],
        other_service=services[1],
        supplier_id=suppliers[0],
    )
    wait_until(lambda: stage.supplier.get(stage.service).status_code == 200)
    wait_until(lambda: stage.school.link({}).status_code == 422)
    return stage


def wait_until(holds: Callable[[], bool]) -> None:
    """A running gateway sees within a second what a command did."""
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def _service(gateway: Gateway, supplier: str) -> str:
    options = ("--oidc", "--name", f"Rekentuin {supplier}", "--target", TARGET)
    redirect = ("--redirect-uri", "https://reken.example/callback")
    added = gateway.ketenpoort_json("service", "add", "--supplier", supplier, *options, *redirect)
    return str(added["id"])


def _add_school(gateway: Gateway) -> None:
    file = gateway.directory / "school.xml"
    sso = "https://inloggen.dekade.example/sso"
    file.write_text(idp_metadata("https://inloggen.dekade.example", sso, [rsa_key("school")]))
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    gateway.ketenpoort("school", "add", *who, "--metadata", file)


def _token(gateway: Gateway, kind: str, owner: str) -> str:
    made = gateway.ketenpoort_json(kind, "token", "add", owner, "--name", "a test")
    return str(made["token"])

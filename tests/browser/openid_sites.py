"""What speaks OpenID, beside the other sites: a school, two suppliers, and a client of the test.

Of the servers only browsers know the names under .test, so they find each other on 127.0.0.1. The
school has no name at all: its site is that address, without TLS.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import requests

from tests.actors.oidc_client import Attempt, OidcClient
from tests.actors.people import OIDC_PUPIL
from tests.browser.sites import Book, Sites
from tests.parts.apache_openidc import OpenidcSupplier, new_openidc, run_openidc
from tests.parts.gateway import Gateway
from tests.parts.oidc_provider import OidcProviderSchool, run_oidc_provider
from tests.parts.process import free_port
from tests.parts.registration import (
    Client,
    add_link,
    add_oidc_school,
    add_oidc_service,
    add_supplier,
)
from tests.parts.tls import run_tls

EIKENLAAN, BRIN = "Het Eikenlaan", "99XD"
BERK, LINDE = "Rekenen bij Berk", "Rekenen bij Linde"
PUPILS = [
    replace(OIDC_PUPIL, uid=f"leerling{number}@eikenlaan.test", brin=BRIN) for number in range(100)
]
# Is answered by POST: its cookies must come along from another site.
BY_POST = """
OIDCResponseMode form_post
OIDCCookieSameSite Off
"""
ASKS_BY_POST = "OIDCProviderAuthRequestMethod POST\n"
# That of Debian 13 answers a login that a third party began with an empty page, where it asks by
# POST; it asks by GET.
CANNOT_ASK_BY_POST = "2.4.17"


class PushingClient(OidcClient):
    """Asks the gateway `behind` its name, and pushes its requests (RFC 9126)."""

    def __init__(self, behind: str, issuer: str, client: Client, redirect_uri: str) -> None:
        super().__init__(issuer, client.id, client.secret, redirect_uri)
        self.behind = behind

    @cached_property
    def discovery(self) -> dict[str, Any]:
        address = f"{self.behind}/.well-known/openid-configuration"
        found: dict[str, Any] = requests.get(address, timeout=10).json()
        named = {name: value for name, value in found.items() if isinstance(value, str)}
        near = {name: value.replace(self.issuer, self.behind) for name, value in named.items()}
        return {**found, **near, "authorization_endpoint": found["authorization_endpoint"]}

    @property
    def start(self) -> str:
        """The one address that it registers of its own."""
        return self.redirect_uri.replace("/klaar", "/")

    def push(self, **changes: str | None) -> Attempt:
        """A login whose address names a request that lies at the gateway."""
        attempt = self.begin(**changes)
        endpoint, _, query = attempt.url.partition("?")
        answer = requests.post(
            self.discovery["pushed_authorization_request_endpoint"],
            data=query,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            auth=(self.client_id, self.client_secret),
            timeout=10,
        )
        assert answer.ok, answer.text
        named = {"client_id": self.client_id, "request_uri": answer.json()["request_uri"]}
        return replace(attempt, url=f"{endpoint}?{urlencode(named)}")


@dataclass(frozen=True, slots=True)
class OpenidSites:
    """`berk` asks by GET and is told of a logout behind the browser, `linde` by POST and in a
    frame; at the address of `client` there is no page, the test reads what was sent there."""

    school: str
    berk: Book
    linde: Book
    client: PushingClient


def _by_post() -> str:
    package = ["dpkg-query", "-W", "-f", "${Version}", "libapache2-mod-auth-openidc"]
    version = subprocess.run(package, check=True, capture_output=True, text=True).stdout
    return BY_POST if version.startswith(CANNOT_ASK_BY_POST) else BY_POST + ASKS_BY_POST


@contextlib.contextmanager
def run_openid_sites(sites: Sites) -> Iterator[OpenidSites]:
    gateway, port, school = sites.gateway, free_port(), OidcProviderSchool()
    behind = f"http://127.0.0.1:{gateway.port}"
    berk, linde = (new_openidc(f"https://{name}.test:{port}") for name in ("berk", "linde"))
    berk_told = f"http://127.0.0.1:{berk.port}/protected/oidc-callback?logout=backchannel"
    ways = {
        "berk": ("--backchannel-logout-uri", berk_told),
        "linde": ("--frontchannel-logout-uri", f"{linde.redirect_uri}?logout=get"),
    }
    redirect_uri = f"https://plataan.test:{port}/klaar"
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        enter(run_oidc_provider(school, f"{sites.base}/school/oidc/callback", people=PUPILS))
        credentials = Client(school.client_id, school.client_secret)
        add_oidc_school(
            gateway, BRIN, EIKENLAAN, "Testerveen", issuer=school.issuer, client=credentials
        )
        books = []
        for supplier, name, more in ((berk, BERK, ""), (linde, LINDE, _by_post())):
            back = ("--post-logout-redirect-uri", f"{supplier.base}/")
            client = _add_client(gateway, supplier, name, *ways[name.split()[-1].lower()], *back)
            enter(
                run_openidc(
                    supplier,
                    issuer=sites.base,
                    client_id=client.id,
                    client_secret=client.secret,
                    behind=sites.base.replace("gateway.test", "127.0.0.1"),
                    more=more,
                )
            )
            exercise = f"{supplier.protected}hoofdstuk/3?opgave=7"
            books.append(Book(exercise, add_link(gateway, client.id, exercise), "OIDC_CLAIM_sub="))
        enter(
            run_tls(
                port,
                {"berk.test": berk.port, "linde.test": linde.port, "plataan.test": berk.port},
            )
        )
        plataan = add_oidc_service(
            gateway, add_supplier(gateway, "Plataan"), [redirect_uri], name="Plataan",
            targets=[redirect_uri.replace("/klaar", "/")],
        )  # fmt: skip
        pushing = PushingClient(behind, sites.base, plataan, redirect_uri)
        yield OpenidSites(school.issuer, *books, pushing)


def _add_client(gateway: Gateway, supplier: OpenidcSupplier, name: str, *more: str) -> Client:
    return add_oidc_service(
        gateway,
        add_supplier(gateway, f"Uitgeverij van {name}"),
        [supplier.redirect_uri],
        name=name,
        targets=[supplier.protected],
        initiate_login_uri=supplier.initiate_login_uri,
        more=more,
    )

"""What a launch brings to the browser, and what the service does with it."""

from typing import Protocol
from urllib.parse import quote, urlsplit

from bench import federation
from bench.answers import NO_ANSWER, Answer, Request, expect
from bench.browser import Browser
from bench.connection import Connection, Reply
from bench.federation import Registered
from bench.journeys import World
from bench.links import parties
from bench.links.parties import Party
from bench.links.redirects import expect_redirect, read_redirect
from bench.links.tool import Tool
from bench.oidc_supplier import OidcSupplier
from bench.saml_supplier import SamlSupplier


class Form(Protocol):
    """A launch form, from the gateway's reply on."""

    def arrive(self, browser: Browser, reply: Reply, target: str) -> Answer:
        """All that the browser and the service do until the person stands at the target; checks
        what leads there."""

    def verify(self, answer: Answer, *, signature: bool) -> str | None:
        """Check what the service got; the pseudonym, if it is told one."""


class Unsolicited:
    """SAML Profiles §4.1.5: a response that nobody asked for, with the target as RelayState."""

    def __init__(self, service: SamlSupplier) -> None:
        self._service = service

    def arrive(self, browser: Browser, reply: Reply, target: str) -> Answer:  # noqa: ARG002
        return self._service.receive(Request("", "", target), reply)

    def verify(self, answer: Answer, *, signature: bool) -> str | None:
        return self._service.verify(answer, signature=signature)


class Started:
    """The service's start address, where it asks who it is by an AuthnRequest."""

    def __init__(self, service: SamlSupplier) -> None:
        self._service = service

    def arrive(self, browser: Browser, reply: Reply, target: str) -> Answer:
        start = parties.START_ADDRESS.replace("{target}", quote(target, safe=""))
        expect_redirect(reply, start)
        request = self._service.begin(with_school=False)
        return self._service.receive(request, browser.get(request.target))

    def verify(self, answer: Answer, *, signature: bool) -> str | None:
        return self._service.verify(answer, signature=signature)


class Initiated:
    """OpenID Connect Core §4: third-party-initiated login, then the code flow."""

    def __init__(self, client: OidcSupplier, issuer: str) -> None:
        self._client = client
        self._issuer = issuer

    def arrive(self, browser: Browser, reply: Reply, target: str) -> Answer:
        hints = read_redirect(reply, parties.CLIENT_INITIATE)
        hint = f"brin:{federation.BRIN}"
        expected = {"iss": self._issuer, "login_hint": hint, "target_link_uri": target}
        expect(hints == expected, "other hints at the client")
        request = self._client.begin(with_school=True)
        return self._client.receive(request, browser.get(request.target))

    def verify(self, answer: Answer, *, signature: bool) -> str | None:
        return self._client.verify(answer, signature=signature)


class Template:
    """The address of a service that has a session of its own: nothing more is asked of us."""

    def arrive(self, browser: Browser, reply: Reply, target: str) -> Answer:  # noqa: ARG002
        path = quote(urlsplit(target).path, safe="")
        expect_redirect(reply, parties.TEMPLATE.replace("{path}", path))
        return NO_ANSWER

    def verify(self, answer: Answer, *, signature: bool) -> str | None:  # noqa: ARG002
        return None


def make_form(name: str, world: World, party: Party, back_channel: Connection) -> Form:
    """The form of one of parties.FORMS."""
    registered = Registered(world.registered.base_url, party.client_id, party.client_secret, "")
    match name:
        case "saml":
            return Unsolicited(SamlSupplier(world.identity_provider, parties.UNSOLICITED))
        case "start":
            return Started(SamlSupplier(world.identity_provider, parties.STARTED))
        case "oidc":
            client = OidcSupplier(registered, world.keys, back_channel)
            return Initiated(client, registered.base_url)
        case "lti":
            return Tool(registered.base_url, party.client_id, world.keys)
        case "template":
            return Template()
    raise AssertionError(name)

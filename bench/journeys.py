"""The five paths: who begins, whether the browser has a session, who answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from bench import federation
from bench.answers import NO_ANSWER, Answer, Pseudonyms, Supplier
from bench.browser import Browser
from bench.connection import Connection, Reply
from bench.errors import LoginError
from bench.federation import GatewayKeys, IdentityProvider, Registered, ServiceProvider
from bench.keys import KeyPair
from bench.oidc_supplier import OidcSupplier
from bench.saml_supplier import LinkedSupplier, SamlSupplier
from bench.school import School, verify_request

COLD = ("saml-saml-cold", "saml-oidc-cold")
WARM = ("saml-warm", "oidc-warm", "deeplink-warm")
PATHS = COLD + WARM
SIGNATURES_EVERY = 10


def is_cold(path: str) -> bool:
    return path.endswith("-cold")


@dataclass(frozen=True, slots=True)
class World:
    """What every played party needs to know."""

    registered: Registered
    keys: GatewayKeys
    school: KeyPair

    @property
    def identity_provider(self) -> IdentityProvider:
        """The gateway as a SAML service sees it."""
        base = self.registered.base_url
        sso, certificate = f"{base}/saml/sso", self.keys.idp_certificate
        return IdentityProvider(f"{base}/saml/metadata", sso, certificate, federation.PSEUDONYM)

    @property
    def service_provider(self) -> ServiceProvider:
        """The gateway as the school sees it."""
        base = f"{self.registered.base_url}/school/saml"
        return ServiceProvider(f"{base}/metadata", f"{base}/acs")


@dataclass(slots=True)
class Login:
    """A login under way. `waited_s`: how long each leg of it waited for the gateway."""

    answer: Answer = NO_ANSWER
    school_address: str = ""
    waited_s: list[float] = field(default_factory=list)


class Journey:
    """One person's device after another on its own connection; `number` keeps people apart."""

    def __init__(self, path: str, world: World, number: int) -> None:
        self._world = world
        self._front = Connection.to(world.registered.base_url)
        self._back_channel = Connection.to(world.registered.base_url)
        self._school = School(world.school, world.service_provider)
        self._supplier = self._make_supplier(path)
        self._people = (f"leerling-{number}-{n}@ketenlyceum.test" for n in count())
        self._cold = is_cold(path)
        self.legs = (self._cold_login if self._cold else self._warm_login,)
        if not self._cold:
            self._browser = self._new_browser()
            self._log_in(self._browser, Login())

    def set_out(self) -> Login:
        return Login()

    def waited_s(self) -> float:
        return self._front.waited_s + self._back_channel.waited_s

    def verify(self, logins: Iterable[Login]) -> list[str]:
        """Every answer's content, each tenth's signatures; what is wrong, a line a login."""
        failures = []
        pseudonyms = Pseudonyms(of_many=self._cold)
        for place, login in enumerate(logins):
            sampled = place % SIGNATURES_EVERY == 0
            try:
                pseudonym = self._supplier.verify(login.answer, signature=sampled)
                if sampled and self._cold:
                    verify_request(login.school_address, self._world.keys.sp_certificate)
                pseudonyms.take(pseudonym)
            except LoginError as error:
                failures.append(str(error))
        return failures

    def _make_supplier(self, path: str) -> Supplier:
        if "oidc" in path:
            return OidcSupplier(self._world.registered, self._world.keys, self._back_channel)
        if path.startswith("deeplink"):
            return LinkedSupplier(self._world.identity_provider, self._world.registered.link_path)
        return SamlSupplier(self._world.identity_provider)

    def _new_browser(self) -> Browser:
        return Browser(self._front, self._world.registered.base_url)

    def _warm_login(self, login: Login) -> None:
        request = self._supplier.begin(with_school=False)
        login.answer = self._supplier.receive(request, self._browser.get(request.target))

    def _cold_login(self, login: Login) -> None:
        self._log_in(self._new_browser(), login)

    def _log_in(self, browser: Browser, login: Login) -> None:
        request = self._supplier.begin(with_school=True)
        reply = browser.get(request.target)
        address = reply.header("location")
        if not address.startswith(federation.SCHOOL_SSO):
            raise LoginError(f"status {reply.status} instead of a redirect to the school")
        form = self._school.answer(address, next(self._people))
        reply = self._bring(browser, urlsplit(self._world.service_provider.acs).path, form)
        login.answer, login.school_address = self._supplier.receive(request, reply), address

    def _bring(self, browser: Browser, target: str, form: bytes) -> Reply:
        """The school's form to the hub, and where it leads."""
        return browser.post_from_elsewhere(target, form)

"""A person follows a link: signed in already, or in three legs by way of the school."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

from bench import federation
from bench.answers import Pseudonyms, expect
from bench.browser import Browser
from bench.connection import Connection
from bench.errors import LoginError
from bench.journeys import SIGNATURES_EVERY, Login, World
from bench.links.fill import Followed
from bench.links.forms import make_form
from bench.links.parties import FORMS, Party
from bench.school import School

WARM = tuple(f"link-{form}-warm" for form in FORMS)
COLD = tuple(f"link-{form}-cold" for form in FORMS)
PATHS = WARM + COLD
COLD_LEGS, SCHOOL_LEG = 3, 1  # the link, the school's answer, the launch


@dataclass(frozen=True, slots=True)
class LinkWorld(World):
    """With the services and the links to follow, by form."""

    parties: Mapping[str, Party]
    followed: Mapping[str, Sequence[Followed]]


@dataclass(slots=True, kw_only=True)
class Walk(Login):
    """One link followed; `way` is where the browser goes next."""

    browser: Browser
    link: Followed
    way: str


class LinkJourney:
    """One person's device after another, or a device whose person is signed in."""

    def __init__(self, path: str, world: LinkWorld, number: int) -> None:
        _, form, state = path.split("-")
        self._base_url = world.registered.base_url
        self._front = Connection.to(self._base_url)
        self._back_channel = Connection.to(self._base_url)
        self._school = School(world.school, world.service_provider)
        self._form = make_form(form, world, world.parties[form], self._back_channel)
        self._links = world.followed[form]
        self._random = Random()
        self._people = (f"leerling-{number}-{n}@ketenlyceum.test" for n in count())
        self._cold = state == "cold"
        self.legs = (self._click, self._log_in, self._land) if self._cold else (self._land,)
        if not self._cold:
            self._browser = self._new_browser()
            self._sign_in()

    def set_out(self) -> Walk:
        link = self._random.choice(self._links)
        browser = self._new_browser() if self._cold else self._browser
        return Walk(browser=browser, link=link, way=link.path)

    def waited_s(self) -> float:
        return self._front.waited_s + self._back_channel.waited_s

    def verify(self, logins: Iterable[Walk]) -> list[str]:
        """Every answer's content, each tenth's signature; what is wrong, a line a login."""
        failures = []
        pseudonyms = Pseudonyms(of_many=self._cold)
        for place, login in enumerate(logins):
            try:
                sampled = place % SIGNATURES_EVERY == 0
                pseudonym = self._form.verify(login.answer, signature=sampled)
                if pseudonym is not None:
                    pseudonyms.take(pseudonym)
            except LoginError as error:
                failures.append(str(error))
        return failures

    def _new_browser(self) -> Browser:
        return Browser(self._front, self._base_url)

    def _sign_in(self) -> None:
        link = self._links[0]
        walk = Walk(browser=self._browser, link=link, way=link.path)
        self._click(walk)
        self._log_in(walk)
        self._land(walk)

    def _click(self, walk: Walk) -> None:
        """The link is for one school, so nobody is asked which."""
        reply = walk.browser.get(walk.way)
        walk.way = reply.header("location")
        away = walk.way.startswith(federation.SCHOOL_SSO)
        expect(away, f"status {reply.status} instead of a redirect to the school")

    def _log_in(self, walk: Walk) -> None:
        form = self._school.answer(walk.way, next(self._people))
        walk.way = walk.browser.submit_from_elsewhere("/school/saml/acs", form)

    def _land(self, walk: Walk) -> None:
        reply = walk.browser.get(walk.way)
        walk.answer = self._form.arrive(walk.browser, reply, walk.link.target)

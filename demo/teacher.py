"""What a teacher does at the gateway's pages, without a screen: search, make a link, show it."""

import re
from dataclasses import dataclass

from demo.browser import Browser
from demo.federation import Exercise
from demo.parties import expect

MADE = re.compile(r"/links/(?P<code>[^/?]+)\?new=1")
CODE = re.compile(r"\b[A-Z0-9]{3} [A-Z0-9]{4} [A-Z0-9]{3}\b")


@dataclass(frozen=True, slots=True)
class TeacherLink:
    address: str
    code: str
    """As it stands on the board."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """Signed in at the gateway."""

    gateway: str
    browser: Browser

    def search(self, exercise: Exercise) -> TeacherLink:
        """Find an exercise by its title, and make a link to it."""
        self.browser.open(f"{self.gateway}/materials")
        self.browser.fill("q", exercise.title)
        self.browser.follow(f"Maak een link {exercise.name}")
        return self.make_link()

    def make_link(self) -> TeacherLink:
        """With all that the page proposes, and look at it as a class does. Raises DemoError."""
        self.browser.press("Maak de link")
        made = MADE.search(self.browser.address)
        code = CODE.search(self.browser.text)
        expect(made and code, f"no link was made: {self.browser.address}")
        assert made
        assert code
        expect(self.browser.shows("QR"), "the QR code does not arrive")
        self.browser.follow("Op het bord")
        expect(code[0] in self.browser.text, "the code does not stand on the board")
        expect(self.browser.shows("QR"), "the QR code does not arrive on the board")
        return TeacherLink(f"{self.gateway}/d/{made['code']}", code[0])

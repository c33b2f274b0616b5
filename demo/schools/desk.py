"""The front desk of a demo school: who are you, and who came last."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, render_template, request

from demo.federation import Person, School
from demo.web import Party, Refused, application


@dataclass(slots=True)
class Desk:
    """One login page for every protocol, and the memory that the start page asks for."""

    school: School
    last: dict[str, object]

    def page(self, action: str, hidden: dict[str, str]) -> str:
        """The login page; its form brings the hidden fields along to `action`."""
        return render_template("people.html", school=self.school, action=action, hidden=hidden)

    def admit(self) -> Person:
        """The person chosen on the login page. Raises Refused for an unknown user name."""
        person = self.school.person(request.form.get("username", "").strip().lower())
        if person is None:
            raise Refused(
                "Deze gebruikersnaam kent de school niet. Ga terug en kies opnieuw.",
                "The school does not know this user name. Go back and choose again.",
                403,
            )
        self.last = {
            "at": datetime.now(UTC).isoformat(),
            "attributes": self.school.attributes(person),
        }
        return person


def open_desk(school: School, cookie: str) -> tuple[Flask, Desk]:
    """The app of a school, with the address where the demo's start page asks who came last."""
    app = application(Party("school", school.name, ("demo-school", "demo school")), cookie)
    desk = Desk(school, {})
    app.add_url_rule("/last-login", "last_login", lambda: desk.last)
    return app, desk

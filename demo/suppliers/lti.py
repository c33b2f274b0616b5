"""A supplier with an LTI 1.3 tool: launches, Deep Linking, and scores by AGS."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, make_response, redirect, render_template, request, session
from pydantic import BaseModel
from pylti1p3.exception import LtiException, OIDCException
from requests import RequestException
from werkzeug import Response

from demo.environment import from_environment
from demo.federation import load
from demo.keys import key_pair
from demo.suppliers.library import Library, Task, open_library
from demo.suppliers.lti_platform import Platform, claims_of
from demo.suppliers.lti_scores import HIGHEST, content_item, post_score
from demo.web import Refused

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
NAMES = ("given_name", "family_name", "email")

RIGHT = ("Goed!", "Right!")
WRONG = ("Nog niet goed.", "Not right yet.")
OF_A_TEACHER = ("Als leraar krijg je geen score.", "As a teacher you get no score.")


class LtiSupplierSettings(BaseModel, frozen=True):
    address: str
    data_dir: Path
    issuer: str
    client_id: str


def create_app(settings: LtiSupplierSettings) -> Flask:
    supplier = load().supplier("lti")
    pair = key_pair(settings.data_dir, supplier.name)
    platform = Platform(settings.issuer, settings.client_id, pair)
    start = f"{settings.issuer}/open/service/{settings.client_id}"

    def begin_login(_target: str) -> Response:
        """A tool can not begin a login; its platform opens it."""
        return make_response(render_template("launch.html", supplier=supplier, start=start), 403)

    share = f"{settings.issuer}/share?service={settings.client_id}"
    app, library = open_library(supplier, settings.address, begin_login, share)
    tool = Tool(settings.address, platform, library)
    app.add_url_rule("/jwks", view_func=tool.jwks)
    app.add_url_rule("/login", view_func=tool.login, methods=["GET", "POST"])
    app.add_url_rule("/launch", view_func=tool.launch, methods=["POST"])
    app.add_url_rule("/pick", view_func=tool.ask, endpoint="ask")
    app.add_url_rule("/pick", view_func=tool.pick, methods=["POST"])
    app.add_url_rule(f"{library.exercises}/answer", view_func=tool.answer, methods=["POST"])
    return app


def serve() -> Flask:
    return create_app(from_environment(LtiSupplierSettings))


@dataclass(frozen=True, slots=True)
class Tool:
    address: str
    platform: Platform
    library: Library

    def jwks(self) -> dict[str, object]:
        return dict(self.platform.our_keys())

    def login(self) -> Response:
        """LTI Security §5.1.1.1, third-party-initiated login."""
        try:
            return self.platform.begin_login(f"{self.address}/launch")
        except OIDCException as error:
            raise _refusal(error) from error

    def launch(self) -> Response:
        """A place to open, or a request to pick one."""
        try:
            launch = self.platform.launched()
        except (LtiException, RequestException) as error:
            raise _refusal(request.form.get("error", error)) from error
        claims = claims_of(launch)
        if launch.is_deep_link_launch():
            kind, target = "picking", f"{self.address}/pick"
        else:
            kind, target = "launch", str(claims[f"{CLAIM}target_link_uri"])
        session[kind] = launch.get_launch_id()
        return self.library.admit(str(claims["sub"]), _learned(claims), target)

    def ask(self) -> str:
        if "picking" not in session:
            raise _refusal("nobody asked to pick")
        return self.library.page("pick.html", tasks=self.library.tasks())

    def pick(self) -> str:
        """What was picked goes back to the platform, signed (LTI Deep Linking §4.5)."""
        try:
            launch = self.platform.restored(session.pop("picking", ""))
        except LtiException as error:
            raise _refusal(error) from error
        chosen = request.form.getlist("task")
        picked = [task for task in self.library.tasks() if task.path in chosen]
        items = [content_item(task, self.address) for task in picked]
        return render_template(
            "post.html",
            heading=("Je keuze gaat naar de Ketenpoort", "Your choice goes to the Ketenpoort"),
            address=claims_of(launch)[DEEP_LINKING]["deep_link_return_url"],
            fields={"JWT": launch.get_deep_link().get_response_jwt(items)},
        )

    def answer(self, slug: str, number: str, exercise: int) -> str | Response:
        """A pupil's answer is marked, and the score goes to the platform."""
        task, visitor = self.library.task(slug, number, exercise), self.library.visitor()
        if visitor is None:
            return redirect(task.path, 303)
        is_right = task.exercise.marks(request.form.get("answer", ""))
        said = OF_A_TEACHER if visitor.teaches else self._score(task, is_right=is_right)
        return self.library.exercise(task, (RIGHT if is_right else WRONG, said))

    def _score(self, task: Task, *, is_right: bool) -> tuple[str, str]:
        try:
            launch = self.platform.restored(session.get("launch", ""))
            kept = post_score(launch, task, HIGHEST if is_right else 0)
        except (LtiException, RequestException) as error:
            raise _refusal(error) from error
        return (
            f"Je score staat bij de Ketenpoort: {kept:g} van {HIGHEST}.",
            f"Your score is at the Ketenpoort: {kept:g} of {HIGHEST}.",
        )


def _learned(claims: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a launch says of the person; roles in short."""
    roles = [str(role).rpartition("#")[2] for role in claims.get(f"{CLAIM}roles", ())]
    names = {name: [str(claims[name])] for name in NAMES if name in claims}
    school = {
        "nlEduPersonHomeOrganizationId": [claims[f"{CLAIM}custom"]["school"]],
        "nlEduPersonHomeOrganization": [claims[f"{CLAIM}context"]["title"]],
    }
    return {"roles": roles} | names | school


def _refusal(reason: object) -> Refused:
    return Refused(
        f"Dit hulpmiddel opent niet: {reason}", f"This tool does not open: {reason}", 403
    )

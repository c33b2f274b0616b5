"""A stage for attacks on LTI: a real gateway, a scripted school and scripted tools."""

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER, Person
from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_tool import ScriptedTool, public_pem
from tests.flows.hub import SCHOOL_NAME, hinted
from tests.parts.effect import wait_for_lti_service
from tests.parts.gateway import Gateway
from tests.parts.registration import add_link, add_saml_school, add_supplier

SECRETS = PUPIL.secrets | TEACHER.secrets | {PUPIL.given_name, PUPIL.surname}


@dataclass(frozen=True)
class Stage:
    """`tool` and `second` are of two suppliers; `framed` is shown in a page of ours."""

    gateway: Gateway
    school: ScriptedSchool
    tool: ScriptedTool
    second: ScriptedTool
    framed: ScriptedTool
    links: dict[str, str] = field(default_factory=dict)

    def browser(self) -> Browser:
        tools = (self.tool, self.second, self.framed)
        return Browser([self.school.base, *(tool.base for tool in tools)])

    def link(self, tool: ScriptedTool) -> str:
        """A deep link into the tool, made once."""
        if tool.client_id not in self.links:
            target = f"{tool.base}/les/1"
            self.links[tool.client_id] = add_link(self.gateway, tool.client_id, target)
        return self.links[tool.client_id]

    def follow(self, browser: Browser, address: str, person: Person = PUPIL) -> Page:
        """Over the school, when nobody is signed in, to the door of the tool."""
        page = browser.open(hinted(address))
        if page.redirect and page.redirect.url.startswith(self.school.base):
            asked = self.school.read_request(page.redirect.url)
            answer = self.school.answer(asked, person).build()
            fields = self.school.fields(answer, asked)
            page = browser.post(self.school.acs, fields, initiator=self.school.base)
        return page

    def sign_in(self, browser: Browser, person: Person) -> None:
        self.follow(browser, self.link(self.second), person)

    def hints(
        self, browser: Browser, tool: ScriptedTool | None = None, person: Person = PUPIL
    ) -> dict[str, str]:
        """What a tool has in hand when a person comes to its door."""
        tool = tool or self.tool
        return tool.hints(self.follow(browser, self.link(tool), person))


def make_stage(gateway: Gateway) -> Stage:
    school = ScriptedSchool(gateway.sp_metadata())
    add_saml_school(gateway, SAML_SCHOOL, SCHOOL_NAME, "Voorbeelddam", school.metadata())
    return Stage(
        gateway,
        school,
        tool=_add_tool(gateway, "eerste"),
        second=_add_tool(gateway, "tweede"),
        framed=_add_tool(gateway, "ingelijst", "--framed"),
    )


def _add_tool(gateway: Gateway, name: str, *more: str) -> ScriptedTool:
    tool = ScriptedTool(f"http://{name}.test", gateway.base)
    with tempfile.NamedTemporaryFile("w", dir=gateway.directory, suffix=".pem") as file:
        Path(file.name).write_text(public_pem(tool.keys))
        added = gateway.ketenpoort_json(
            "service", "add", "--supplier", add_supplier(gateway, f"Uitgeverij {name}"), "--lti",
            "--name", f"Proeven {name}", "--initiate-login-uri", f"{tool.base}/login",
            "--redirect-uri", tool.redirect_uri, "--deep-linking-uri", f"{tool.base}/kies",
            "--public-key", file.name, *more,
        )  # fmt: skip
    wait_for_lti_service(gateway, added["client_id"])
    return replace(tool, client_id=added["client_id"])


def assert_refused(page: Page, code: str) -> None:
    """A page of ours with this code, that sends nothing on and says nothing of anybody."""
    assert code in page.words, page
    assert page.status in {400, 403, 404, 422}
    assert page.message is None
    assert not [form for form in page.forms if {"id_token", "JWT"} & form.fields.keys()]
    assert_silent(page)


def assert_silent(page: Page) -> None:
    assert not [secret for secret in SECRETS if secret in page.text]


def assert_error_told(page: Page, tool: ScriptedTool, error: str, state: str | None) -> None:
    """The tool gets an error at its own address, with its state, and nothing of anybody."""
    (form,) = [form for form in page.forms if "error" in form.fields]
    assert form.action == tool.redirect_uri
    assert form.fields["error"] == error
    assert form.fields.get("state") == state
    assert "id_token" not in form.fields
    assert_silent(page)

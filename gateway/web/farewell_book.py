"""What services answer to the browser that tells them of a logout, while its page is open.

A farewell's id is unguessable and stands in that page alone: who knows it has the page.
"""

import json
from dataclasses import dataclass

from gateway.core.ports import AutoPost, LogoutHeard
from gateway.errors import GatewayError
from gateway.services import Parts

_KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class FarewellBook:
    parts: Parts

    def hear(self, heard: LogoutHeard) -> None:
        said = "told" if heard.done else "open"
        self.parts.state.add(_key(heard.farewell), f"{said} {heard.service.id}", _KEPT_SECONDS)

    def answers(self, farewell: str) -> dict[str, list[str]]:
        """The names of those that ended all they had (`told`), and of the others (`open`)."""
        found: dict[str, list[str]] = {"told": [], "open": []}
        for member in sorted(self.parts.state.members(_key(farewell))):
            said, _, service_id = member.partition(" ")
            try:
                found[said].append(self.parts.registry.service(service_id).name)
            except GatewayError:
                continue  # removed since
        return found

    def keep_form(self, form: AutoPost) -> str:
        """The name under which a frame finds a form, once."""
        name, value = self.parts.random(), json.dumps([form.action, dict(form.fields)])
        self.parts.state.put(f"farewell-form:{name}", value.encode(), _KEPT_SECONDS)
        return name

    def take_form(self, name: str) -> AutoPost | None:
        kept = self.parts.state.take(f"farewell-form:{name}")
        if kept is None:
            return None
        action, fields = json.loads(kept)
        return AutoPost(action, fields, framed=True)


def _key(farewell: str) -> str:
    return f"farewell:{farewell}"

"""What services answer to the browser that tells them of a logout, while its page is open; and
that page itself, for a second click.

A farewell's id is unguessable and stands in that page alone: who knows it has the page.
"""

import json
import time
from dataclasses import asdict, dataclass

from gateway.core.ports import AutoPost, LogoutHeard
from gateway.errors import GatewayError
from gateway.services import Parts
from gateway.web.cookies import fingerprint

_KEPT_SECONDS = 600
_LISTS = "told", "asked", "open", "frames", "origins"
_TRIES, _PAUSE_SECONDS = 50, 0.1  # longer than services are waited for


@dataclass(frozen=True, slots=True)
class Farewell:
    """The names of services: `told` said that they know, `asked` are told by the browser, which
    opens `frames` (pages of `origins`), and `open` were not reached. Of those asked `awaited`
    will answer, to the farewell `id`."""

    id: str = ""
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    awaited: int = 0

    @property
    def everywhere(self) -> bool:
        """Whether each is known to have ended its own session."""
        return not self.asked and not self.open


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

    def is_first(self, secret: str) -> bool:
        """Whether nobody began to end the session with this secret. A second click does, and
        breaks off the page that the first one is to bring."""
        return self.parts.state.once([f"farewell-begun:{fingerprint(secret)}"], _KEPT_SECONDS)

    def keep(self, secret: str, farewell: Farewell) -> None:
        value = json.dumps(asdict(farewell)).encode()
        self.parts.state.put(_said_key(secret), value, _KEPT_SECONDS)

    def said(self, secret: str) -> Farewell | None:
        """What was said when this session ended, a moment ago or by a request under way."""
        for _ in range(_TRIES):
            if kept := self.parts.state.get(_said_key(secret)):
                said = json.loads(kept)
                return Farewell(**said | {name: tuple(said[name]) for name in _LISTS})
            time.sleep(_PAUSE_SECONDS)
        return None

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


def _said_key(secret: str) -> str:
    return f"farewell-said:{fingerprint(secret)}"


def _key(farewell: str) -> str:
    return f"farewell:{farewell}"

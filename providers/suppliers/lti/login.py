"""Third-party-initiated login: the person goes to the tool, which asks us who it is
(LTI Security §5.1.1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from .hints import Hints, Message
from .tool import Tool


@dataclass(frozen=True, slots=True)
class LoginInitiation:
    """Cost: one write of the hints."""

    issuer: str
    hints: Hints

    def address(self, tool: Tool, message: Message, deployment: str) -> str:
        """Where a login at the tool begins, for this message alone."""
        login_hint, message_hint = self.hints.issue(tool.service.id, message)
        fields = {
            "iss": self.issuer,
            "target_link_uri": message.place.target,
            "login_hint": login_hint,
            "lti_message_hint": message_hint,
            "client_id": tool.client_id,
            "lti_deployment_id": deployment,
        }
        if message.framed:
            fields["lti_storage_target"] = STORAGE_TARGET
        return with_query(tool.initiate_login_uri, fields)


STORAGE_TARGET = "_parent"
"""The frame that keeps a framed tool's data: our page around it (LTI postMessage Storage §3)."""


def with_query(address: str, fields: Mapping[str, str]) -> str:
    """An address with its own query kept and fields behind it."""
    joiner = "&" if urlsplit(address).query else "?"
    return f"{address}{joiner}{urlencode(fields)}"

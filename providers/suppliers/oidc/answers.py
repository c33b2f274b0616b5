"""How an answer reaches the client: in the query, in the fragment or by a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from gateway.core.model import Json
from gateway.core.ports import AutoPost, Redirect, Reply

RESPONSE_MODES = ("query", "fragment", "form_post")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A client's own address, and the way of the answer (OAuth 2.0 Multiple Response Types §2.1,
    Form Post Response Mode §2). `issuer` is ours: each answer names it (RFC 9207 §2)."""

    redirect_uri: str
    state: str | None
    mode: str
    issuer: str

    def reply(self, **said: str) -> Reply:
        fields = said | {"iss": self.issuer}
        if self.state is not None:
            fields["state"] = self.state
        if self.mode == "form_post":
            return AutoPost(self.redirect_uri, fields)
        if self.mode == "fragment":
            return Redirect(f"{self.redirect_uri}#{urlencode(fields)}")
        return with_query(self.redirect_uri, fields)


def recipient_of(payload: Json, issuer: str) -> Recipient:
    """That of a request, as the flow kept it."""
    state = payload["state"]
    return Recipient(
        redirect_uri=str(payload["redirect_uri"]),
        state=None if state is None else str(state),
        mode=str(payload.get("mode", "query")),
        issuer=issuer,
    )


def with_query(address: str, fields: Mapping[str, str | None]) -> Redirect:
    """The address with its own query kept and ours behind it (RFC 6749 §4.1.2)."""
    query = urlencode({name: value for name, value in fields.items() if value is not None})
    joiner = "" if not query else "&" if urlsplit(address).query else "?"
    return Redirect(f"{address}{joiner}{query}")

"""The UserInfo endpoint (OpenID Connect Core §5.3), with a bearer token (RFC 6750 §2)."""

from dataclasses import dataclass

from gateway.core.attributes import Vocabulary
from gateway.core.ports import Document, HttpRequest
from gateway.core.renewal import Renewal

from .errors import NO_STORE, json_document
from .grants import Grants
from .id_token import person_claims


@dataclass(frozen=True, slots=True)
class UserInfoEndpoint:
    """What is known of a person ends with the session, also when the token lasts longer."""

    vocabulary: Vocabulary
    grants: Grants
    renewal: Renewal

    def handle(self, request: HttpRequest) -> Document:
        token = _bearer(request)
        found = self.grants.access_token(token) if token else None
        if found is None or not self.renewal.is_signed_in(found.release):
            return _refused(token)
        claims = person_claims(found.release, self.vocabulary)
        return json_document(claims, headers=NO_STORE)


def _bearer(request: HttpRequest) -> str | None:
    """From the header, or a POST's form; never from the address (RFC 9700 §4.3.2)."""
    scheme, _, value = (request.headers.get("Authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    posted = request.form.getlist("access_token") if request.method == "POST" else []
    return posted[0] if len(posted) == 1 else None


def _refused(token: str | None) -> Document:
    """RFC 6750 §3.1: no error code when no token came."""
    challenge = 'Bearer realm="ketenpoort"'
    if token is None:
        return json_document({}, 401, {**NO_STORE, "WWW-Authenticate": challenge})
    headers = {**NO_STORE, "WWW-Authenticate": f'{challenge}, error="invalid_token"'}
    return json_document({"error": "invalid_token"}, 401, headers)

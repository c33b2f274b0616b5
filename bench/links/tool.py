from secrets import token_urlsafe
from urllib.parse import urlencode

from bench.answers import Answer, expect
from bench.browser import Browser
from bench.connection import Reply
from bench.federation import PSEUDONYM, GatewayKeys
from bench.forms import read_form
from bench.id_tokens import IdTokens
from bench.links.parties import TOOL_INITIATE, TOOL_REDIRECT_URI
from bench.links.redirects import read_redirect

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
NAMES = {"given_name", "family_name", "email"}


class Tool:
    """LTI Security §5.1.1: the login that the platform initiates, the tool's question, the
    message."""

    def __init__(self, base_url: str, client_id: str, keys: GatewayKeys) -> None:
        self._issuer = base_url
        self._client_id = client_id
        self._tokens = IdTokens(keys.jwks, client_id)

    def arrive(self, browser: Browser, reply: Reply, target: str) -> Answer:
        hints = read_redirect(reply, TOOL_INITIATE)
        expect(hints.get("iss") == self._issuer, "another iss at the tool's login")
        expect(hints.get("client_id") == self._client_id, "another client_id at the tool's login")
        expect(hints.get("target_link_uri") == target, "another target at the tool's login")
        state, nonce = token_urlsafe(16), token_urlsafe(16)
        question = self._question(hints, state, nonce)
        form = read_form(browser.get(f"/lti/authorize?{urlencode(question)}").body)
        expect(form.action == TOOL_REDIRECT_URI, "the message goes to another address")
        expect(form.fields.get("state") == state, "another state")
        expect(form.fields.get("id_token"), f"no id_token but {form.fields.get('error')}")
        return Answer(form.fields["id_token"], nonce, target)

    def _question(self, hints: dict[str, str], state: str, nonce: str) -> dict[str, str]:
        return {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self._client_id,
            "redirect_uri": TOOL_REDIRECT_URI,
            "login_hint": hints["login_hint"],
            "lti_message_hint": hints["lti_message_hint"],
            "state": state,
            "nonce": nonce,
        }

    def verify(self, answer: Answer, *, signature: bool) -> str | None:
        claims = self._tokens.claims(answer.proof, signature=signature)
        expect(claims.get("aud") in (self._client_id, [self._client_id]), "another aud")
        expect(claims.get("iss") == self._issuer, "another iss")
        expect(claims.get("nonce") == answer.request_id, "another nonce")
        kind = claims.get(f"{CLAIM}message_type")
        expect(kind == "LtiResourceLinkRequest", "another message")
        expect(claims.get(f"{CLAIM}target_link_uri") == answer.target, "another target")
        expect(claims.get(f"{CLAIM}deployment_id"), "no deployment")
        expect(claims.keys() >= NAMES, "the person's names are missing")
        subject = str(claims.get("sub"))
        expect(PSEUDONYM.fullmatch(subject), "the sub is no pseudonym")
        return subject

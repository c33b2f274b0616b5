"""An LTI tool inside the test: what it sends can be right, or wrong in any one respect."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from tests.actors.browser import Browser, Page
from tests.actors.keys import KeyPair, rsa_key

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"


def public_pem(keys: KeyPair) -> str:
    key = load_pem_x509_certificate(keys.certificate.encode()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@dataclass(frozen=True)
class ScriptedTool:
    """A tool at an address that no browser enters: give `base` as a browser's stop."""

    base: str
    platform: str
    client_id: str = ""

    @property
    def keys(self) -> KeyPair:
        return rsa_key(self.base)

    @property
    def redirect_uri(self) -> str:
        return f"{self.base}/launch"

    @property
    def authorize(self) -> str:
        return f"{self.platform}/lti/authorize"

    def hints(self, page: Page) -> dict[str, str]:
        """What our login initiation brought: where `page` leads."""
        assert page.redirect, page
        assert page.redirect.url.startswith(f"{self.base}/login?"), page
        return dict(parse_qsl(urlsplit(page.redirect.url).query, strict_parsing=True))

    def question(self, hints: Mapping[str, str], **changes: str | None) -> dict[str, str]:
        """An authentication request (LTI Security §5.1.1.2) with `changes` made in it."""
        fields: dict[str, str | None] = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "login_hint": hints["login_hint"],
            "lti_message_hint": hints["lti_message_hint"],
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def ask(self, browser: Browser, question: Mapping[str, str]) -> Page:
        """Send the browser to the platform with a question, from the tool's own site."""
        return browser.open(f"{self.authorize}?{urlencode(question)}", initiator=self.base)

    def read(self, page: Page, question: Mapping[str, str]) -> dict[str, Any]:
        """The claims of the message on `page`, with every check of LTI Security §5.1.3."""
        assert page.message, page
        assert page.message.url == question["redirect_uri"]
        fields = page.message.fields
        assert fields.get("state") == question.get("state")
        header = jwt.get_unverified_header(fields["id_token"])
        rows = requests.get(f"{self.platform}/oidc/jwks", timeout=30).json()["keys"]
        (row,) = [row for row in rows if row["kid"] == header["kid"]]
        claims: dict[str, Any] = jwt.decode(
            fields["id_token"],
            jwt.PyJWK(row).key,
            algorithms=["RS256"],
            audience=self.client_id,
            issuer=self.platform,
            options={"require": ["exp", "iat", "nonce", "sub"]},
        )
        assert claims["nonce"] == question["nonce"]
        return claims

    def picked(self, asked: Mapping[str, Any], **changes: object) -> dict[str, Any]:
        """The claims of an answer to a request to pick, with `changes` by their short names."""
        now = int(time.time())
        settings = asked[f"{DEEP_LINKING}deep_linking_settings"]
        item = {"type": "ltiResourceLink", "title": "Oefening", "url": f"{self.base}/oefening/1"}
        claims: dict[str, Any] = {
            "iss": self.client_id,
            "aud": self.platform,
            "iat": now,
            "exp": now + 300,
            "nonce": secrets.token_urlsafe(8),
            f"{CLAIM}message_type": "LtiDeepLinkingResponse",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": asked[f"{CLAIM}deployment_id"],
            f"{DEEP_LINKING}data": settings["data"],
            f"{DEEP_LINKING}content_items": [item],
        }
        names = {name.rpartition("/")[2]: name for name in claims}
        changed = claims | {names.get(name, name): value for name, value in changes.items()}
        return {name: value for name, value in changed.items() if value is not None}

    def sign(self, claims: Mapping[str, Any], keys: KeyPair | None = None, **header: str) -> str:
        return jwt.encode(dict(claims), (keys or self.keys).key, "RS256", headers=header or None)

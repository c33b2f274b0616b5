import base64
import json
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import parse_qs, urlencode, urlsplit

from bench import federation
from bench.answers import Answer, Request, expect
from bench.connection import Connection, Reply
from bench.federation import GatewayKeys, Registered
from bench.id_tokens import IdTokens


class OidcSupplier:
    """An OpenID client: code flow, PKCE S256, client_secret_basic, claims in the id_token."""

    def __init__(self, registered: Registered, keys: GatewayKeys, back_channel: Connection) -> None:
        self._registered = registered
        self._tokens = IdTokens(keys.jwks, registered.client_id)
        self._back_channel = back_channel
        credentials = f"{registered.client_id}:{registered.client_secret}".encode()
        self._headers = (
            ("Authorization", "Basic " + base64.b64encode(credentials).decode()),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
        )

    def begin(self, *, with_school: bool) -> Request:
        verifier, nonce, state = token_urlsafe(32), token_urlsafe(16), token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest())
        parameters = {
            "response_type": "code",
            "client_id": self._registered.client_id,
            "redirect_uri": federation.CLIENT_REDIRECT_URI,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if with_school:
            parameters["login_hint"] = f"brin:{federation.BRIN}"
        return Request(f"/oidc/authorize?{urlencode(parameters)}", nonce, state, verifier)

    def receive(self, request: Request, reply: Reply) -> Answer:
        location = urlsplit(reply.header("location"))
        address = location._replace(query="").geturl()
        expect(
            address == federation.CLIENT_REDIRECT_URI,
            f"status {reply.status} instead of a redirect to the client",
        )
        query = parse_qs(location.query)
        expect(query.get("state") == [request.state], "another state")
        expect("code" in query, f"no code but {query.get('error')}")
        return Answer(self._redeem(query["code"][0], request.verifier), request.id)

    def _redeem(self, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": federation.CLIENT_REDIRECT_URI,
            "code_verifier": verifier,
        }
        reply = self._back_channel.exchange(
            "POST", "/oidc/token", self._headers, urlencode(form).encode()
        )
        expect(reply.status == 200, f"status {reply.status} at the token endpoint")
        token = json.loads(reply.body).get("id_token")
        expect(isinstance(token, str), "no id_token")
        return str(token)

    def verify(self, answer: Answer, *, signature: bool) -> str:
        claims = self._tokens.claims(answer.proof, signature=signature)
        client_id = self._registered.client_id
        expect(claims.get("aud") in (client_id, [client_id]), "another aud")
        expect(claims.get("iss") == self._registered.base_url, "another iss")
        expect(claims.get("nonce") == answer.request_id, "another nonce")
        missing = federation.RELEASED_CLAIMS - claims.keys()
        expect(not missing, f"claims are missing: {', '.join(sorted(missing))}")
        subject = str(claims.get("sub"))
        expect(federation.PSEUDONYM.fullmatch(subject), "the sub is no pseudonym")
        return subject

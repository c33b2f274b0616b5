"""A supplier with an OpenID Connect client, on Authlib; also by third-party-initiated login."""

import secrets

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, request
from joserfc.errors import JoseError
from pydantic import BaseModel
from requests import RequestException
from werkzeug import Response

from demo.environment import from_environment
from demo.federation import load
from demo.memory import Memory
from demo.suppliers.library import open_library
from demo.web import Refused

NOT_ABOUT_A_PERSON = {
    *("iss", "aud", "azp", "exp", "iat", "nbf", "jti", "sid"),
    *("nonce", "at_hash", "auth_time", "acr", "amr"),
}
LOGIN_TIME = 3600  # seconds


class OidcSupplierSettings(BaseModel, frozen=True):
    address: str
    issuer: str
    client_id: str
    client_secret: str


def create_app(settings: OidcSupplierSettings) -> Flask:
    def begin_login(target: str) -> Response:
        return _ask(target, login_hint=None)

    share = f"{settings.issuer}/share?service={settings.client_id}"
    app, library = open_library(load().supplier("oidc"), settings.address, begin_login, share)
    # What a login under way needs lies here and not in the cookie, which would grow too long.
    under_way = Memory[str]()
    gateway = OAuth(app, cache=under_way).register(
        "gateway",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
    )

    def _ask(target: str, login_hint: str | None) -> Response:
        state = secrets.token_urlsafe(16)
        under_way.set(f"target {state}", target, LOGIN_TIME)
        hint = {"login_hint": login_hint} if login_hint else {}
        callback = f"{settings.address}/callback"
        answer: Response = gateway.authorize_redirect(callback, state=state, **hint)
        return answer

    @app.route("/login", methods=["GET", "POST"])
    def initiated() -> Response:
        """OpenID Core §4, third-party-initiated login."""
        if request.values.get("iss") != settings.issuer:
            raise _refusal("the login was begun by another issuer")
        target = request.values.get("target_link_uri") or f"{settings.address}/"
        if not library.own(target):
            raise _refusal("the address to open is not of this supplier")
        return _ask(target, request.values.get("login_hint"))

    @app.get("/start")
    def start() -> Response:
        """Signs in, then opens an exercise: a start address with a place for the target."""
        target = request.args.get("naar", "")
        if not library.own(target):
            raise _refusal("the address to open is not of this supplier")
        return begin_login(target)

    @app.get("/callback")
    def callback() -> Response:
        try:
            token = gateway.authorize_access_token()
        except (OAuthError, JoseError, RequestException) as error:
            raise _refusal(str(error)) from error
        target = under_way.take(f"target {request.args['state']}") or ""
        claims = token["userinfo"]
        learned = {
            name: [str(one) for one in (value if isinstance(value, list) else [value])]
            for name, value in claims.items()
            if name not in NOT_ABOUT_A_PERSON | {"sub"}
        }
        return library.admit(claims["sub"], learned, target)

    return app


def serve() -> Flask:
    return create_app(from_environment(OidcSupplierSettings))


def _refusal(reason: str) -> Refused:
    return Refused(
        f"Deze leverancier neemt de inlog niet aan: {reason}",
        f"This supplier does not accept the login: {reason}",
        403,
    )

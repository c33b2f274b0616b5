"""A school with an OpenID Provider. Each login asks who you are."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask, Response, redirect, request
from pydantic import BaseModel
from werkzeug import Response as BaseResponse

from demo.environment import from_environment
from demo.federation import load
from demo.keys import key_pair
from demo.schools.desk import open_desk
from demo.schools.oidc_grants import AuthorizationRequest, OAuthError
from demo.schools.oidc_provider import Client, Provider
from demo.web import Refused


class OidcSchoolSettings(BaseModel, frozen=True):
    address: str
    data_dir: Path
    client_id: str
    client_secret: str
    redirect_uri: str


def create_app(settings: OidcSchoolSettings) -> Flask:
    school = load().school("oidc")
    app, desk = open_desk(school, "demo_school_oidc")
    client = Client(settings.client_id, settings.client_secret, settings.redirect_uri)
    key = load_pem_private_key(key_pair(settings.data_dir, school.name).key.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    provider = Provider(settings.address, school, client, key)
    app.add_url_rule("/.well-known/openid-configuration", "discovery", provider.discovery)
    app.add_url_rule("/jwks", "jwks", provider.jwks)
    app.register_error_handler(OAuthError, _oauth_error)

    @app.get("/authorize")
    def ask() -> BaseResponse:
        return _authorize(client, lambda _: Response(desk.page(request.full_path, {})))

    @app.post("/authorize")
    def answer() -> BaseResponse:
        return _authorize(
            client, lambda asked: _back(client, code=provider.code(asked, desk.admit()))
        )

    @app.post("/token")
    def token() -> dict[str, object]:
        basic = request.authorization
        credentials = (
            (basic.username, basic.password)
            if basic and basic.type == "basic"
            else (request.form.get("client_id"), request.form.get("client_secret"))
        )
        if not client.proves(*credentials):
            raise OAuthError("invalid_client", "unknown client or wrong secret", 401)
        return provider.exchange(request.form)

    @app.route("/userinfo", methods=["GET", "POST"])
    def userinfo() -> dict[str, str]:
        bearer = request.authorization
        return provider.userinfo((bearer and bearer.token) or "")

    return app


def serve() -> Flask:
    return create_app(from_environment(OidcSchoolSettings))


def _authorize(
    client: Client, answer: Callable[[AuthorizationRequest], BaseResponse]
) -> BaseResponse:
    """Answers a checked request; only a known client at its own address hears of an error."""
    if not client.asks(request.args):
        raise Refused("De school kent deze vrager niet.", "The school does not know who is asking.")
    try:
        return answer(AuthorizationRequest.read(request.args))
    except OAuthError as error:
        return _back(client, **error.body)


def _back(client: Client, **values: str) -> BaseResponse:
    """RFC 6749 §4.1.2 and §4.1.2.1."""
    if state := request.args.get("state"):
        values["state"] = state
    return redirect(f"{client.redirect_uri}?{urlencode(values)}", 303)


def _oauth_error(error: OAuthError) -> tuple[dict[str, str], int]:
    return error.body, error.status

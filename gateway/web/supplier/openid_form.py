"""The form of an OpenID client, in the words of RFC 7591 §2."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt")
_SINGLE = (
    "client_name",
    "initiate_login_uri",
    "jwks_uri",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
    "token_endpoint_auth_method",
    "id_token_signed_response_alg",
)
_LISTS = ("redirect_uris", "post_logout_redirect_uris")


def asked_in(form: MultiDict[str, str]) -> Mapping[str, object]:
    """What the form asks; an address a line."""
    asked: dict[str, object] = {name: form.get(name, "").strip() for name in _SINGLE}
    asked |= {name: form.get(name, "").split() for name in _LISTS}
    grants = ["authorization_code", *(["refresh_token"] if form.get("refresh_tokens") else [])]
    return {name: value for name, value in asked.items() if value} | {"grant_types": grants}

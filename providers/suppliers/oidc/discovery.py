"""What our OpenID Provider says of itself (OpenID Connect Discovery 1.0 §3)."""

from gateway.core.attributes import Vocabulary
from gateway.trust.jose import ALGORITHMS

from .answers import RESPONSE_MODES
from .authentication import METHODS
from .authorize import SCOPES
from .token import GRANT_TYPES


def discovery_document(issuer: str, vocabulary: Vocabulary) -> dict[str, object]:
    """Nothing stands here that does not work: a test tries each value."""
    claims = sorted({word.oidc for word in vocabulary.values()})
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oidc/authorize",
        "token_endpoint": f"{issuer}/oidc/token",
        "userinfo_endpoint": f"{issuer}/oidc/userinfo",
        "revocation_endpoint": f"{issuer}/oidc/revoke",
        "introspection_endpoint": f"{issuer}/oidc/introspect",
        "pushed_authorization_request_endpoint": f"{issuer}/oidc/par",
        "registration_endpoint": f"{issuer}/oidc/register",
        "jwks_uri": f"{issuer}/oidc/jwks",
        "end_session_endpoint": f"{issuer}/oidc/logout",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANT_TYPES),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        **_authentication("token"),
        **_authentication("revocation"),
        **_authentication("introspection"),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "sid", *claims],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": list(ALGORITHMS),
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "ui_locales_supported": ["nl", "en"],
    }


def _authentication(endpoint: str) -> dict[str, object]:
    return {
        f"{endpoint}_endpoint_auth_methods_supported": list(METHODS),
        f"{endpoint}_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
    }

"""What we say of ourselves to a tool that registers itself (LTI Dynamic Registration §3.4)."""

from collections.abc import Sequence

import gateway

from .custom import VARIABLES
from .message import ACCEPTED_TYPES, PRODUCT_FAMILY
from .person import NAME_CLAIMS
from .terms import DEEP_LINKING_REQUEST, PLATFORM_CONFIGURATION, RESOURCE_LINK_REQUEST

CONFIGURATION_PATH = "/lti/openid-configuration"
REGISTRATION_PATH = "/lti/register"
AUTHORIZATION_PATH = "/lti/authorize"
TOKEN_PATH = "/lti/token"  # noqa: S105  # an address


def openid_configuration(issuer: str, scopes: Sequence[str]) -> dict[str, object]:
    """Nothing stands here that does not work. `scopes` are those of the services."""
    messages = [
        {"type": RESOURCE_LINK_REQUEST},
        {"type": DEEP_LINKING_REQUEST, "content_types": list(ACCEPTED_TYPES)},
    ]
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORIZATION_PATH,
        "registration_endpoint": issuer + REGISTRATION_PATH,
        "token_endpoint": issuer + TOKEN_PATH,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{issuer}/oidc/jwks",
        "scopes_supported": ["openid", *scopes],
        "response_types_supported": ["id_token"],
        "response_modes_supported": ["form_post"],
        "grant_types_supported": ["implicit", "client_credentials"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["iss", "aud", "sub", "iat", "exp", "nonce", *NAME_CLAIMS],
        PLATFORM_CONFIGURATION: {
            "product_family_code": PRODUCT_FAMILY,
            "version": gateway.__version__,
            "messages_supported": messages,
            "variables": list(VARIABLES),
        },
    }

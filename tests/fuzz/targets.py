"""All targets by name."""

from tests.fuzz import content, oidc, passkeys, saml, web
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (*saml.TARGETS, *oidc.TARGETS, *web.TARGETS, *passkeys.TARGETS, *content.TARGETS)
}

"""Custom parameters and their substitution variables (LTI Core §6 and Appendix B).

A variable says what the message itself says, so it can not reveal more than was released. A
whole value is a variable or it is none; one that we do not know, or that was not released,
stays as it is written.
"""

from collections.abc import Mapping
from typing import Any

from gateway.core.model import Release

from .terms import CLAIM

OWN = "Ketenpoort."
"""Begins the variables of our own: behind it the name of an attribute of the vocabulary."""

_PATHS: Mapping[str, tuple[str, ...]] = {
    "User.id": ("sub",),
    "Person.name.full": ("name",),
    "Person.name.given": ("given_name",),
    "Person.name.family": ("family_name",),
    "Person.email.primary": ("email",),
    "Membership.role": (f"{CLAIM}roles",),
    "Context.id": (f"{CLAIM}context", "id"),
    "Context.title": (f"{CLAIM}context", "title"),
    "Context.type": (f"{CLAIM}context", "type"),
    "ResourceLink.id": (f"{CLAIM}resource_link", "id"),
    "ResourceLink.title": (f"{CLAIM}resource_link", "title"),
    "Message.documentTarget": (f"{CLAIM}launch_presentation", "document_target"),
    "Message.locale": (f"{CLAIM}launch_presentation", "locale"),
    "Message.returnURL": (f"{CLAIM}launch_presentation", "return_url"),
    "ToolPlatform.productFamilyCode": (f"{CLAIM}tool_platform", "product_family_code"),
    "ToolPlatform.version": (f"{CLAIM}tool_platform", "version"),
    "ToolPlatformInstance.guid": (f"{CLAIM}tool_platform", "guid"),
    "ToolPlatformInstance.name": (f"{CLAIM}tool_platform", "name"),
    "ToolPlatformInstance.url": (f"{CLAIM}tool_platform", "url"),
}
VARIABLES = tuple(_PATHS)


def substituted(
    custom: Mapping[str, str], claims: Mapping[str, Any], release: Release
) -> dict[str, str]:
    """The parameters with what their variables stand for; several values with commas between."""
    return {name: _value(text, claims, release) for name, text in custom.items()}


def _value(text: str, claims: Mapping[str, Any], release: Release) -> str:
    if not text.startswith("$"):
        return text
    found = _meaning(text[1:], claims, release)
    return ",".join(found) if found else text


def _meaning(variable: str, claims: Mapping[str, Any], release: Release) -> tuple[str, ...]:
    if variable.startswith(OWN):
        return release.attributes.get(variable.removeprefix(OWN), ())
    place: Any = claims if variable in _PATHS else None
    for step in _PATHS.get(variable, ()):
        place = place.get(step) if isinstance(place, dict) else None
    if not place:
        return ()
    return (place,) if isinstance(place, str) else tuple(place)

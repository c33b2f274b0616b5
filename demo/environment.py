"""How a demo program gets its settings: DEMO_* in the environment, read into its own model."""

import os
from typing import TypeVar

from pydantic import BaseModel

PREFIX = "DEMO_"

Settings = TypeVar("Settings", bound=BaseModel)


class Addresses(BaseModel, frozen=True):
    """The base address of each party, without a slash at the end."""

    gateway: str
    start: str
    saml_school: str
    oidc_school: str
    saml_supplier: str
    oidc_supplier: str
    lti_supplier: str


class DeepLinks(BaseModel, frozen=True):
    """The gateway's address of a deep link into an exercise of each supplier."""

    saml_supplier: str
    oidc_supplier: str
    lti_supplier: str


class FormLinks(BaseModel, frozen=True):
    """Deep links into services that are opened by an address of their own (docs/links.md)."""

    start_address: str
    template: str


class Invitations(BaseModel, frozen=True):
    """Addresses that let one person into each console, once."""

    operator: str
    supplier: str
    school: str


def from_environment(model: type[Settings]) -> Settings:
    """Reads the model's fields from the environment.

    Raises pydantic.ValidationError, which names what is missing.
    """
    ours = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    return model.model_validate(
        {name.removeprefix(PREFIX).lower(): value for name, value in ours.items()}
    )


def to_environment(**settings: str) -> dict[str, str]:
    return {PREFIX + name.upper(): value for name, value in settings.items()}

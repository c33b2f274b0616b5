"""SAML services: their options at `service add`, and what `service show` says of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, TypeVar

import click

from gateway.core.model import Service
from gateway.errors import RegistrationRefused
from providers.suppliers.saml.encryption import ALGORITHMS
from providers.suppliers.saml.profiles import (
    DEFAULT,
    NO_ENCRYPTION,
    PROFILES,
    with_profile,
)
from providers.suppliers.saml.provider import Provider

_F = TypeVar("_F", bound=Callable[..., Any])
_PROFILE_OF_NAMES: Mapping[object, str] = {
    profile.attribute_names: name for name, profile in PROFILES.items()
}
_OPTIONS = (
    click.option(
        "--profile",
        type=click.Choice(list(PROFILES)),
        help=f"SAML: how it is answered, see docs/saml.md; by default {DEFAULT}.",
    ),
    click.option(
        "--attribute-names",
        type=click.Choice([str(names) for names in _PROFILE_OF_NAMES]),
        help="SAML: choose the profile by the attribute names that it uses.",
    ),
    click.option(
        "--sign-response/--no-sign-response",
        default=None,
        help="SAML: sign the Response; by default as the profile says.",
    ),
    click.option(
        "--encryption",
        type=click.Choice([*ALGORITHMS, NO_ENCRYPTION]),
        help="SAML: encrypt the assertion; by default as profile and metadata say.",
    ),
    click.option(
        "--signed-requests",
        is_flag=True,
        help="SAML: refuse unsigned requests, also where its metadata does not say so.",
    ),
)


def saml_options(command: _F) -> _F:
    """The options of `service add` that are a SAML service provider's own."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def chosen_profile(options: Mapping[str, Any]) -> str:
    """The profile of a new service; raises RegistrationRefused."""
    profile, names = options["profile"], options["attribute_names"]
    if profile and names and _PROFILE_OF_NAMES[names] != profile:
        raise RegistrationRefused(
            f"--profile {profile} has other names than {names}; leave one of them out"
        )
    return str(profile or _PROFILE_OF_NAMES.get(names, DEFAULT))


def with_options(service: Service, options: Mapping[str, Any]) -> Service:
    """A service of metadata as its options want it; raises RegistrationRefused."""
    wanted = {name: options[name] for name in ("sign_response", "encryption")}
    own = {name: value for name, value in wanted.items() if value is not None}
    if options["signed_requests"]:
        own["signed_requests"] = True
    profiled = with_profile(service, chosen_profile(options))
    changed = replace(profiled, config={**profiled.config, **own})
    provider = Provider(changed)
    if options["encryption"] in ALGORITHMS and provider.encryption is None:
        raise RegistrationRefused("--encryption: its metadata has no RSA key of 2048 bits or more")
    if provider.signs_requests and not provider.keys:
        raise RegistrationRefused("--signed-requests: its metadata has no key that is good enough")
    return changed


def saml_record(service: Service) -> dict[str, object]:
    """How a service is answered, for people."""
    provider = Provider(service)
    encryption = provider.encryption
    signed = {
        "response": provider.wants_signed_response,
        "assertion": provider.wants_signed_assertion,
    }
    return {
        "profile": next(name for name, each in PROFILES.items() if each is provider.profile),
        "signed": [name for name, wanted in signed.items() if wanted],
        "encryption": encryption.algorithm if encryption else NO_ENCRYPTION,
        "signed_requests": provider.signs_requests,
    }

"""Ready-made configuration for the software of suppliers, filled in for one service.

Each form in `forms/` is text with the software's own comments; a value goes in through the filter
of its place (`quoting`), so that no value can end the text that it stands in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.core.model import Service
from gateway.setups import quoting

SECRET = "PUT-THE-CLIENT-SECRET-HERE"  # noqa: S105  # where the supplier puts its own
SOFTWARE: Mapping[str, Mapping[str, str]] = {
    "saml": {
        "mod_auth_mellon": "mellon.conf",
        "mod_shib": "shibboleth2.xml",
        "SimpleSAMLphp": "authsources.php",
        "pysaml2": "pysaml2.py",
        "python3-saml": "settings.json",
        "Moodle (auth_saml2)": "moodle-saml2.sh",
        "Nextcloud (user_saml)": "nextcloud-saml.sh",
        "Keycloak as broker": "keycloak-saml.json",
    },
    "oidc": {
        "mod_auth_openidc": "openidc.conf",
        "Authlib": "authlib_client.py",
        "node openid-client": "openid-client.mjs",
        "Moodle (auth_oidc)": "moodle-oidc.sh",
        "Nextcloud (user_oidc)": "nextcloud-oidc.sh",
        "Keycloak as broker": "keycloak-oidc.json",
    },
    "lti": {"any tool": "tool.json"},
}
"""By protocol and software: the file that it reads; its form has the name with `.txt` behind."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a form may say of the service; `answers` is where our answers go."""

    gateway: str
    identifier: str
    name: str
    base: str
    answers: str
    target: str


def setup(service: Service, software: str, gateway: str) -> str:
    """The configuration for a software of the service's protocol; raises KeyError."""
    form = SOFTWARE[service.protocol][software]
    return _forms().get_template(f"{form}.txt").render(p=_place(service, gateway), secret=SECRET)


def _place(service: Service, gateway: str) -> Place:
    answers = _answers(service)
    parts = urlsplit(answers)
    base = f"{parts.scheme}://{parts.netloc}"
    target = next(iter(service.targets), f"{base}/")
    return Place(gateway, service.identifier, service.name, base, answers, target)


def _answers(service: Service) -> str:
    config = service.config
    if service.protocol == "saml":
        consumers = cast("list[Mapping[str, object]]", config["assertion_consumers"])
        chosen = next((each for each in consumers if each.get("default")), consumers[0])
        return str(chosen["location"])
    return str(cast("list[str]", config["redirect_uris"])[0])


@cache
def _forms() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "forms"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # no HTML: each place has its own filter
        keep_trailing_newline=True,
        trim_blocks=True,
    )
    environment.filters |= quoting.FILTERS
    return environment

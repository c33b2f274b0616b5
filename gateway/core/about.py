"""What people read of a service, in its `about`: texts, contact, logo, how far it has come."""

import base64
from dataclasses import dataclass, replace

from gateway.core.model import JsonValue, Service, Standing

TEXT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class About:
    """`contact` is a mail address, `privacy` the address of the privacy declaration; `returned` is
    the operator's reason to send it back; `submitted` when its supplier asked for approval."""

    text_nl: str = ""
    text_en: str = ""
    contact: str = ""
    privacy: str = ""
    returned: str = ""
    submitted: int | None = None
    logo: bytes | None = None


def about_of(service: Service) -> About:
    about = service.about
    logo, submitted = about.get("logo"), about.get("submitted")
    return About(
        text_nl=str(about.get("text_nl") or ""),
        text_en=str(about.get("text_en") or ""),
        contact=str(about.get("contact") or ""),
        privacy=str(about.get("privacy") or ""),
        returned=str(about.get("returned") or ""),
        submitted=submitted if isinstance(submitted, int) else None,
        logo=base64.b64decode(logo) if isinstance(logo, str) else None,
    )


def with_about(service: Service, about: About) -> Service:
    kept: dict[str, JsonValue] = {
        "text_nl": about.text_nl,
        "text_en": about.text_en,
        "contact": about.contact,
        "privacy": about.privacy,
        "returned": about.returned,
        "submitted": about.submitted,
        "logo": base64.b64encode(about.logo).decode() if about.logo else None,
    }
    said = {name: value for name, value in kept.items() if value}
    others = {name: value for name, value in service.about.items() if name not in kept}
    return replace(service, about={**others, **said})


def submitted(service: Service, now: float) -> Service:
    """Its supplier asks for approval, maybe again."""
    about = replace(about_of(service), returned="", submitted=int(now))
    return replace(with_about(service, about), standing=Standing.PENDING)


def lacking(service: Service) -> list[str]:
    """What is to be there before anybody is asked to approve."""
    about = about_of(service)
    needed = {"text_nl": about.text_nl, "contact": about.contact, "privacy": about.privacy}
    return [name for name, value in needed.items() if not value]

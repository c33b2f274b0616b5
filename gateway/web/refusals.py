"""Why somebody may not go on, in the words of this link and these parties, and what then."""

from dataclasses import dataclass

from flask_babel import gettext

from gateway.core.model import Brin, Service
from gateway.core.ports import Registry
from gateway.errors import (
    FragmentGone,
    GatewayError,
    LinkExpired,
    LinkForOtherGroup,
    LinkForOtherSchool,
    LinkNotYet,
    MaterialNotForGroup,
    ServiceNotForGroup,
    ServiceNotForSchool,
)
from gateway.web.times import moment


@dataclass(frozen=True, slots=True)
class Way:
    """A button: what it says and where it leads."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where somebody was stopped: on the way to a service, of which school, at which link.

    `path` is that of the link; all are None where they are not known.
    """

    path: str | None = None
    service: Service | None = None
    school: Brin | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a page says beside title and advice."""

    because: str | None = None
    way: Way | None = None
    other_person: bool = False


def refusal(error: GatewayError, stopped: Stopped, registry: Registry) -> Refusal:
    """What is to be said of an error; nothing where its own words say it all."""
    match error:
        case LinkNotYet() | LinkExpired():
            return Refusal(_when(error))
        case FragmentGone(nearest=str(title)) if stopped.path:
            way = Way(gettext("Go to %(title)s", title=title), f"{stopped.path}/nearest")
            return Refusal(gettext("What comes nearest is: %(title)s.", title=title), way)
        case LinkForOtherSchool(school=school):
            return _other_school(school, stopped, registry)
        case LinkForOtherGroup(groups=groups):
            named = ", ".join(sorted(groups))
            return Refusal(gettext("It is for: %(groups)s.", groups=named), other_person=True)
        case ServiceNotForSchool() | ServiceNotForGroup() | MaterialNotForGroup():
            return _school_decides(stopped, registry)
    return Refusal()


def _when(error: LinkNotYet | LinkExpired) -> str:
    time = moment(error.at)
    if isinstance(error, LinkNotYet):
        return str(gettext("It works from %(time)s.", time=time))
    return str(gettext("It worked until %(time)s.", time=time))


def _other_school(brin: str, stopped: Stopped, registry: Registry) -> Refusal:
    name = _name(brin, registry)
    if name is None:
        return Refusal(other_person=True)
    way = None
    if stopped.path:
        words = gettext("Sign in at %(school)s", school=name)
        way = Way(words, f"{stopped.path}?school={brin}")
    return Refusal(gettext("It is for people of %(school)s.", school=name), way)


def _school_decides(stopped: Stopped, registry: Registry) -> Refusal:
    name = _name(stopped.school, registry) if stopped.school else None
    if name is None or stopped.service is None:
        return Refusal(other_person=True)
    because = gettext(
        "%(school)s decides who uses %(service)s. Its administrator of learning materials can"
        " change that.",
        school=name,
        service=stopped.service.name,
    )
    return Refusal(because, other_person=True)


def _name(brin: str, registry: Registry) -> str | None:
    try:
        return registry.school(brin).name
    except GatewayError:
        return None

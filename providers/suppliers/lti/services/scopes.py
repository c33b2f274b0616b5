"""What a tool may ask of the services, in the words of their specifications."""

from collections.abc import Sequence
from typing import cast

from gateway.core.model import Service

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINE_ITEM = f"{_AGS}lineitem"
LINE_ITEM_READ = f"{_AGS}lineitem.readonly"
RESULT_READ = f"{_AGS}result.readonly"
SCORE = f"{_AGS}score"
MEMBERS_READ = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

GRADE_SCOPES = (LINE_ITEM, LINE_ITEM_READ, RESULT_READ, SCORE)
SCOPES = (*GRADE_SCOPES, MEMBERS_READ)


def scopes_of(service: Service) -> tuple[str, ...]:
    """The scopes that the operator granted the tool (`config["scopes"]`)."""
    granted = cast("Sequence[str]", service.config.get("scopes") or ())
    return tuple(scope for scope in SCOPES if scope in granted)

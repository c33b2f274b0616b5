"""The page between a school that sends somebody unasked and the material: is this you.

Any page on the internet can post a form with somebody else's answer (login CSRF); who would go on
unseen would work under another's name.
"""

from flask import Response, make_response, render_template

from gateway.core.journeys import tombstone_of
from gateway.core.model import Flow, Identity, LinkRequest
from gateway.services import Services
from gateway.web.headers import FORM_ELSEWHERE, policy_headers

_NAME = ("givenName", "nlEduPersonTussenvoegsels", "sn")


def arrival_page(services: Services, flow: Flow, identity: Identity) -> Response:
    """Who the school says that this is, and where the person would go."""
    parts = services.parts
    assert isinstance(flow.beginning, LinkRequest)
    page = render_template(
        "arrived.html",
        name=_name(identity),
        school=parts.registry.school(identity.school).name,
        service=parts.registry.service(flow.beginning.service_id).name,
        title=flow.beginning.place.title,
        onward=f"/flow/{flow.id}/go-on?answer={flow.answer_digest}",
        instead=tombstone_of(flow).path,
    )
    # Its form ends at the service.
    return make_response(page, policy_headers(FORM_ELSEWHERE, framed=False))


def _name(identity: Identity) -> str:
    """As the school calls the person; empty when it says no name."""
    shown = identity.attributes.get("displayName") or ()
    parts = [value for name in _NAME for value in identity.attributes.get(name, ())[:1]]
    return " ".join(parts) or next(iter(shown), "")

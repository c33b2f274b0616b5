"""An answer without a question of ours (SAML Profiles §4.1.5): from a school whose connection
allows it, to a deep link of ours, and nowhere else."""

from gateway.core import codes
from gateway.core.model import Connection
from gateway.core.ports import Registry
from gateway.errors import MalformedAnswer, UnexpectedAnswer
from gateway.trust.xml import XmlRefused, text_of

from .gate import SAML, parse_response

_PATH = "/d/"


def link_code(relay_state: str, base_url: str) -> str | None:
    """The code of the deep link that RelayState is: our address of it, its path, or the code."""
    place = relay_state.removeprefix(base_url)
    if place.startswith(_PATH):
        code = codes.normalise(place.removeprefix(_PATH))
        return code if codes.can_be_code(code) and "/" not in place[len(_PATH) :] else None
    code = codes.normalise(relay_state)
    plain = "/" not in relay_state and len(code) == codes.LENGTH
    return code if plain and set(code) <= set(codes.LETTERS) else None


def connection_of(data: bytes, registry: Registry) -> Connection:
    """The connection that an unasked answer says it is of, which is still to be proved; raises
    SchoolError, also where the connection does not allow any."""
    issuer = parse_response(data).find(f"{SAML}Issuer")
    try:
        named = "" if issuer is None else text_of(issuer)
    except XmlRefused as error:
        raise MalformedAnswer(str(error)) from error
    connection = registry.connection_named("saml", named)
    if connection.config.get("unasked") is not True:
        raise UnexpectedAnswer(f"connection {connection.id} may not send people unasked")
    return connection

"""A logout message of a service, judged before anything else: its own, of this moment and meant
for us (SAML Core §3.2.1, §3.2.2 and §3.7.1, Profiles §4.4.3.1 and §4.4.4)."""

from dataclasses import dataclass

from lxml import etree

from gateway.core.ports import Clock
from gateway.errors import MalformedRequest, UnsupportedRequest
from gateway.trust.bindings import Message, check_query_signature
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import XmlRefused, children, only_child, text_of
from gateway.trust.xmldsig import verify

from .names import SAML, SAMLP, STATUS
from .provider import Provider

_OLDEST_SECONDS = 300
_SESSIONS = 100  # in one request; each costs a look


@dataclass(frozen=True, slots=True)
class LogoutMessages:
    """Judges what comes in at `own_address`; `skew` in seconds."""

    own_address: str
    clock: Clock
    skew: int

    def proved(self, message: Message, provider: Provider, name: str) -> etree._Element:
        """The message as signed. Raises SupplierError, SignatureRefused and ValueError."""
        root = _signed(message, provider)
        if root.tag != f"{SAMLP}{name}" or root.get("Version") != "2.0" or not root.get("ID"):
            raise MalformedRequest(f"not a {name}")
        if root.get("Destination") not in {None, self.own_address}:
            raise MalformedRequest("Destination is not our address")
        self._check_times(root, name)
        return root

    def _check_times(self, root: etree._Element, name: str) -> None:
        """NotOnOrAfter too, where a request has it (Core §3.7.1)."""
        now = self.clock()
        age = now - read_saml_time(root.get("IssueInstant") or "")
        if not -self.skew <= age <= _OLDEST_SECONDS + self.skew:
            raise MalformedRequest(f"the {name} is {age:.0f} seconds old")
        end = root.get("NotOnOrAfter")
        if end is not None and now >= read_saml_time(end) + self.skew:
            raise MalformedRequest(f"the {name} has expired")


def issuer_of(root: etree._Element) -> str:
    return text_of(only_child(root, f"{SAML}Issuer"))


def sessions_named(request: etree._Element) -> tuple[str, ...]:
    """Any number of them (Core §3.7.1); none means each of the person's."""
    found = tuple(text_of(each) for each in children(request, f"{SAMLP}SessionIndex"))
    if len(found) > _SESSIONS:
        raise XmlRefused("too many SessionIndexes")
    return found


def person_named(request: etree._Element) -> str | None:
    """The NameID; None when the person is named otherwise."""
    found = children(request, f"{SAML}NameID")
    return text_of(found[0]) if len(found) == 1 else None


def is_success(response: etree._Element) -> bool:
    """Whether the service ended all that it had; PartialLogout is not that (Core §3.2.2.2)."""
    path = f"{SAMLP}Status//{SAMLP}StatusCode"
    return [code.get("Value") for code in response.iterfind(path)] == [STATUS + "Success"]


def _signed(message: Message, provider: Provider) -> etree._Element:
    """A logout must be signed (Profiles §4.4.3.1)."""
    if not provider.keys:
        raise UnsupportedRequest("logout needs a signing certificate in the metadata")
    if message.posted:
        return verify(message.root, provider.keys)
    check_query_signature(message, provider.keys)
    return message.root

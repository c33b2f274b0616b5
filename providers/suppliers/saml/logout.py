"""Single logout with services (SAML Core §3.7, Profiles §4.4): one of them ends the session here,
if it signed for that and names the session that it was told of; or it ended here, and it is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from gateway.core.model import Service
from gateway.core.ports import (
    AutoPost,
    Document,
    Ended,
    EndSession,
    FramedNotice,
    HttpRequest,
    Notice,
    Redirect,
)
from gateway.errors import BadRequestSignature, MalformedRequest, UnsupportedRequest
from gateway.services import Parts
from gateway.trust.bindings import Message, check_query_signature, receive
from gateway.trust.metadata.names import PERSISTENT, REDIRECT
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import XmlRefused, text_of
from gateway.trust.xmldsig import SignatureRefused, verify
from gateway.trust.xmltext import element, text
from providers.saml_messages import Sender, status_of

from .names import SAML, SAMLP, STATUS
from .provider import Provider, Providers
from .response import transient_id

_NOTHING = Document(b"", "text/plain", 204)


@dataclass(frozen=True, slots=True)
class SingleLogout:
    """Reads what comes in at /saml/slo, and makes our own messages to services."""

    parts: Parts
    providers: Providers
    sender: Sender
    own_address: str

    def read(self, request: HttpRequest) -> EndSession | Document:
        """Which session ends; nothing more for what a service answers to us, in a frame of the
        page that said what it was asked. Raises SupplierError."""
        source = request.form if request.method == "POST" else request.args
        is_answer = bool(source.getlist("SAMLResponse"))
        try:
            message = receive(request, "SAMLResponse" if is_answer else "SAMLRequest")
            issuer = text_of(_one(message.root, f"{SAML}Issuer"))
            provider = self.providers.of(self.parts.registry.service_named("saml", issuer))
            root = _proved(message, provider)
            self._check_header(root, "LogoutResponse" if is_answer else "LogoutRequest")
            if is_answer:
                done = _is_success(root)
                self.parts.audit("logout.answered", service=provider.service.id, done=int(done))
                return _NOTHING
            index = text_of(_one(root, f"{SAMLP}SessionIndex"))
        except SignatureRefused as error:
            raise BadRequestSignature(str(error)) from error
        except ValueError as error:
            raise MalformedRequest(str(error)) from error
        return EndSession(provider.service, index, self._reply(provider, root, message))

    def notices(self, service: Service, ended: Ended) -> Sequence[Notice]:
        """Our LogoutRequest, by Redirect alone (SAML2Int IDP21); none for who has no address, nor
        for who sent us one.

        The person is named as the service is told of people when it asks no other format.
        """
        provider = self.providers.of(service)
        if ended.by_itself or provider.logout is None or provider.logout.binding != REDIRECT:
            return ()
        persistent = provider.name_id_format == PERSISTENT
        name = {
            "Format": provider.name_id_format,
            "NameQualifier": self.sender.entity_id,
            "SPNameQualifier": service.identifier,
        }
        value = ended.pseudonym if persistent else transient_id(ended.session_name)
        content = (
            element("saml:NameID", name, text(value), namespace=SAML[1:-1]),
            element("samlp:SessionIndex", {}, text(ended.session_name)),
        )
        sent = self.sender.send("LogoutRequest", provider.logout, {}, content, None)
        return (FramedNotice(sent.address),) if isinstance(sent, Redirect) else ()

    def _check_header(self, root: etree._Element, name: str) -> None:
        """SAML Core §3.2.1, §3.2.2 and §3.7.1: of this moment, and meant for us."""
        if root.tag != f"{SAMLP}{name}" or root.get("Version") != "2.0":
            raise MalformedRequest(f"not a {name}")
        if root.get("Destination") not in {None, self.own_address}:
            raise MalformedRequest("Destination is not our address")
        skew = self.parts.settings.clock_skew_seconds
        age = self.parts.clock() - read_saml_time(root.get("IssueInstant") or "")
        if not -skew <= age <= skew + self.parts.settings.clock_skew_seconds:
            raise MalformedRequest(f"the {name} is {age:.0f} seconds old")

    def _reply(
        self, provider: Provider, root: etree._Element, message: Message
    ) -> Callable[[bool], Redirect | AutoPost] | None:
        endpoint = provider.logout
        if endpoint is None:
            return None

        def reply(everywhere: bool) -> Redirect | AutoPost:
            """PartialLogout when another service may still have a session (Core §3.7.3.2)."""
            codes = (STATUS + "Success", *(() if everywhere else (STATUS + "PartialLogout",)))
            answers = {"InResponseTo": root.get("ID") or ""}
            return self.sender.send(
                "LogoutResponse", endpoint, answers, (status_of(*codes),), message.relay_state
            )

        return reply


def _is_success(root: etree._Element) -> bool:
    """Whether the service ended all that it had; PartialLogout is not that (Core §3.2.2.2)."""
    codes = [code.get("Value") for code in root.iterfind(f"{SAMLP}Status//{SAMLP}StatusCode")]
    return codes == [STATUS + "Success"]


def _one(root: etree._Element, path: str) -> etree._Element:
    found = root.findall(path)
    if len(found) != 1:
        raise XmlRefused(f"not exactly one {etree.QName(path).localname}")
    return found[0]


def _proved(message: Message, provider: Provider) -> etree._Element:
    """A logout must be signed (SAML Profiles §4.4.3.1)."""
    if not provider.keys:
        raise UnsupportedRequest("logout needs a signing certificate in the metadata")
    if message.posted:
        return verify(message.root, provider.keys)
    check_query_signature(message, provider.keys)
    return message.root

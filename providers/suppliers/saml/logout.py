"""Single logout with services (SAML Core §3.7, Profiles §4.4): one of them ends the sessions here,
if it signed for that and names the person and what it was told of; or a session ended here, and
the service is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from gateway.core.model import Service
from gateway.core.ports import (
    AutoPost,
    Ended,
    Ending,
    EndSession,
    FramedNotice,
    HttpRequest,
    LogoutHeard,
    Notice,
    Redirect,
)
from gateway.errors import BadRequestSignature, MalformedRequest
from gateway.services import Parts
from gateway.trust.bindings import Message, receive
from gateway.trust.metadata.names import PERSISTENT
from gateway.trust.xmldsig import SignatureRefused
from gateway.trust.xmltext import element, text
from providers.saml_messages import Sender, status_of

from .logout_message import (
    LogoutMessages,
    is_success,
    issuer_of,
    person_named,
    sessions_named,
)
from .names import SAML, STATUS
from .provider import Provider, Providers
from .response import transient_id

_ANSWER_SECONDS = 600
_CODES = {
    Ending.WHOLE: ("Success",),
    Ending.PARTIAL: ("Success", "PartialLogout"),  # Core §3.7.3.2
    Ending.REFUSED: ("Requester", "UnknownPrincipal"),
}


@dataclass(frozen=True, slots=True)
class SingleLogout:
    """Reads what comes in at /saml/slo, and makes our own messages to services."""

    parts: Parts
    providers: Providers
    sender: Sender
    messages: LogoutMessages

    def read(self, request: HttpRequest) -> EndSession | LogoutHeard:
        """Which sessions end, or what a service answers to us. Raises SupplierError."""
        source = request.form if request.method == "POST" else request.args
        is_answer = bool(source.getlist("SAMLResponse"))
        try:
            message = receive(request, "SAMLResponse" if is_answer else "SAMLRequest")
            issuer = issuer_of(message.root)
            provider = self.providers.of(self.parts.registry.service_named("saml", issuer))
            name = "LogoutResponse" if is_answer else "LogoutRequest"
            root = self.messages.proved(message, provider, name)
            return (
                self._heard(root, provider) if is_answer else self._asked(root, provider, message)
            )
        except SignatureRefused as error:
            raise BadRequestSignature(str(error)) from error
        except ValueError as error:
            raise MalformedRequest(str(error)) from error

    def notices(self, service: Service, ended: Ended) -> Sequence[Notice]:
        """Our LogoutRequest, by Redirect where the service can (SAML2Int IDP21), else by POST;
        none for who has no address, nor for who sent us one.

        The person is named as the service is told of people when it asks no other format.
        """
        provider = self.providers.of(service)
        if ended.by_itself or provider.logout is None:
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
        mark = {"ID": self._await_answer(service, ended.farewell)}
        sent = self.sender.send("LogoutRequest", provider.logout, mark, content, None)
        if isinstance(sent, AutoPost):
            return (FramedNotice(sent.action, sent.fields, answered=True),)
        return (FramedNotice(sent.address, answered=True),)

    def _await_answer(self, service: Service, farewell: str) -> str:
        """The id of a request whose answer is heard once, and from this service."""
        request_id = "_" + self.parts.random()
        value = f"{farewell} {service.id}".encode()
        self.parts.state.put(_asked_key(request_id), value, _ANSWER_SECONDS)
        return request_id

    def _heard(self, root: etree._Element, provider: Provider) -> LogoutHeard:
        """An answer to a request of ours to that service (Core §3.2.2)."""
        key = _asked_key(root.get("InResponseTo") or "")
        farewell, _, service_id = (self.parts.state.take(key) or b"").decode().partition(" ")
        if service_id != provider.service.id:
            raise MalformedRequest("no request of ours to this service waits for that answer")
        return LogoutHeard(provider.service, farewell, is_success(root))

    def _asked(self, root: etree._Element, provider: Provider, message: Message) -> EndSession:
        person = person_named(root)

        def means(ended: Ended) -> bool:
            """Its NameID is the one that the service was told, of either format."""
            return person in {ended.pseudonym, transient_id(ended.session_name)}

        reply = self._reply(provider, root, message)
        return EndSession(provider.service, sessions_named(root), means, reply)

    def _reply(
        self, provider: Provider, root: etree._Element, message: Message
    ) -> Callable[[Ending], Redirect | AutoPost] | None:
        endpoint = provider.logout
        if endpoint is None:
            return None

        def reply(ending: Ending) -> Redirect | AutoPost:
            status = status_of(*(STATUS + code for code in _CODES[ending]))
            answers = {"InResponseTo": root.get("ID") or ""}
            return self.sender.send(
                "LogoutResponse", endpoint, answers, (status,), message.relay_state
            )

        return reply


def _asked_key(request_id: str) -> str:
    return f"logout-asked:{request_id}"

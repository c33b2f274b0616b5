"""A school ends the sessions of a person (SAML Core §3.7, Profiles §4.4): if it signed for that,
and in its own words for them, which we knew at the login.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from gateway.core.model import Connection
from gateway.core.ports import AutoPost, EndAtSchool, HttpRequest, Redirect
from gateway.core.sessions import named_by_school
from gateway.errors import BadSignature, MalformedAnswer, OutOfTime, ReplayedAnswer
from gateway.services import Parts
from gateway.trust.bindings import Message, check_query_signature, receive
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import child, children, only_child, text_of
from gateway.trust.xmldsig import SignatureRefused, verify
from providers.saml_messages import Sender, status_of

from .decrypt import Decryptor
from .gate import SAML, SAMLP
from .provider import Provider

_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"


@dataclass(frozen=True, slots=True)
class SchoolLogout:
    """Reads what comes in at /school/saml/slo."""

    parts: Parts
    sender: Sender
    own_address: str
    provider_of: Callable[[Connection], Provider]
    decryptor: Callable[[], Decryptor]

    def read(self, request: HttpRequest) -> EndAtSchool:
        """Which sessions end; raises SchoolError."""
        try:
            message = receive(request, "SAMLRequest")
            issuer = text_of(only_child(message.root, f"{SAML}Issuer"))
            connection = self.parts.registry.connection_named("saml", issuer)
            provider = self.provider_of(connection)
            root = _proved(message, provider)
            self._check_header(root, connection)
            name_id = self._name_id(root)
            indexes = [text_of(each) for each in children(root, f"{SAMLP}SessionIndex")]
        except SignatureRefused as error:
            raise BadSignature(str(error)) from error
        except ValueError as error:
            raise MalformedAnswer(str(error)) from error
        named = [named_by_school(connection.id, name_id, index) for index in indexes]
        sessions = tuple(named or [named_by_school(connection.id, name_id)])
        reply = self._reply(provider, root, message, certain=bool(indexes))
        return EndAtSchool(connection, sessions, reply)

    def _check_header(self, root: etree._Element, connection: Connection) -> None:
        """SAML Core §3.2.1 and §3.7.1: of this moment, meant for us, and once."""
        if root.tag != f"{SAMLP}LogoutRequest" or root.get("Version") != "2.0":
            raise MalformedAnswer("not a LogoutRequest")
        if root.get("Destination") not in {None, self.own_address}:
            raise MalformedAnswer("Destination is not our address")
        skew, now = self.parts.settings.clock_skew_seconds, self.parts.clock()
        age = now - read_saml_time(root.get("IssueInstant") or "")
        if not -skew <= age <= 2 * skew:
            raise OutOfTime(f"the LogoutRequest is {age:.0f} s old")
        end = root.get("NotOnOrAfter")
        if end is not None and now - read_saml_time(end) >= skew:
            raise OutOfTime("the LogoutRequest has ended")
        named = f"{connection.id} {root.get('ID') or ''}"
        if not self.parts.flows.is_first([named], 4 * skew + 1):
            raise ReplayedAnswer(f"LogoutRequest of connection {connection.id}")

    def _name_id(self, root: etree._Element) -> str:
        """Also an encrypted one; the signature covers it already."""
        encrypted = child(root, f"{SAML}EncryptedID")
        if encrypted is None:
            return text_of(only_child(root, f"{SAML}NameID"))
        name_id = self.decryptor().decrypt(encrypted)
        if name_id.tag != f"{SAML}NameID":
            raise MalformedAnswer("what was encrypted is not a NameID")
        return text_of(name_id)

    def _reply(
        self, provider: Provider, root: etree._Element, message: Message, *, certain: bool
    ) -> Callable[[bool], Redirect | AutoPost | None]:
        """PartialLogout (Core §3.7.3.2) when a service may still have a session, and when the
        request named no session: then we know the last one of the person alone."""
        endpoint, answers = provider.logout, {"InResponseTo": root.get("ID") or ""}

        def reply(everywhere: bool) -> Redirect | AutoPost | None:
            if endpoint is None:
                return None
            partly = () if everywhere and certain else (_STATUS + "PartialLogout",)
            status = status_of(_STATUS + "Success", *partly)
            relay = message.relay_state
            return self.sender.send("LogoutResponse", endpoint, answers, (status,), relay)

        return reply


def session_names(assertion: etree._Element, provider: Provider) -> tuple[str, ...]:
    """By what the school of a verified assertion may end the session: its index, or the person
    alone. None where its metadata has no address of logout, which it would be told at."""
    name_id = child(assertion, f"{SAML}Subject", f"{SAML}NameID")
    if provider.logout is None or name_id is None:
        return ()
    connection_id, person = provider.connection.id, text_of(name_id)
    statement = child(assertion, f"{SAML}AuthnStatement")
    index = None if statement is None else statement.get("SessionIndex")
    whole = named_by_school(connection_id, person)
    return (whole, named_by_school(connection_id, person, index)) if index else (whole,)


def _proved(message: Message, provider: Provider) -> etree._Element:
    """A logout must be signed (SAML Profiles §4.4.3.1)."""
    keys = tuple(provider.strong_keys.values())
    if message.posted:
        return verify(message.root, keys)
    check_query_signature(message, keys)
    return message.root

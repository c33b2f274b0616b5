"""A SAML request of which every part can be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.actors.saml_xml import PERSISTENT, POST, Element, instant, new_id, root, sub


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthnRequest:
    """Every part of a request; a part that is None is left out (SAML Core §3.4.1)."""

    issuer: str | None
    destination: str | None
    acs: str | None
    acs_index: str | None = None
    id: str = field(default_factory=new_id)
    issued: float = 0
    name_id_format: str | None = PERSISTENT
    force_authn: str | None = None
    is_passive: str | None = None
    idp_list: Sequence[str] = ()
    contexts: Sequence[str] = ()

    def build(self) -> Element:
        request = root(
            "samlp:AuthnRequest",
            ID=self.id,
            Version="2.0",
            IssueInstant=instant(self.issued),
            Destination=self.destination,
            AssertionConsumerServiceURL=self.acs,
            AssertionConsumerServiceIndex=self.acs_index,
            ProtocolBinding=POST if self.acs else None,
            ForceAuthn=self.force_authn,
            IsPassive=self.is_passive,
        )
        if self.issuer is not None:
            sub(request, "saml:Issuer", self.issuer)
        if self.name_id_format is not None:
            sub(request, "samlp:NameIDPolicy", Format=self.name_id_format, AllowCreate="true")
        if self.contexts:
            wanted = sub(request, "samlp:RequestedAuthnContext", Comparison="exact")
            for context in self.contexts:
                sub(wanted, "saml:AuthnContextClassRef", context)
        if self.idp_list:
            entries = sub(sub(request, "samlp:Scoping"), "samlp:IDPList")
            for provider in self.idp_list:
                sub(entries, "samlp:IDPEntry", ProviderID=provider)
        return request

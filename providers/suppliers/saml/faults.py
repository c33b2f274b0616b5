"""Responses with one thing wrong, which a service must refuse (SAML Profiles §4.1.4.3)."""

from dataclasses import dataclass, replace

from gateway.core.model import Release
from gateway.core.ports import AutoPost, Fault, Signer
from gateway.trust.keyring import other_key

from .provider import Provider
from .response import Envelope, Responder

FAULTS = (
    Fault.SIGNATURE,
    Fault.UNSIGNED,
    Fault.EXPIRED,
    Fault.AUDIENCE,
    Fault.RECIPIENT,
    Fault.REQUEST,
)
_LONG_AGO_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Wrong:
    """The right answer, and its one fault."""

    provider: Provider
    release: Release
    envelope: Envelope
    signer: Signer

    def answer(self, responder: Responder, fault: Fault) -> AutoPost:
        provider, envelope, signer = self.provider, self.envelope, self.signer
        match fault:
            case Fault.UNSIGNED:
                return responder.unsigned(provider, self.release, envelope)
            case Fault.SIGNATURE:
                signer = other_key(signer, responder.clock)
            case Fault.EXPIRED:
                clock = responder.clock
                responder = replace(responder, clock=lambda: clock() - _LONG_AGO_SECONDS)
            case Fault.AUDIENCE:
                elsewhere = f"{provider.service.identifier}/another"
                provider = Provider(replace(provider.service, identifier=elsewhere))
            case Fault.RECIPIENT:
                envelope = replace(envelope, acs=f"{envelope.acs}/another")
            case Fault.REQUEST:
                envelope = replace(envelope, request_id=f"_{responder.random()}")
        made = responder.success(provider, self.release, envelope, signer)
        return replace(made, action=self.envelope.acs)

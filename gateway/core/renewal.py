"""What a service may know now of somebody who is still signed in: decided anew."""

from dataclasses import dataclass

from gateway.core.model import Release, Service, Session
from gateway.core.ports import Registry, SessionNames
from gateway.core.release import Parties, ReleasePolicy
from gateway.core.sessions import SessionStore
from gateway.errors import LoginRequired


@dataclass(frozen=True, slots=True)
class Renewal:
    registry: Registry
    sessions: SessionStore
    names: SessionNames
    policy: ReleasePolicy

    def release(self, service: Service, session_name: str) -> Release:
        """By the service's name of the session; raises LoginRequired when that has ended, and
        what `ReleasePolicy.decide` raises when the school no longer lets the person in."""
        session = self._session(service.id, session_name)
        if session is None:
            raise LoginRequired("the session has ended")
        identity = session.identity
        parties = Parties(
            school=self.registry.school(identity.school),
            service=service,
            supplier=self.registry.supplier(service.supplier_id),
            grants=self.registry.grants(identity.school, service.id),
        )
        return self.policy.decide(parties, identity, session_name)

    def is_signed_in(self, release: Release) -> bool:
        """Whether the session in which a service was told this still lasts. 1 read."""
        return self._session(release.service_id, release.session_index) is not None

    def _session(self, service_id: str, session_name: str) -> Session | None:
        index = self.names.read(service_id, session_name)
        return self.sessions.named(index) if index else None

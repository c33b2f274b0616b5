"""Who calls the API: the party whose token came as bearer (RFC 6750 §2.1)."""

from dataclasses import dataclass

from flask import request

from gateway.core.api_tokens import ApiToken, ApiTokens, Owner, Scope, check_scope, check_token
from gateway.core.model import School, Service, Supplier
from gateway.errors import TokenRefused, UnknownSchool, UnknownService
from gateway.services import Parts


@dataclass(frozen=True, slots=True)
class Callers:
    parts: Parts
    tokens: ApiTokens

    def supplier(self, scope: Scope) -> Supplier:
        """The supplier that calls; raises TokenRefused, TokenNotFor, ScopeMissing."""
        token = self._token(Owner.SUPPLIER, scope)
        try:
            return self.parts.registry.supplier(token.owner)
        except UnknownService as error:
            raise TokenRefused(f"token {token.id}: its supplier is gone") from error

    def school(self, scope: Scope) -> tuple[School, ApiToken]:
        """The school whose software calls; raises TokenRefused, TokenNotFor, ScopeMissing."""
        token = self._token(Owner.SCHOOL, scope)
        try:
            return self.parts.registry.school(token.owner), token
        except UnknownSchool as error:
            raise TokenRefused(f"token {token.id}: its school is gone") from error

    def own_service(self, supplier: Supplier, service_id: str) -> Service:
        """A service of the supplier; raises UnknownService, also for one of another."""
        service = self.parts.registry.service(service_id)
        if service.supplier_id != supplier.id:
            raise UnknownService(f"service {service_id} is not of {supplier.id}")
        return service

    def _token(self, kind: Owner, scope: Scope) -> ApiToken:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise TokenRefused("no bearer token")
        token = check_token(self.tokens, text.strip(), self.parts.clock())
        check_scope(token, kind, scope)
        return token

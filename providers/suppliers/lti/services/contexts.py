"""Where a tool works: its context at a school, and who may act there with which token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.core import test_school
from gateway.core.model import BrinForm, School, Service, institution
from gateway.core.ports import Document, HttpRequest
from gateway.services import Parts
from providers.suppliers.lti.names import context_id

from .answers import ServiceError
from .token import Tokens

_BRANCH_LENGTH = 6
_KEPT_SERVICES = 16


@dataclass(frozen=True, slots=True)
class Context:
    """A tool at a school. `school` is the school as the tool knows it, which may stand for
    several that are registered: the branches of one institution."""

    id: str
    service: Service
    school: str
    schools: tuple[School, ...]


def known_as(school: School, form: BrinForm) -> str:
    """A school as a service knows it: what `nlEduPersonHomeOrganizationId` says, else its name."""
    match form:
        case BrinForm.INSTITUTION:
            return institution(school.brin)
        case BrinForm.BRANCH:
            return school.brin if len(school.brin) == _BRANCH_LENGTH else school.name
        case BrinForm.DIGI_DELIVERY:
            return school.digi_delivery_id or school.name
        case BrinForm.AS_REGISTERED:
            return school.brin


@dataclass
class Contexts:
    """Contexts by their ids, made when a tool is first met and again when a school changes."""

    parts: Parts
    _kept: dict[str, tuple[object, object, Mapping[str, Context]]] = field(default_factory=dict)

    def find(self, service: Service, name: str) -> Context:
        """The context without the schools that switched the tool off; raises ServiceError."""
        context = self._of(service).get(name)
        if context is None:
            raise ServiceError(404, "there is no such context for this tool")
        grants = self.parts.registry.grants
        schools = tuple(
            school for school in context.schools if not grants(school.brin, service.id).switched_off
        )
        if not schools:
            raise ServiceError(403, "the school has switched this tool off")
        return Context(context.id, service, context.school, schools)

    def _of(self, service: Service) -> Mapping[str, Context]:
        schools = self.parts.registry.schools()
        kept = self._kept.get(service.id)
        if kept and kept[0] is service and kept[1] is schools:
            return kept[2]
        if len(self._kept) >= _KEPT_SERVICES:
            self._kept.clear()
        made = _contexts(service, (*schools, test_school.SCHOOL))
        self._kept[service.id] = (service, schools, made)
        return made


def _contexts(service: Service, schools: Sequence[School]) -> Mapping[str, Context]:
    grouped: dict[str, list[School]] = {}
    for school in schools:
        grouped.setdefault(known_as(school, service.brin_form), []).append(school)
    made = (
        Context(context_id(service.id, known), service, known, tuple(members))
        for known, members in grouped.items()
    )
    return {context.id: context for context in made}


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a tool that may do what it asks, in this context."""

    request: HttpRequest
    context: Context

    def variable(self, name: str) -> str:
        """A variable of the route's path."""
        return (self.request.view_args or {})[name]


Rules = Mapping[str, tuple[tuple[str, ...], Callable[[Call], Document]]]
"""By method: the scopes, one of which is needed, and what is done."""


@dataclass(frozen=True, slots=True)
class Access:
    """Bearer tokens at the services (RFC 6750 §2.1, §3.1)."""

    tokens: Tokens
    contexts: Contexts

    def guarded(self, rules: Rules) -> Callable[[HttpRequest], Document]:
        """A handler that lets a method through with one of its scopes."""

        def handle(request: HttpRequest) -> Document:
            scopes, act = rules["GET" if request.method == "HEAD" else request.method]
            try:
                return act(self._call(request, scopes))
            except ServiceError as error:
                return error.document()

        return handle

    def _call(self, request: HttpRequest, scopes: tuple[str, ...]) -> Call:
        scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            raise ServiceError(401, "a bearer token is needed", _challenge())
        found = self.tokens.find(token.strip())
        if found is None:
            raise ServiceError(
                401, "the token is unknown or too old", _challenge('error="invalid_token"')
            )
        service, granted = found
        if granted.isdisjoint(scopes):
            need = f'error="insufficient_scope", scope="{" ".join(scopes)}"'
            raise ServiceError(403, "the token is not for this", _challenge(need))
        return Call(request, self.contexts.find(service, (request.view_args or {})["context"]))


def _challenge(error: str = "") -> dict[str, str]:
    parts = ['Bearer realm="ketenpoort"', *filter(None, [error])]
    return {"WWW-Authenticate": ", ".join(parts)}

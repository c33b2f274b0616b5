"""A browser of our own: it keeps cookies, follows redirects and sends forms that send themselves.

It goes out by the guarded fetcher alone, and stops where it is led to us.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlencode, urljoin, urlsplit

from gateway.core.ports import AutoPost, Redirect
from gateway.errors import FetchRefused
from gateway.trust.fetch import Answer, visit

from .forms import Form, first_form

_MOST_STEPS = 12
_STEP_SECONDS = 10.0
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml",
    "User-Agent": "Mozilla/5.0 (compatible; Ketenpoort integration check)",
}
_REDIRECTS = range(300, 400)
_FAILED = 400


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a way ended: at us with `fields` when they were posted, or on a page of the service,
    with its first form."""

    address: str
    ours: bool
    status: int = 0
    fields: Mapping[str, str] | None = None
    form: Form | None = None

    @property
    def works(self) -> bool:
        """Whether the service showed a page and no error."""
        return not self.ours and 0 < self.status < _FAILED


@dataclass(slots=True)
class Visitor:
    """`base` is our own address; `until` is when all must be done, by the monotonic clock."""

    base: str
    allow_loopback: bool
    until: float
    _cookies: dict[tuple[str, str], str] = field(default_factory=dict)

    def open(self, address: str) -> Stop:
        """Raises FetchRefused."""
        return self._go(address, None)

    def follow(self, reply: Redirect | AutoPost) -> Stop:
        """Take what a protocol of ours would have a browser do."""
        if isinstance(reply, AutoPost):
            return self._go(reply.action, reply.fields)
        return self._go(reply.address, None)

    def send(self, address: str, form: Mapping[str, str]) -> Stop:
        return self._go(address, form)

    def press(self, stop: Stop) -> Stop:
        """Send the first form of a page as it stands; raises FetchRefused without one."""
        if stop.form is None:
            raise FetchRefused(f"{stop.address[:200]} shows no form")
        action = joined(stop.address, stop.form.action)
        if stop.form.posts:
            return self._go(action, stop.form.fields)
        return self._go(f"{action.partition('?')[0]}?{urlencode(stop.form.fields)}", None)

    def _go(self, address: str, form: Mapping[str, str] | None) -> Stop:
        for _ in range(_MOST_STEPS):
            if address == self.base or address.startswith(f"{self.base}/"):
                return Stop(address, ours=True, fields=form)
            answer = self._ask(address.partition("#")[0], form)
            location = _location(answer)
            if location is not None:
                address, form = joined(address, location), None
                continue
            shown = first_form(answer.body.decode("utf-8", "replace"))
            if shown is None or not shown.sends_itself:
                return Stop(address, ours=False, status=answer.status, form=shown)
            address, form = joined(address, shown.action), shown.fields
        raise FetchRefused(f"it leads on more than {_MOST_STEPS} times")

    def _ask(self, address: str, form: Mapping[str, str] | None) -> Answer:
        host = urlsplit(address).netloc
        own = [f"{name}={value}" for (at, name), value in self._cookies.items() if at == host]
        headers = _HEADERS | ({"Cookie": "; ".join(own)} if own else {})
        seconds = min(_STEP_SECONDS, self.until - monotonic())
        if seconds <= 0:
            raise FetchRefused("the check's time is over")
        loopback = self.allow_loopback
        answer = visit(address, form, headers=headers, timeout_s=seconds, allow_loopback=loopback)
        for name, value in answer.headers:
            if name == "set-cookie":
                self._keep(host, value)
        return answer

    def _keep(self, host: str, cookie: str) -> None:
        """A cookie for its host alone; one that is taken back is forgotten (RFC 6265 §5.3)."""
        pair, _, rest = cookie.partition(";")
        name, _, value = pair.strip().partition("=")
        over = "max-age=0" in rest.lower() or "01 jan 1970" in rest.lower().replace("-", " ")
        if over or not value:
            self._cookies.pop((host, name), None)
        else:
            self._cookies[host, name] = value


def joined(address: str, to: str) -> str:
    """Where a page leads; raises FetchRefused."""
    try:
        return urljoin(address, to)
    except ValueError as error:
        raise FetchRefused(f"it leads on to {to[:200]!r}, which is no address") from error


def _location(answer: Answer) -> str | None:
    """Where a redirect leads."""
    if answer.status not in _REDIRECTS:
        return None
    return next((value for name, value in answer.headers if name == "location" and value), None)

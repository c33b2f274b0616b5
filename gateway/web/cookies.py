"""Our cookies: all HttpOnly and SameSite=Lax, with Secure and __Host- wherever we are https.

The browser cookie ties a flow to the browser that began it; the session cookie is the secret
of a session, the staff cookie that of one at the consoles; the schools cookie remembers the last
choices on this device.
"""

import hashlib
import hmac
from dataclasses import dataclass

from flask import Request, Response

from gateway.core.flow import same_school
from gateway.core.model import Brin, parse_brin
from gateway.settings import Settings

_REMEMBERED = 3
_REMEMBER_SECONDS = 180 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and sets them; the names depend on whether the gateway is https."""

    settings: Settings

    def browser(self, request: Request) -> str | None:
        return request.cookies.get(self._name("browser"))

    def session(self, request: Request) -> str | None:
        return request.cookies.get(self._name("session"))

    def set_browser(self, response: Response, value: str) -> None:
        self._set(response, "browser", value, None)

    def begin_session(
        self, request: Request, response: Response, secret: str, school: Brin | None
    ) -> None:
        """Of a person of this school: another that was announced before is no longer meant."""
        self._set(response, "session", secret, None)
        announced = self.announced(request)
        if announced and school and not same_school(announced, school):
            self._delete(response, self._name("announced"))

    def end_session(self, response: Response) -> None:
        self._delete(response, self._name("session"))

    def staff(self, request: Request) -> str | None:
        return request.cookies.get(self._name("staff"))

    def set_staff(self, response: Response, secret: str) -> None:
        self._set(response, "staff", secret, None)

    def end_staff(self, response: Response) -> None:
        self._delete(response, self._name("staff"))

    def schools(self, request: Request) -> list[Brin]:
        """The schools chosen before on this device, last one first."""
        return _brins(request.cookies.get(self._name("schools"), ""))

    def remember_school(self, request: Request, response: Response, brin: Brin) -> None:
        others = [known for known in self.schools(request) if known != brin]
        value = ".".join([brin, *others][:_REMEMBERED])
        self._set(response, "schools", value, _REMEMBER_SECONDS)

    def forget_schools(self, response: Response) -> None:
        self._delete(response, self._name("schools"))
        self._delete(response, self._name("announced"))

    def forget_device(self, request: Request, response: Response) -> None:
        """Take back every cookie of ours that this browser has."""
        for name in request.cookies:
            if name.removeprefix("__Host-").startswith("kp_"):
                self._delete(response, name)

    def announced(self, request: Request) -> Brin | None:
        """The school that a portal announced for this browser's session."""
        return next(iter(_brins(request.cookies.get(self._name("announced"), ""))), None)

    def announce(self, response: Response, brin: Brin) -> None:
        self._set(response, "announced", brin, None)

    def _name(self, what: str) -> str:
        return f"__Host-kp_{what}" if self.settings.secure_cookies else f"kp_{what}"

    def _set(self, response: Response, what: str, value: str, age: int | None) -> None:
        response.set_cookie(
            self._name(what),
            value,
            max_age=age,
            secure=self.settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )

    def _delete(self, response: Response, name: str) -> None:
        response.delete_cookie(
            name,
            secure=self.settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )


def fingerprint(browser: str) -> str:
    """What a flow keeps of the browser cookie."""
    return hashlib.sha256(browser.encode()).hexdigest()


def is_same_browser(kept: str, browser: str | None) -> bool:
    return browser is not None and hmac.compare_digest(kept, fingerprint(browser))


def _brins(text: str) -> list[Brin]:
    """What a cookie holds of BRINs; a cookie is the visitor's to change, so nonsense is dropped."""
    found: list[Brin] = []
    for part in text.split(".")[:_REMEMBERED]:
        try:
            found.append(parse_brin(part))
        except ValueError:
            continue
    return found

"""Which cookies a browser sends (RFC 6265bis §5.2, §5.8.3)."""

from urllib.parse import urlsplit

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar


def origin(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class CookieJars:
    """The cookies of a browser by origin.

    Real cookies are shared by all ports of a host; here every origin stands for a site of its
    own, since all parties of a test share one loopback address. That SameSite=None demands Secure
    is left out, since there is no TLS between them.
    """

    def __init__(self) -> None:
        self._jars: dict[str, RequestsCookieJar] = {}

    def of(self, url: str) -> RequestsCookieJar:
        """Return the cookies of the address's site, for a test to look at or to change."""
        return self._jars.setdefault(origin(url), RequestsCookieJar())

    def sent(self, method: str, url: str, *, cross_site: bool) -> RequestsCookieJar:
        """Return what goes with a request; one with no SameSite counts as Lax."""
        chosen = RequestsCookieJar()
        for cookie in self.of(url):
            same_site = (cookie.get_nonstandard_attr("SameSite") or "Lax").lower()
            allowed = {"none", "lax"} if method == "GET" else {"none"}
            if not cross_site or same_site in allowed:
                chosen.set_cookie(cookie)
        return chosen

    def keep(self, response: requests.Response) -> None:
        """Store what an answer sets."""
        extract_cookies_to_jar(self.of(response.url), response.request, response.raw)

from bench.connection import Connection, Reply
from bench.errors import LoginError

REDIRECTS = (301, 302, 303, 307)
HOPS = 5
HEADERS = (
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "nl,en;q=0.5"),
    ("Accept-Encoding", "identity"),
    ("Sec-Fetch-Mode", "navigate"),
)


class Browser:
    """A browser at the gateway: its cookies, and where redirects lead."""

    def __init__(self, connection: Connection, base_url: str) -> None:
        self._connection = connection
        self._base_url = base_url
        self._cookies: dict[str, str] = {}

    def get(self, target: str) -> Reply:
        """Go to an address of the gateway and follow its redirects as long as they stay there."""
        for _ in range(HOPS):
            reply = self._connection.exchange("GET", target, (*HEADERS, *self._cookie_header()))
            self._keep_cookies(reply)
            location = reply.header("location")
            if reply.status not in REDIRECTS or not self._is_own(location):
                return reply
            target = location.removeprefix(self._base_url)
        raise LoginError(f"more than {HOPS} redirects, the last to {target.partition('?')[0]}")

    def post_from_elsewhere(self, target: str, form: bytes) -> Reply:
        """Submit another site's form and follow where it leads."""
        return self.get(self.submit_from_elsewhere(target, form))

    def submit_from_elsewhere(self, target: str, form: bytes) -> str:
        """Where another site's form leads; a SameSite=Lax cookie stays home, the redirect carries
        it."""
        reply = self._post(target, form, cookies=())
        location = reply.header("location")
        if reply.status not in REDIRECTS or not self._is_own(location):
            raise LoginError(f"POST {target}: status {reply.status} instead of a redirect")
        return location.removeprefix(self._base_url)

    def post_with_cookies(self, target: str, form: bytes) -> Reply:
        """Submit another site's form to a hub whose cookies are SameSite=None."""
        return self._post(target, form, self._cookie_header())

    def _post(self, target: str, form: bytes, cookies: tuple[tuple[str, str], ...]) -> Reply:
        headers = (*HEADERS, *cookies, ("Content-Type", "application/x-www-form-urlencoded"))
        reply = self._connection.exchange("POST", target, headers, form)
        self._keep_cookies(reply)
        return reply

    def _is_own(self, location: str) -> bool:
        return location.startswith(("/", self._base_url + "/"))

    def _cookie_header(self) -> tuple[tuple[str, str], ...]:
        if not self._cookies:
            return ()
        return (("Cookie", "; ".join(f"{key}={value}" for key, value in self._cookies.items())),)

    def _keep_cookies(self, reply: Reply) -> None:
        for key, value in reply.headers:
            if key == "set-cookie":
                pair, _, attributes = value.partition(";")
                name, _, content = pair.partition("=")
                if "max-age=0" in attributes.lower():
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = content

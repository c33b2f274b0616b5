"""A reference to a request counts in the browser that brings it first, as often as it likes."""

from gateway.core.ports import State
from gateway.web.cookies import fingerprint, is_same_browser

_SECONDS = 600  # longer than any reference lasts


def is_first_or_same(state: State, reference: str, browser: str) -> bool:
    """Whether no other browser brought the reference before; `browser` is the cookie's value."""
    key = f"reference:{reference}"
    record = (key, fingerprint(browser).encode(), _SECONDS)
    if state.put_once([f"once:{key}"], [record], _SECONDS):
        return True
    kept = state.get(key)
    return kept is not None and is_same_browser(kept.decode(), browser)

"""Services that publish materials."""

from gateway.core.model import Service


def service(*targets: str) -> Service:
    """One whose deep links may lead below these addresses."""
    return Service("svc-1", "sup-1", "saml", "https://x.example", "X", {}, targets=targets)

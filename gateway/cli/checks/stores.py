"""Redis, where there is one: reached, and keeping what it was given."""

from collections.abc import Iterable

from redis import RedisError

from gateway.cli.checks import Finding
from gateway.errors import GatewayError
from gateway.settings import Settings
from gateway.store.state_redis import connect_redis


def check_redis(settings: Settings) -> Iterable[Finding]:
    if not settings.redis_url:
        yield Finding("ok", "short-lived state lies in the database")
        return
    try:
        client = connect_redis(settings.redis_url)
    except GatewayError as error:
        yield Finding("error", error.detail, "Start Redis or correct redis_url.")
        return
    yield Finding("ok", "Redis is reached")
    try:
        policy = client.info("memory").get("maxmemory_policy")  # CONFIG is often forbidden
    except RedisError:
        policy = None
    if policy is None:
        yield Finding(
            "warning",
            "Redis does not say whether it drops keys",
            "See to it that its maxmemory-policy is noeviction.",
        )
    elif policy != "noeviction":
        yield Finding("warning", f"Redis drops keys ({policy})", "Set maxmemory-policy noeviction.")

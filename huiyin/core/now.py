"""The one place that reads the clock; doors call it once per request and pass `at` on."""

from datetime import UTC, datetime, timedelta
from functools import cache

from django.conf import settings


@cache
def _offset() -> timedelta:
    """How far HUIYIN_NOW (demo and tests only) moves the clock at start; it runs on from there."""
    if not settings.HUIYIN_NOW:
        return timedelta(0)
    wanted = datetime.fromisoformat(settings.HUIYIN_NOW)
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=UTC)
    return wanted - datetime.now(UTC)


def _read() -> datetime:
    return datetime.now(UTC) + _offset()


def now() -> datetime:
    """The moment, aware, in UTC, to the microsecond."""
    return _read()

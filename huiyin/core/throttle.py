"""Counting tries without knowing who tried: buckets under a salted hash that nobody can make again after a day.

The salt of a day lies in `HOME/keys/throttle-<day>` and is deleted with the next one, so that a counter can be joined
neither to a network nor to a matter (trust.md C7). Call `allow` outside a transaction: the counter stays when the
caller's work is rolled back, and no writer waits for it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from huiyin.core.keyfiles import keys_folder, make_once
from huiyin.core.models import Throttle

SALT_BYTES = 32


@dataclass(frozen=True)
class Wait:
    """Too many tries: wait this many whole seconds (1 or more), for a Retry-After header."""

    seconds: int


def allow(what: str, who: str, *, limit: int, window: timedelta, at: datetime, zone: tzinfo = UTC) -> Wait | None:
    """Count one try of `who` (a network address, a code, a phone) and say whether it has to wait.

    `limit` tries are free in each window; windows are cut at whole multiples of their length by the clock of `zone`
    and are a day at most. One statement on either database; None means go ahead.
    """
    start, ends = _window(window, at, zone)
    return _judged(_count(_bucket(what, who, start), ends), limit, ends, at)


def full(what: str, who: str, *, limit: int, window: timedelta, at: datetime) -> Wait | None:
    """As `allow`, without counting: whether a try that `allow` counted already has to wait."""
    start, ends = _window(window, at)
    found = Throttle.objects.filter(bucket=_bucket(what, who, start)).values_list("count", flat=True).first()
    return _judged(found or 0, limit, ends, at)


def take_back(what: str, who: str, *, window: timedelta, at: datetime, zone: tzinfo = UTC) -> None:
    """Forget what was counted of `who` in this window."""
    start, _ = _window(window, at, zone)
    Throttle.objects.filter(bucket=_bucket(what, who, start)).delete()


def purge(*, at: datetime, zone: tzinfo = UTC) -> int:
    """Delete counters whose window is over and the salts of earlier days; gives how many counters went.

    A day counts as earlier when it is over by UTC and by the clock of `zone`.
    """
    soon = (at, at + timedelta(hours=1))
    needed = {_salt_name(_wall(moment, clock)) for moment in soon for clock in (UTC, zone)}
    for path in keys_folder(Path(settings.HUIYIN_HOME)).glob("throttle-*"):
        if path.name not in needed:
            path.unlink(missing_ok=True)
    _salt.cache_clear()
    return Throttle.objects.filter(expires_at__lte=at).delete()[0]


def arrange(using: str = "default") -> None:
    """On PostgreSQL keep counters out of the write-ahead log: a crash may forget them, nobody waits for the disk."""
    other = connections[using]
    if other.vendor == "postgresql":
        with other.cursor() as cursor:
            cursor.execute("SELECT relpersistence FROM pg_class WHERE oid = 'core_throttle'::regclass")
            if cursor.fetchone() != ("u",):
                cursor.execute("ALTER TABLE core_throttle SET UNLOGGED")


def _window(window: timedelta, at: datetime, zone: tzinfo = UTC) -> tuple[int, datetime]:
    """Since when the window of a moment runs, in seconds of the zone's clock since 1970, and the moment it ends."""
    length = int(window.total_seconds())
    if not 0 < length <= 86_400:
        raise ValueError("a window is between a second and a day")
    start = int(_wall(at, zone).timestamp()) // length * length
    return start, datetime.fromtimestamp(start + length, tz=UTC).replace(tzinfo=zone).astimezone(UTC)


def _wall(at: datetime, zone: tzinfo) -> datetime:
    """What the clock on a wall there shows, as if it were of UTC: days of it begin at that place's midnight."""
    return at.astimezone(zone).replace(tzinfo=UTC)


def _judged(count: int, limit: int, ends: datetime, at: datetime) -> Wait | None:
    return None if count <= limit else Wait(max(1, int((ends - at).total_seconds() + 0.999)))


def _count(bucket: str, ends: datetime) -> int:
    """Add one and give the sum, in one statement."""
    with _unhurried(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_throttle (bucket, count, expires_at) VALUES (%s, 1, %s)"
            " ON CONFLICT (bucket) DO UPDATE SET count = core_throttle.count + 1 RETURNING count",
            [bucket, connection.ops.adapt_datetimefield_value(ends)],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def _unhurried() -> Iterator[None]:
    """On SQLite a counter waits for no disk either; what is written durably after it takes it along."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    try:
        with connection.turn():  # type: ignore[attr-defined]  # of our back end (core.sqlite)
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")


def _bucket(what: str, who: str, start: int) -> str:
    """The counter's name: what is counted, and 128 bits of a keyed hash of who and when."""
    salt = _salt(Path(settings.HUIYIN_HOME), _salt_name(datetime.fromtimestamp(start, tz=UTC)))
    message = f"{what}\x00{who}\x00{start}".encode(errors="surrogatepass")
    return f"{what[:40]}:{hmac.digest(salt, message, hashlib.sha256)[:16].hex()}"


def _salt_name(wall: datetime) -> str:
    return f"throttle-{wall:%Y%m%d}"


@lru_cache(maxsize=1)  # yesterday's is forgotten here too
def _salt(home: Path, name: str) -> bytes:
    return make_once(keys_folder(home) / name, lambda: secrets.token_bytes(SALT_BYTES))

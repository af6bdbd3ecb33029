"""Is it well? `live` asks nothing, `ready` what serving needs, `deep` what a person in charge has to know.

Each part is a number against a limit where there is one. A part that cannot be found out is not in order. No secret,
no personal data and no address is in any of them.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Min

from huiyin.core import marks, rulebook, sealing
from huiyin.core.keyfiles import UnsafeKeys
from huiyin.core.models import Checkpoint, Cosignature, DayNotice, Delivery, Event, Mark, RulebookVersion, Tick
from huiyin.core.vault import vault
from huiyin.core.worker import waiting
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase

MEGABYTE = 1024 * 1024
DISK_LEAST_MEGABYTES = 500
CLOCK_MOST = timedelta(seconds=60)
UNSEALED_MOST = timedelta(minutes=1)
DELIVERY_MOST = timedelta(minutes=3)
WORKER_MOST = timedelta(minutes=1)
DRILL_MOST = timedelta(days=8)
WITNESS_MOST = timedelta(hours=24)


@dataclass(frozen=True)
class Part:
    """One thing that was looked at: `value` against `limit` in seconds, megabytes or a count, where it is a number."""

    name: str
    ok: bool
    says: str
    value: float | None = None
    limit: float | None = None

    def title(self, language: str = "zh-Hans") -> str:
        """The part's name in words."""
        return phrase("health", self.name, language)


@dataclass(frozen=True)
class Health:
    """All parts; in order when every one is."""

    parts: tuple[Part, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is red."""
        return all(part.ok for part in self.parts)


Look = Callable[[datetime, str], Part]

_watches: list[Look] = []


def watch(look: Look) -> Look:
    """Have a room's own part looked at with the deep ones."""
    _watches.append(look)
    return look


def live() -> Health:
    """The process answers. Depends on nothing."""
    return Health()


def ready(at: datetime, language: str = "zh-Hans") -> Health:
    """Whether requests can be served: database, migrations, disk, clock."""
    return _health((_database, _migrations, _disk, _clock), at, language)


def deep(at: datetime, language: str = "zh-Hans") -> Health:
    """For staff: also evidence, worker, backups, witness, keys, rulebook. A demo owes no backup and no witness."""
    looks: tuple[Look, ...] = (_database, _migrations, _disk, _clock, _vault, _unsealed, _deliveries, _parked, _worker)
    looks += (_rulebook, _working_days, *_watches)
    if not _is_demo():
        looks += (_backup, _drill, _witness)
    return _health(looks, at, language)


def _health(looks: tuple[Look, ...], at: datetime, language: str) -> Health:
    return Health(tuple(_tried(look, at, language) for look in looks))


def _tried(look: Look, at: datetime, language: str) -> Part:
    """One part; a fault while looking is a red part, never an error page."""
    try:
        return look(at, language)
    except (DatabaseError, OSError, UnsafeKeys, Refused) as problem:
        reason = phrase("health", "not_known", language, reason=type(problem).__name__)
        return Part(look.__name__.lstrip("_"), ok=False, says=reason)


def _is_demo() -> bool:
    try:
        return marks.is_demo()
    except DatabaseError:
        return False


def _database(_: datetime, language: str) -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return Part("database", ok=True, says=phrase("health", "fine", language))


_migrated = False


def _migrations(_: datetime, language: str) -> Part:
    """Looked at until they are complete: a running process does not lose any."""
    global _migrated
    missing = 0
    if not _migrated:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        _migrated = not missing
    says = phrase("health", "behind", language, count=missing) if missing else phrase("health", "fine", language)
    return Part("migrations", ok=not missing, says=says, value=missing, limit=0)


def _disk(_: datetime, language: str) -> Part:
    free = shutil.disk_usage(Path(settings.HUIYIN_HOME)).free // MEGABYTE
    ok = free >= DISK_LEAST_MEGABYTES
    key = "disk_free" if ok else "disk_low"
    says = phrase("health", key, language, free=free, least=DISK_LEAST_MEGABYTES)
    return Part("disk", ok=ok, says=says, value=free, limit=DISK_LEAST_MEGABYTES)


def _clock(at: datetime, language: str) -> Part:
    """Not before the newest event; on PostgreSQL also not far from the server's clock."""
    newest = Event.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    behind = newest - at if newest else timedelta(0)
    if behind > CLOCK_MOST:
        seconds = int(behind.total_seconds())
        return _beyond("clock", "clock_behind", seconds, CLOCK_MOST, language)
    if connection.vendor == "postgresql" and not settings.HUIYIN_NOW:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (theirs,) = cursor.fetchone()
        off = abs(theirs - at)
        if off > CLOCK_MOST:
            return _beyond("clock", "clock_off", int(off.total_seconds()), CLOCK_MOST, language)
    return Part("clock", ok=True, says=phrase("health", "fine", language))


def _vault(_: datetime, language: str) -> Part:
    vault().store.key("health:none")
    return Part("vault", ok=True, says=phrase("health", "fine", language))


def _unsealed(at: datetime, language: str) -> Part:
    return _waiting("unsealed", sealing.oldest_unsealed(at), UNSEALED_MOST, language)


def _deliveries(at: datetime, language: str) -> Part:
    oldest = min(waiting(at).values(), default=None)
    return _waiting("deliveries", at - oldest if oldest else timedelta(0), DELIVERY_MOST, language)


def _parked(_: datetime, language: str) -> Part:
    """By consumer and kind of fault; a person has to look at them."""
    parked = Delivery.objects.filter(parked_at__isnull=False)
    groups = parked.values_list("consumer", "fault").annotate(count=Count("id")).order_by("consumer", "fault")
    names = [f"{consumer} × {count} ({fault})" for consumer, fault, count in groups]
    total = sum(count for _, _, count in groups)
    says = phrase("health", "parked_names", language, names="; ".join(names)) if names else _none(language)
    return Part("parked", ok=not names, says=says, value=total, limit=0)


def _worker(at: datetime, language: str) -> Part:
    last = Tick.objects.aggregate(last=Max("done_at"))["last"]
    if last is None:
        return Part("worker", ok=False, says=phrase("health", "never", language))
    return _waiting("worker", max(at - last, timedelta(0)), WORKER_MOST, language)


def _rulebook(at: datetime, language: str) -> Part:
    last = RulebookVersion.objects.filter(in_force_from__lte=at).order_by("-in_force_from", "-id")
    found = last.values_list("hash", flat=True).first()
    says = phrase("health", "active", language, hash=found[:12]) if found else phrase("health", "none_active", language)
    return Part("rulebook", ok=found is not None, says=says)


def _working_days(at: datetime, language: str) -> Part:
    year = _year(at)
    loaded = DayNotice.objects.filter(year=year).exists()
    says = phrase("health", "fine", language) if loaded else phrase("health", "no_notice", language, year=year)
    return Part("working_days", ok=loaded, says=says)


def _year(at: datetime) -> int:
    """The county's year, which begins at its own midnight."""
    return at.astimezone(rulebook.zone(at)).year


def _backup(at: datetime, language: str) -> Part:
    most = timedelta(hours=settings.HUIYIN_BACKUP_HOURS)
    return _since("backup", _marked("backup"), at, most, language)


def _drill(at: datetime, language: str) -> Part:
    """A failure after the last success is red, however young the success."""
    passed, failed = _marked("drill"), _marked("drill_failed")
    if failed is not None and (passed is None or failed > passed):
        return Part("drill", ok=False, says=phrase("health", "drill_failed", language))
    return _since("drill", passed, at, DRILL_MOST, language)


def _witness(at: datetime, language: str) -> Part:
    """Since when nobody outside has signed, while there was something to sign."""
    last = Cosignature.objects.order_by("-at").values_list("at", "checkpoint__size").first()
    newer = Checkpoint.objects.filter(size__gt=last[1] if last else 0).aggregate(first=Min("at"))["first"]
    lag = at - newer if newer else timedelta(0)
    hours = int(lag.total_seconds() // 3600)
    ok = lag <= WITNESS_MOST
    says = phrase("health", "fine", language) if ok else phrase("health", "witness_behind", language, hours=hours)
    return Part("witness", ok=ok, says=says, value=lag.total_seconds(), limit=WITNESS_MOST.total_seconds())


def _marked(name: str) -> datetime | None:
    return Mark.objects.filter(name=name).values_list("at", flat=True).first()


def _since(name: str, last: datetime | None, at: datetime, most: timedelta, language: str) -> Part:
    if last is None:
        return Part(name, ok=False, says=phrase("health", "never", language), limit=most.total_seconds())
    age = at - last
    says = phrase("health", "ago", language, hours=int(age.total_seconds() // 3600))
    return Part(name, ok=age <= most, says=says, value=age.total_seconds(), limit=most.total_seconds())


def _waiting(name: str, waited: timedelta, most: timedelta, language: str) -> Part:
    seconds = waited.total_seconds()
    says = phrase("health", "waits", language, seconds=int(seconds)) if seconds else _none(language)
    return Part(name, ok=waited <= most, says=says, value=seconds, limit=most.total_seconds())


def _beyond(name: str, key: str, seconds: int, most: timedelta, language: str) -> Part:
    says = phrase("health", key, language, seconds=seconds)
    return Part(name, ok=False, says=says, value=seconds, limit=most.total_seconds())


def _none(language: str) -> str:
    return phrase("health", "none", language)

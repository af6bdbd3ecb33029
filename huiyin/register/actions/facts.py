"""What is known of places is written down: one fact for some places at once, dated, with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.places import PlaceFact as Kind
from huiyin.register.actions import dated
from huiyin.register.events import PlaceFactStated
from huiyin.register.models import Place, PlaceFact
from huiyin.register.queries import facts
from huiyin.register.queries.days import today
from huiyin.register.rules import codes

MOST = 500
SOURCE_MOST = 200


@dataclass(frozen=True)
class Told:
    """What was typed for a place, and what had stood there when the page was opened."""

    value: str
    before: str


@dataclass(frozen=True)
class Stated:
    """How many places have a new value, of how many nothing is known any more, how many were found as they stand."""

    stated: int
    ended: int
    confirmed: int = 0


@dataclass(frozen=True)
class Known:
    """From where it is known and since when (today); `looked`: what was left as it stands was looked at, too."""

    source: str = ""
    since: date | None = None
    looked: bool = False


@action
def state(
    *, by: Viewer, at: datetime, programme: str, fact: str, told: Mapping[str, Told], known: Known = Known()
) -> Stated:
    """Write down one fact of at most 500 places; only what differs is touched, or was looked at.

    An empty value says that nothing is known any more. A value stated for the day it began is a correction. Raises
    Missing for places out of scope; Refused: as `written`, day_ahead, fact_before, fact_changed where somebody else
    wrote meanwhile; ValueError for more places.
    """
    by.need("register.edit")
    kind, day = facts.kind_of(by, at, programme, fact), today(by, at)
    if len(told) > MOST:
        raise ValueError(f"at most {MOST} places at once")
    source = text.line(known.source, most=SOURCE_MOST, field="source") or kind.source
    since = known.since or day
    if since > day:
        raise Refused("day_ahead", field="since")
    _in_scope(by, kind, told)
    rows = PlaceFact.objects.filter(programme=programme, fact=fact, place_code__in=told, until=None, replaced_at=None)
    standing = {row.place_code: row for row in rows.select_for_update().order_by("place_code")}
    fresh, ended, looked = [], 0, 0
    for code, one in told.items():
        value, former = facts.as_kept(by, kind, one.value), standing.get(code)
        again = known.looked and former is not None and value == former.value
        if not again and not _differs(code, value, one.before, former):
            continue
        begins = former.since if again and former is not None else since
        if former is not None:
            _end(former, begins, at)
        if value:
            row = {"place_code": code, "programme": programme, "fact": fact, "value": value, "source": source}
            fresh.append(PlaceFact(**row, since=begins, recorded_at=at, by_id=by.person_id))
        looked, ended = looked + again, ended + (not value)
    if fresh or ended:
        PlaceFact.objects.bulk_create(fresh)
        subject = codes.county(next(iter(told)))
        event = PlaceFactStated(subject=subject, programme=programme, fact=fact, stated=len(fresh), ended=ended)
        record(event, by=by, at=at)
    return Stated(len(fresh) - looked, ended, looked)


def _differs(code: str, value: str, before: str, former: PlaceFact | None) -> bool:
    """Whether a value is to be written. Raises Refused("fact_changed") where another was written meanwhile."""
    stands = former.value if former is not None else ""
    if value in (stands, before):
        return False
    if stands != before:
        raise Refused("fact_changed", field=code)
    return True


def _in_scope(by: Viewer, kind: Kind, told: Mapping[str, Told]) -> None:
    levels = dict(Place.objects.filter(code__in=told, until=None).values_list("code", "level"))
    if any(levels.get(code) not in kind.of or not by.sees(code) for code in told):
        raise Missing


def _end(former: PlaceFact, since: date, at: datetime) -> None:
    """End what stood, or replace it where it began the same day. Raises Refused: fact_before."""
    if since < former.since:
        raise Refused("fact_before", field="since", day=former.since.isoformat())
    dated.end(former, since, at)

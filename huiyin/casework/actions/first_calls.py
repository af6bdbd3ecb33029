"""Who is called back where the programme asks a share only: drawn with the answer, by a seed committed to (R-178).

What was not drawn does not close by itself. The resident has the programme's days for a word of their own, by message
or on their page; who says nothing is rung after them (invariant 1).
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from huiyin.casework.actions import books
from huiyin.casework.events import CallSeedMade, CallSeedTold, CallTurnCame
from huiyin.casework.models import CallTurn, DaySeed, Matter, Reply
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import due
from huiyin.programme.drawing import commitment, drawn
from huiyin.programme.schema.matters import Flow

SLICE = 200
TOLD_AFTER = timedelta(days=30)


def make_seeds(*, by: Viewer, at: datetime) -> int:
    """Make today's and tomorrow's seed for each programme that calls a share. Returns how many are new."""
    book = current(at).rulebook
    today = at.astimezone(book.county.tz).date()
    days = (today, today + timedelta(days=1))
    wanted = [name for name in book.programmes if _asks_a_share(book.matters(name).flows.values())]
    known = set(DaySeed.objects.filter(programme__in=wanted, day__in=days).values_list("programme", "day"))
    fresh = [(name, day) for name in wanted for day in days if (name, day) not in known]
    for name, day in fresh:
        _seed(by=by, at=at, programme=name, day=day)
    return len(fresh)


def choose(by: Viewer, at: datetime, matter: Matter, reply: Reply) -> None:
    """Draw an answer just written, or leave it to the resident's own word; part of the action that wrote it.

    What is held, sealed or brought in from before is in no draw: held and sealed ones are always asked about.
    """
    book = version(matter.rulebook_id)
    rule = book.flow(matter.programme, matter.kind).callback
    if rule.of == "all" or matter.state != "answered" or matter.held or matter.sealed or matter.history:
        return
    for earlier in matter.turns.filter(waits=True):
        earlier.waits = False
        earlier.save()
    day = at.astimezone(book.county.tz).date()
    seed = DaySeed.objects.filter(programme=matter.programme, day=day).first()
    if seed is None:  # no worker ran yesterday: the seed tells by `committed_at` that it is late
        seed = _seed(by=by, at=at, programme=matter.programme, day=day)
    thousandths = round(rule.share * 1000)
    chosen = drawn(seed.seed, str(reply.id), thousandths)
    CallTurn(
        seed=seed,
        matter=matter,
        reply=reply,
        thousandths=thousandths,
        drawn=chosen,
        waits=not chosen,
        at=at,
        ring_from=at if chosen else due(at, rule.own_word, book.county.tz, books.days()).at,
    ).save(force_insert=True)


@action
def come_up(*, by: Viewer, at: datetime) -> int:
    """Residents who were not drawn and said nothing in their days are now to be rung. Returns how many came up."""
    ids = list(_due(at).order_by("ring_from").values_list("id", flat=True)[:SLICE])
    rows = CallTurn.objects.select_for_update(of=("self",)).filter(id__in=ids, waits=True).order_by("id")
    taken = list(rows)
    for row in taken:
        row.waits = False
        row.save()
        record(CallTurnCame(subject=str(row.matter_id)), by=by, at=at)
    return len(taken)


def tell_seeds(*, by: Viewer, at: datetime) -> int:
    """Tell the seeds of days long over, so that anybody can draw again. Returns how many."""
    last = (at - TOLD_AFTER).astimezone(current(at).rulebook.county.tz).date()
    rows = DaySeed.objects.filter(told_at__isnull=True, day__lt=last).exclude(turns__waits=True)
    return sum(_tell(by=by, at=at, seed_id=str(one)) for one in rows.order_by("day").values_list("id", flat=True))


@action
def _tell(*, by: Viewer, at: datetime, seed_id: str) -> int:
    row = DaySeed.objects.select_for_update(of=("self",)).get(id=seed_id)
    if row.told_at is not None:
        return 0
    row.told_at, row.of, row.drawn = at, row.turns.count(), row.turns.filter(drawn=True).count()
    row.save()
    record(CallSeedTold(subject=str(row.id), seed=row.seed, of=row.of, drawn=row.drawn), by=by, at=at)
    return 1


@action
def _seed(*, by: Viewer, at: datetime, programme: str, day: date) -> DaySeed:
    row = DaySeed(programme=programme, day=day, seed=secrets.token_hex(16), committed_at=at)
    row.save(force_insert=True)
    record(CallSeedMade(subject=str(row.id), day=day.isoformat(), commitment=commitment(row.seed)), by=by, at=at)
    return row


def _asks_a_share(flows: Iterable[Flow]) -> bool:
    return any(flow.callback.of == "share" for flow in flows)


def _due(at: datetime) -> QuerySet[CallTurn]:
    return CallTurn.objects.filter(waits=True, ring_from__lte=at)

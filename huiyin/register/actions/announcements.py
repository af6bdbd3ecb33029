"""Telling households by SMS that their named official changed: written down with the change, told in batches later.

A message names who is there now and how to reach them and others, and nothing of why (SG-01, SG-54).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.channels.actions import outbox
from huiyin.channels.actions.outbox import Outgoing
from huiyin.channels.queries import lines
from huiyin.channels.rules.pace import SERVICE
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.county import County
from huiyin.programme.words import phrase
from huiyin.register.events import HouseholdsTold
from huiyin.register.models import Announcement
from huiyin.register.models.announcements import SENT
from huiyin.register.queries import announcements as ask
from huiyin.register.queries.cards import Contact
from huiyin.register.queries.days import today
from huiyin.register.rules.consents import choose, correction_of, tells

BATCH = 100
"""Households a transaction: as many messages as the gateway takes within ten seconds."""


@dataclass(frozen=True)
class Changed:
    """A household that got a lead in some programmes, from a day on; `before` who led until then, None for nobody."""

    household_id: UUID
    place_code: str
    programmes: list[str]
    before: UUID | None
    on: date


@action
def owe(*, by: Viewer, at: datetime, cause_id: UUID, changed: Iterable[Changed], tell: str = "moved") -> None:
    """Write down whom to tell of a hand-over, a round or a list; part of the action that changes the links. `tell` is
    one of `TELL`. A household has one row of a cause, whatever parts of it change how many of its programmes.
    """
    some = [one for one in changed if tells(tell, first=one.before is None)]
    rows = Announcement.objects.select_for_update().filter(
        cause_id=cause_id, household_id__in={one.household_id for one in some}
    )
    earlier = {row.household_id: row for row in rows} if some else {}
    there, fresh, day = dict(earlier), [], today(by, at)
    for one in some:
        row, on = there.get(one.household_id), max(one.on, day)
        if row is None:
            row = Announcement(household_id=one.household_id, place_code=one.place_code, cause_id=cause_id, on=on)
            there[one.household_id] = row
            fresh.append(row)
        if row.state != "waiting":  # what was told already is not told again
            row.programmes, row.before_id, row.on, row.state, row.at = [], None, on, "waiting", None
        row.programmes, row.before_id = [*row.programmes, *one.programmes], row.before_id or one.before
    Announcement.objects.bulk_create(fresh)
    Announcement.objects.bulk_update(earlier.values(), ["programmes", "before", "on", "state", "at"])


@action
def take_back(*, by: Viewer, at: datetime, cause_id: UUID, changed: Sequence[Changed]) -> None:
    """What some households were to be told of a cause is undone; `before` names who led by it until now.

    Whoever was told by SMS, or is written down to be, is told once more how it stands; whoever was not is not to be
    visited either.
    """
    rows = Announcement.objects.filter(cause_id=cause_id, household_id__in={one.household_id for one in changed})
    told = set(rows.filter(state__in=SENT).values_list("household_id", flat=True))
    rows.exclude(state__in=SENT).delete()
    again = [one for one in changed if one.household_id in told]
    owe(by=by, at=at, cause_id=correction_of(cause_id), changed=again)


@action
def tell(*, by: Viewer, at: datetime, most: int = BATCH) -> int:
    """Tell some of the households whose change is of a day before today, once each; how many were decided on.

    Some twenty questions and statements, however many households there are.
    """
    rows = ask.due(by, at, most, lock=True)
    if not rows:
        return 0
    named, county = ask.new_leads(by, at, rows), current(at).rulebook.county
    outcome = _told(by, at, county, rows, named) if lines.is_on(by, "sms") else dict.fromkeys(named, "no_gateway")
    for row in rows:
        row.state, row.at = outcome.get(row.household_id, "nothing"), at
    Announcement.objects.bulk_update(rows, ["state", "at"])
    states = Counter({row.household_id: row.state for row in rows}.values())
    record(HouseholdsTold(subject=county.code, **states), by=by, at=at)
    return len(rows)


@action
def reported(*, by: Viewer, at: datetime, announcement_id: UUID, arrived: bool) -> None:
    """The gateway says of the message that told a household whether it arrived; else the household is to be visited.

    A message that was given up may arrive after all; what has arrived stays so.
    """
    open_ = Announcement.objects.filter(state__in=("queued", "failed") if arrived else ("queued",))
    row = open_.filter(pk=announcement_id).first()
    if row is not None:
        together = open_.filter(household_id=row.household_id, at=row.at)
        together.update(state="delivered" if arrived else "failed")


def _told(
    by: Viewer,
    at: datetime,
    county: County,
    rows: Sequence[Announcement],
    named: Mapping[UUID, Sequence[Contact]],
) -> dict[UUID, str]:
    """Queue a message for each household that may be written to; what became of each."""
    first = {row.household_id: row for row in reversed(rows)}
    reach, day = ask.reach(by, at, named), today(by, at)
    sent: Counter[str] = Counter()
    outcome: dict[UUID, str] = {}
    letters: list[Outgoing] = []
    for home, people in named.items():
        # One number may stand for several households of a batch.
        number, why = choose([one.after(sent[one.number]) for one in reach.get(home, ())], county.unasked)
        outcome[home] = why or "queued"
        if number:
            sent[number] += 1
            key = f"lead:{home}:{day.isoformat()}"
            sentence = "lead_sms" if first[home].before_id else "lead_first_sms"
            words = _words(county, people, sentence if people else "lead_none_sms")
            letters.append(Outgoing(key, f"household:{home}", number, words, first[home].pk))
    outbox.send_many(by=by, at=at, channel="sms", purpose=SERVICE, letters=letters, fleeting=True)
    return outcome


def _words(county: County, people: Sequence[Contact], sentence: str) -> str:
    """Who leads now, each with their public telephone, or that nobody does; and whom to ring for somebody else."""
    named = [(one.name, one.unit, one.duty_phone or one.unit_phone or county.telephone) for one in people]
    who = [phrase("messages", "lead", name=name, unit=unit, phone=number) for name, unit, number in named]
    values = {"who": phrase("messages", "and").join(who), "centre": county.centre, "telephone": county.telephone}
    return phrase("messages", sentence, **values)

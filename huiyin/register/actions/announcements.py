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
from huiyin.register.queries import announcements as ask
from huiyin.register.queries.cards import Contact
from huiyin.register.queries.days import today
from huiyin.register.rules.consents import choose

BATCH = 100
"""Households a transaction: as many messages as the gateway takes within ten seconds."""


@dataclass(frozen=True)
class Changed:
    """A household that got another lead in some programmes, from a day on; `before` who led until then."""

    household_id: UUID
    place_code: str
    programmes: list[str]
    before: UUID
    on: date


@action
def owe(*, by: Viewer, at: datetime, cause_id: UUID, changed: Iterable[Changed]) -> None:
    """Write down whom to tell of a hand-over or a round; part of the action that changes the links."""
    day = today(by, at)
    Announcement.objects.bulk_create(
        Announcement(
            household_id=one.household_id,
            place_code=one.place_code,
            programmes=one.programmes,
            cause_id=cause_id,
            before_id=one.before,
            on=max(one.on, day),
        )
        for one in changed
    )


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
def failed(*, by: Viewer, at: datetime, announcement_id: UUID) -> None:
    """The gateway could not deliver what a household was to be told: it is to be visited. Nothing the second time."""
    row = Announcement.objects.filter(pk=announcement_id, state="queued").first()
    if row is not None:
        together = Announcement.objects.filter(household_id=row.household_id, at=row.at, state="queued")
        together.update(state="failed")


def _told(
    by: Viewer,
    at: datetime,
    county: County,
    rows: Sequence[Announcement],
    named: Mapping[UUID, Sequence[Contact]],
) -> dict[UUID, str]:
    """Queue a message for each household that may be written to; what became of each."""
    first = {row.household_id: row.pk for row in reversed(rows)}
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
            letters.append(Outgoing(key, f"household:{home}", number, _words(county, people), first[home]))
    outbox.send_many(by=by, at=at, channel="sms", purpose=SERVICE, letters=letters, fleeting=True)
    return outcome


def _words(county: County, people: Sequence[Contact]) -> str:
    """Who leads now, each with their public telephone, and whom to ring for somebody else."""
    named = [(one.name, one.unit, one.duty_phone or one.unit_phone or county.telephone) for one in people]
    who = [phrase("messages", "lead", name=name, unit=unit, phone=number) for name, unit, number in named]
    values = {"who": phrase("messages", "and").join(who), "centre": county.centre, "telephone": county.telephone}
    return phrase("messages", "lead_sms", **values)

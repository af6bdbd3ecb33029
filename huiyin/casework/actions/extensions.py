"""More time for a clock: asked for with a reason, decided by a second person, told to the resident (S18)."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.steps import find, keep_due
from huiyin.casework.events import DueFixed, ExtensionAsked, ExtensionDecided
from huiyin.casework.models import Clock, Extension, Matter
from huiyin.casework.queries import hastening
from huiyin.casework.rules import clocks
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import due
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.base import Limit
from huiyin.programme.steps import untimely


@action
def ask(*, by: Viewer, at: datetime, matter_id: UUID, amount: int, reason: str, seen: int | None = None) -> Extension:
    """The handler asks for `amount` more, in the clock's unit.

    Raises Missing; Refused: not_allowed, not_your_part, needs_reason, step_not_allowed (its flow lets nobody ask where
    it stands), step_past, step_unknown, no_clock, extension_after_due, extension_over …
    """
    matter = find(by, matter_id, seen)
    by.need("matter.extend")
    if by.person_id is None or matter.handler_id not in by.persons:
        raise Refused("not_your_part", part="handler")
    why = text.normalise(reason, most=2000, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if flow.taking("extend", matter.state) is None:
        raise untimely(flow, "extend", matter.state)
    row = _extendable(matter)
    if at >= row.due_at:
        raise Refused("extension_after_due")
    if row.extensions.filter(decided_at__isnull=True).exists():
        raise Refused("already_done")
    _longer(matter, row, amount)
    asked = Extension(clock=row, amount=amount, reason=why, asked_by_id=by.person_id, asked_at=at)
    asked.save(force_insert=True)
    record(ExtensionAsked(subject=str(matter.id), clock=str(row.id), amount=amount), by=by, at=at)
    return asked


@action
def decide(*, by: Viewer, at: datetime, extension_id: UUID, approve: bool) -> Extension:
    """Grant or refuse; never by the person who asked, and nothing is granted to what does not run any more.

    Raises Missing; Refused: not_allowed, already_done, extension_needs_other, no_clock.
    """
    asked = Extension.objects.select_related("clock").select_for_update(of=("self",)).filter(id=extension_id).first()
    if asked is None:
        raise Missing
    matter = find(by, asked.clock.matter_id)
    by.need("matter.approve")
    if asked.decided_at is not None:
        raise Refused("already_done")
    had = {asked.asked_by_id} | four_eyes.acted(ExtensionAsked, matter.id, when=asked.asked_at)
    handled = four_eyes.hands(matter.id, [matter.handler_id])
    four_eyes.need_another(by, had | handled, "extension_needs_other", approver="")
    row = asked.clock
    if approve and (row.met_at is not None or row.ended_at is not None):
        raise Refused("no_clock")  # what was answered late is not made timely afterwards (S18)
    asked.decided_by_id, asked.decided_at, asked.approved = by.person_id, at, approve
    if approve:
        moved = _longer(matter, row, asked.amount)
        row.warn_at += moved - row.due_at
        row.due_at = asked.new_due_at = moved
        row.save()
    asked.save()
    if approve:
        _keep(matter, at)
    record(
        ExtensionDecided(subject=str(matter.id), clock=str(row.id), approved=approve, amount=asked.amount),
        by=by,
        at=at,
    )
    return asked


@action
def fix_provisional(*, by: Viewer, at: datetime, year: int) -> int:
    """A year's notice was loaded: reckon provisional clocks again and fix their dates, with what was granted and what
    pauses gave back. Returns how many were fixed."""
    fixed = 0
    rows = Clock.objects.filter(provisional=True, met_at__isnull=True, ended_at__isnull=True)
    rows = rows.filter(due_at__year__gte=year, started_at__year__lte=year)
    theirs = Matter.objects.filter(id__in=rows.values("matter_id")).order_by("id").select_for_update(of=("self",))
    matters = {one.id: one for one in theirs}
    for row in rows.filter(matter_id__in=matters).order_by("id"):  # as they are now that nobody else writes them
        row.matter = matters[row.matter_id]
        zone = version(row.matter.rulebook_id).county.tz
        granted = list(row.extensions.filter(approved=True).order_by("decided_at").values_list("amount", flat=True))
        whole = Limit(amount=row.amount + sum(granted) + row.pause_used, unit=row.unit)
        found = due(row.started_at, whole, zone, books.days())
        if found.provisional:
            continue
        wanted = hastening.of_clock(row)  # the day a leader set is no reckoned one: it stays
        row.due_at, row.provisional = min(found.at, wanted.ends(zone)) if wanted else found.at, False
        row.warn_at = min(row.warn_at, found.at)
        row.save()
        _keep(row.matter, at)
        record(DueFixed(subject=str(row.matter_id), clock=str(row.id)), by=by, at=at)
        fixed += 1
    return fixed


def _extendable(matter: Matter) -> Clock:
    """The running clock that the programme lets be extended."""
    page = version(matter.rulebook_id).matters(matter.programme)
    names = [name for name, clock in page.clocks.items() if clock.extension is not None]
    row = (
        Clock.objects.select_for_update(of=("self",))
        .filter(matter=matter, name__in=names, met_at__isnull=True, ended_at__isnull=True)
        .order_by("due_at")
        .first()
    )
    if row is None:
        raise Refused("no_clock")
    return row


def _longer(matter: Matter, row: Clock, amount: int) -> datetime:
    book = version(matter.rulebook_id)
    granted = list(row.extensions.filter(approved=True).values_list("amount", flat=True))
    return clocks.extended(
        clock=book.matters(matter.programme).clocks[row.name],
        due_at=row.due_at,
        granted=granted,
        amount=amount,
        zone=book.county.tz,
        days=books.days(),
    )


def _keep(matter: Matter, at: datetime) -> None:
    keep_due(matter, list(Clock.objects.filter(matter=matter, met_at__isnull=True, ended_at__isnull=True)), at)
    matter.version += 1
    matter.save()

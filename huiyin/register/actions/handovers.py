"""Handing over: an official's links pass to successors in one transaction, without a day in between (R-094)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.register.events import HandoverDone, LinksHandedOver
from huiyin.register.models import Handover, Link
from huiyin.register.queries import handover_checks as checks


@action
def hand_over(
    *,
    by: Viewer,
    at: datetime,
    official_id: UUID,
    to: Mapping[UUID, UUID],
    successor_id: UUID,
    why: str,
    on: date | None = None,
) -> UUID:
    """Pass every link of an official on: `to` maps each link to the official who takes it; `successor_id` takes what
    is no household's: projects and enterprises at once, open matters by the event within seconds, duties and diary by
    theirs.

    Raises Missing; Refused: value_unknown, official_unknown, handover_self, handover_nothing, handover_incomplete,
    official_near, kept_apart, period_wrong.
    """
    by.need("register.edit")
    found = checks.check(by, at, official_id=official_id, to=to, successor_id=successor_id, why=why, on=on, lock=True)
    official, held, day = found.official, found.held, found.day
    row = Handover(official=official, successor_id=successor_id, why=why, on=day, at=at, by_id=by.person_id)
    row.links = len(held)
    row.save(force_insert=True)
    _pass_on(row, held, found.to, at)
    fact = LinksHandedOver(
        subject=str(official.person_id),
        handover=str(row.pk),
        successor=str(Official.objects.values_list("person_id", flat=True).get(pk=successor_id)),
        on=day.isoformat(),
        links=len(held),
    )
    record(fact, by=by, at=at)
    return row.pk


@action
def matters_passed(*, by: Viewer, at: datetime, handover_id: UUID, matters: int) -> bool:
    """Note that the open matters of a hand-over have new owners. False where that was noted already."""
    found = Handover.objects.select_related("official").select_for_update(of=("self",))
    row = found.filter(pk=handover_id, matters_at__isnull=True).first()
    if row is None:
        return False
    row.matters, row.matters_at = matters, at
    row.save()
    person = str(row.official.person_id)
    record(HandoverDone(subject=person, handover=str(row.pk), matters=matters), by=by, at=at)
    return True


def _pass_on(row: Handover, held: Sequence[Link], to: Mapping[UUID, UUID], at: datetime) -> None:
    """End the old links and begin the new ones, a link of later days on its own; whoever stood beside as support and
    now leads, stands there once."""
    homes = [link.household_id for link in held if link.household_id is not None]
    beside = {
        (link.household_id, link.programme, link.official_id): link
        for link in Link.objects.filter(
            household_id__in=homes, official_id__in=set(to.values()), until=None, replaced_at=None
        )
    }
    ended, made = [], []
    for link in held:
        begins, until = max(row.on, link.since), link.until
        link.until = begins
        ended.append(link)
        other = beside.get((link.household_id, link.programme, to[link.pk]))
        if other is not None and link.kind == "supporting":
            continue
        if other is not None:
            other.until = max(begins, other.since)
            ended.append(other)
        made.append(_successor(row, link, to[link.pk], at, begins, until))
    Link.objects.bulk_update(ended, ["until"])
    Link.objects.bulk_create(made)


def _successor(row: Handover, link: Link, official_id: UUID, at: datetime, since: date, until: date | None) -> Link:
    return Link(
        official_id=official_id,
        household_id=link.household_id,
        body_id=link.body_id,
        kind=link.kind,
        origin="handover",
        programme=link.programme,
        pairing=link.pairing,
        round_id=link.round_id,
        handover_id=row.pk,
        since=since,
        until=until,
        recorded_at=at,
    )

"""Handing over: an official's links pass to successors in one transaction, without a day in between (R-094)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.register.actions import announcements
from huiyin.register.actions.announcements import Changed
from huiyin.register.events import HandoverDone, LinksHandedOver
from huiyin.register.models import Handover, Link, Tie
from huiyin.register.queries import handover_checks as checks
from huiyin.register.rules.consents import MOVED, need_tell

_TARGET = ("programme", "pairing", "to_place", "to_body_id", "to_household_id")


@dataclass(frozen=True)
class Moved:
    """A household that got another lead."""

    before: UUID
    place_code: str
    after: UUID


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
    tell: str = MOVED,
) -> UUID:
    """Pass every link of an official on: `to` maps each link to the official who takes it; `successor_id` takes what
    is no household's: projects and enterprises at once, open matters by the event within seconds, duties and diary by
    theirs. `tell` says whether the households hear of it by SMS.

    Raises Missing; Refused: value_unknown, official_unknown, handover_self, handover_nothing, handover_incomplete,
    official_near, kept_apart, period_wrong.
    """
    by.need("register.edit")
    need_tell(tell)
    found = checks.check(by, at, official_id=official_id, to=to, successor_id=successor_id, why=why, on=on, lock=True)
    official, held, day = found.official, found.held, found.day
    row = Handover(official=official, successor_id=successor_id, why=why, on=day, at=at, by_id=by.person_id)
    row.links = len(held) + len(found.ties)
    row.save(force_insert=True)
    _pass_on(by, row, held, found.to, at, tell)
    _pass_ties(row, found.ties, at)
    fact = LinksHandedOver(
        subject=str(official.person_id),
        handover=str(row.pk),
        successor=str(Official.objects.values_list("person_id", flat=True).get(pk=successor_id)),
        on=day.isoformat(),
        links=row.links,
    )
    record(fact, by=by, at=at)
    return row.pk


@action
def hand_over_some(
    *,
    by: Viewer,
    at: datetime,
    official_id: UUID,
    to: Mapping[UUID, UUID],
    why: str,
    on: date | None = None,
    tell: str = MOVED,
) -> UUID:
    """Pass some households of an official on, outside a round; everything else stays. Open matters from a village in
    which the official leads nobody any more follow within seconds, as when a round or a list moved the households.
    `tell` says whether the households hear of it by SMS.

    Raises Missing; Refused: value_unknown, official_unknown, handover_self, handover_none_chosen, official_near,
    kept_apart, period_wrong.
    """
    by.need("register.edit")
    need_tell(tell)
    found = checks.check_some(by, at, official_id=official_id, to=to, why=why, on=on, lock=True)
    official, day, held = found.official, found.day, found.held
    row = Handover(official=official, successor_id=checks.most_taken(to), why=why, on=day, at=at, by_id=by.person_id)
    row.links, row.villages = len(held), {}
    row.save(force_insert=True)
    _pass_on(by, row, held, to, at, tell)
    row.villages = _left_villages(official.pk, held, to)
    row.save()
    fact = LinksHandedOver(
        subject=str(official.person_id),
        handover=str(row.pk),
        successor=str(Official.objects.values_list("person_id", flat=True).get(pk=row.successor_id)),
        on=day.isoformat(),
        links=row.links,
    )
    record(fact, by=by, at=at)
    return row.pk


def _left_villages(official_id: UUID, held: Sequence[Link], to: Mapping[UUID, UUID]) -> dict[str, str]:
    """The villages in which the official leads nobody any more, each with the person who took most there."""
    taken: dict[str, Counter[UUID]] = {}
    for link in held:
        if link.household is not None and link.kind == "lead":
            taken.setdefault(link.household.place_code[:12], Counter())[to[link.pk]] += 1
    left = Link.objects.filter(
        kind="lead", official_id=official_id, until=None, replaced_at=None, household__isnull=False
    )
    still = {code[:12] for code in left.values_list("household__place_code", flat=True)}
    gone = {village: table for village, table in taken.items() if village not in still}
    persons = _persons({official_id: gone})
    return {village: str(persons[_most(table)]) for village, table in gone.items()}


@action
def tell_moved(*, by: Viewer, at: datetime, moved: Iterable[Moved], on: date) -> int:
    """Tell of households that a list or a round gave to another lead: where the one before leads nobody in a village
    any more, open matters from there follow as in a hand-over. Returns for how many officials that is so.
    """
    taken: dict[UUID, dict[str, Counter[UUID]]] = {}
    for one in moved:
        taken.setdefault(one.before, {}).setdefault(one.place_code[:12], Counter())[one.after] += 1
    left = Link.objects.filter(
        kind="lead", official_id__in=taken, until=None, replaced_at=None, household__isnull=False
    )
    still = {(official, code[:12]) for official, code in left.values_list("official_id", "household__place_code")}
    persons = _persons(taken)
    told = 0
    for before, villages in taken.items():
        gone = {village: table for village, table in villages.items() if (before, village) not in still}
        if gone:
            _tell(by, at, on, before, gone, persons)
            told += 1
    return told


def _persons(taken: Mapping[UUID, Mapping[str, Counter[UUID]]]) -> dict[UUID, UUID]:
    """The person of each official that is named."""
    named = {*taken, *(one for villages in taken.values() for table in villages.values() for one in table)}
    return dict(Official.objects.filter(pk__in=named).values_list("pk", "person_id"))


def _tell(
    by: Viewer,
    at: datetime,
    on: date,
    before: UUID,
    villages: Mapping[str, Counter[UUID]],
    persons: Mapping[UUID, UUID],
) -> None:
    whole = sum(villages.values(), Counter[UUID]())
    most = _most(whole)
    row = Handover(official_id=before, successor_id=most, why="other", on=on, at=at, by_id=by.person_id)
    row.links = whole.total()
    row.villages = {village: str(persons[_most(table)]) for village, table in villages.items()}
    row.save(force_insert=True)
    fact = LinksHandedOver(
        subject=str(persons[before]),
        handover=str(row.pk),
        successor=str(persons[most]),
        on=on.isoformat(),
        links=row.links,
    )
    record(fact, by=by, at=at)


def _most(table: Counter[UUID]) -> UUID:
    """Who took most; of equals always the same."""
    return min(table, key=lambda one: (-table[one], str(one)))


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


def _pass_on(by: Viewer, row: Handover, held: Sequence[Link], to: Mapping[UUID, UUID], at: datetime, tell: str) -> None:
    """End the old links and begin the new ones, a link of later days on its own; whoever stood beside as support and
    now leads, stands there once. The households will hear of it where `tell` says so."""
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
    announcements.owe(by=by, at=at, cause_id=row.pk, changed=_changed(row, held), tell=tell)


def _changed(row: Handover, held: Sequence[Link]) -> Iterable[Changed]:
    """Households that have another lead now; their old links end when the new ones begin."""
    led: dict[UUID, list[Link]] = {}
    for link in held:
        if link.kind == "lead" and link.household is not None:
            led.setdefault(link.household.pk, []).append(link)
    for some in led.values():
        home, ends = some[0].household, [link.until for link in some if link.until is not None]
        if home is not None:
            yield Changed(home.pk, home.place_code, [one.programme for one in some], row.official_id, min(ends))


def _pass_ties(row: Handover, ties: Sequence[Tie], at: datetime) -> None:
    """End the ties and begin the successor's, where they do not stand there already."""
    theirs = Tie.objects.filter(official_id=row.successor_id, until=None, replaced_at=None)
    there = set(theirs.values_list(*_TARGET))
    made = []
    for one in ties:
        one.until = max(row.on, one.since)
        if tuple(getattr(one, name) for name in _TARGET) in there:
            continue
        fresh = Tie(official_id=row.successor_id, handover_id=row.pk, since=one.until, recorded_at=at)
        for name in _TARGET:
            setattr(fresh, name, getattr(one, name))
        made.append(fresh)
    Tie.objects.bulk_update(ties, ["until"])
    Tie.objects.bulk_create(made)


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

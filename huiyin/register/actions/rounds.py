"""Rounds of assignment: asked for, drawn up by the machine, looked at, changed by hand, confirmed (R-063 to R-069)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from huiyin.core import rulebook
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.links import Pairing
from huiyin.register.actions import announcements
from huiyin.register.actions.announcements import Changed
from huiyin.register.actions.handovers import Moved, tell_moved
from huiyin.register.events import (
    LinksAssigned,
    ProposalAdjusted,
    RoundAsked,
    RoundChanged,
    RoundCleared,
    RoundConfirmed,
    RoundDone,
    RoundProposed,
    RoundWithdrawn,
)
from huiyin.register.models import Link, LinkDraft, LinkProposal, LinkRound, Place
from huiyin.register.models.rounds import UNDER_WAY
from huiyin.register.queries import apart, drawing, round_lines, staff, ties
from huiyin.register.queries import rounds as asked
from huiyin.register.queries.days import today
from huiyin.register.rules.consents import need_tell

BATCH = 500
"""Households a transaction: with the links that end and those that begin, at most a thousand rows."""


@action
def ask(
    *, by: Viewer, at: datetime, programme: str, pairing: str, place_code: str = "", since: date | None = None
) -> UUID:
    """Ask for a round over a place (default: the county) from a day on (default: today). The machine draws it up.

    Raises Refused: pairing_unknown, round_of_sets, place_unknown, round_under_way, period_wrong.
    """
    by.need("register.edit")
    active = rulebook.current(at)
    links = drawing.page(by, active.version_id, programme)
    found = links.pairings.get(pairing) if links else None
    if found is None or not found.of_households():
        raise Refused("pairing_unknown", field="pairing")
    if found.must:
        raise Refused("round_of_sets", field="pairing")
    place = place_code or active.rulebook.county.code
    if not by.sees(place) or not Place.objects.filter(code=place, until=None).exists():
        raise Refused("place_unknown", field="place_code")
    day = today(by, at)
    if since is not None and since < day:
        raise Refused("period_wrong", field="since")
    if LinkRound.objects.filter(programme=programme, pairing=pairing, state__in=UNDER_WAY).exists():
        raise Refused("round_under_way")
    row = LinkRound(
        programme=programme,
        pairing=pairing,
        rulebook_id=active.version_id,
        place_code=place,
        since=since or day,
        asked_at=at,
        asked_by_id=by.person_id,
    )
    row.save(force_insert=True)
    record(RoundAsked(subject=str(row.pk), programme=programme, pairing=pairing, place_code=place), by=by, at=at)
    return row.pk


@action
def begin(*, by: Viewer, at: datetime, round_id: UUID, hand: UUID) -> None:
    """Begin to draw a round up: forget what an attempt that was cut off has written of a proposal. `hand` is a fresh
    id by which the parts that follow are known."""
    row = _round(by, round_id, "asked")
    LinkProposal.objects.filter(round=row).delete()
    LinkDraft.objects.update_or_create(round=row, defaults={"hand": hand, "at": at})


@dataclass(frozen=True)
class Line:
    """One household of a proposal."""

    household_id: UUID
    place_code: str
    official_id: UUID | None
    before_id: UUID | None


@action
def lay(*, by: Viewer, at: datetime, round_id: UUID, lines: Sequence[Line], hand: UUID) -> None:
    """Write some lines of a proposal down; nothing holds until `present`, which commits to all of them.

    Raises Missing; Refused: round_not_open, stale where somebody else has begun it anew.
    """
    row = _drawn(by, round_id, hand)
    LinkDraft.objects.filter(round=row).update(at=at)
    LinkProposal.objects.bulk_create(
        LinkProposal(
            round=row,
            household_id=line.household_id,
            place_code=line.place_code,
            official_id=line.official_id,
            before_id=line.before_id,
        )
        for line in lines
    )


@action
def present(
    *, by: Viewer, at: datetime, round_id: UUID, figures: dict[str, Any], shortages: list[dict[str, Any]], hand: UUID
) -> None:
    """All lines are there: show them, with their figures and the certificate. Raises as `lay`."""
    row = _drawn(by, round_id, hand)
    row.figures, row.shortages = figures, shortages
    row.state, row.proposed_at = "proposed", at
    row.digest = round_lines.digest(by, row)
    LinkDraft.objects.filter(round=row).delete()
    _save(row)
    fact = RoundProposed(
        subject=str(row.pk),
        households=figures["households"],
        uncovered=figures["uncovered"],
        kept=figures["kept"],
        digest=row.digest,
    )
    record(fact, by=by, at=at)


@action
def adjust(
    *, by: Viewer, at: datetime, round_id: UUID, household_id: UUID, official_id: UUID, seen: int | None = None
) -> None:
    """Choose another official for a household of a round that waits for confirmation.

    Raises Missing; Refused: round_not_open, stale, official_unknown, official_near, kept_apart, nothing_changed,
    tie_tier and tie_reach where the programme gives such officials or so far no such households, already_linked where
    they lead for the household that gets a second official beside them.
    """
    by.need("register.edit")
    row = _round(by, round_id, "proposed", seen)
    line = LinkProposal.objects.filter(round=row, household_id=household_id).exclude(asked.own(by)).first()
    if line is None or not by.sees(line.place_code):
        raise Missing
    if line.official_id == official_id:
        raise Refused("nothing_changed", field="official_id")
    if not staff.serving(by, row.since).filter(official_id=official_id).exists():
        raise Refused("official_unknown", field="official_id")
    apart.not_near(by, [official_id])
    if apart.is_apart(by, at, day=row.since, household_id=household_id, official_id=official_id):
        raise Refused("kept_apart", field="official_id")
    links, pairing = drawing.asked_under(by, row)
    ties.bears(by, links, pairing, official_id, [line.place_code], row.since)
    leading = drawing.leading(by, row.programme, [household_id]) if pairing.link == "supporting" else set()
    if (household_id, official_id) in leading:
        raise Refused("already_linked", field="official_id")
    if line.official_id is None:
        row.figures["uncovered"] -= 1
    _shift(row, line.official_id, official_id)
    before = str(line.official_id or "")
    line.official_id, line.by_hand = official_id, True
    line.save(update_fields=["official_id", "by_hand"])
    _save(row)
    fact = ProposalAdjusted(
        subject=str(row.pk), household=str(household_id), official=str(official_id), instead_of=before
    )
    record(fact, by=by, at=at)


@action
def confirm(*, by: Viewer, at: datetime, round_id: UUID, seen: int | None = None, tell: str = "moved") -> None:
    """Confirm a round as it stands; the machine then makes the links, and `tell` says who hears of it by SMS.

    Raises Missing; Refused: round_gaps while households the programme means to cover have nobody (R-063),
    round_not_open, stale, value_unknown (tell).

    Whether the lines are those that were presented and chosen is asked when the machine begins: it takes seconds.
    """
    by.need("register.edit")
    row = _round(by, round_id, "proposed", seen)
    figures = row.figures
    if figures["uncovered"] > (1 - _pairing(by, row).covers) * figures["households"]:
        raise Refused("round_gaps", count=figures["uncovered"])
    need_tell(tell)
    row.tell = tell
    row.state, row.confirmed_at, row.confirmed_by_id = "confirming", at, by.person_id
    _save(row)
    record(RoundConfirmed(subject=str(row.pk), digest=row.digest), by=by, at=at)


@action
def withdraw(*, by: Viewer, at: datetime, round_id: UUID, seen: int | None = None) -> None:
    """Give a round up while it has changed nothing."""
    by.need("register.edit")
    row = _round(by, round_id, "proposed", seen)
    row.state, row.ended_at = "withdrawn", at
    _save(row)
    record(RoundWithdrawn(subject=str(row.pk)), by=by, at=at)


@action
def carry_out(*, by: Viewer, at: datetime, round_id: UUID, most: int = BATCH) -> int:
    """Make the links of some households of a confirmed round; of the last ones, end the round. Returns how many.

    In one transaction a household's old link ends and its new one begins, so that it never has none and never two.
    Whoever may not be linked by now, or left service since, is held back, and so is a household that was handed over
    since; how many stands on the round's page. A round whose lines are not those that were presented and chosen by
    hand ends before the first of them.
    """
    row = _round(by, round_id, "confirming")
    if row.done == 0 and round_lines.digest(by, row) != row.digest:
        row.state, row.ended_at = "withdrawn", at
        row.figures["changed"] = True
        _save(row)
        record(RoundChanged(subject=str(row.pk)), by=by, at=at)
        return 0
    lines = list(LinkProposal.objects.filter(round=row, done=False).order_by("pk")[:most])
    if not lines:
        row.state, row.ended_at = "confirmed", at
        _save(row)
        if _pairing(by, row).link == "lead":
            tell_moved(by=by, at=at, moved=_moved(row), on=row.since)
        record(RoundDone(subject=str(row.pk), held_back=row.figures.get("held_back", 0)), by=by, at=at)
        return 0
    change = _change(by, at, row, lines)
    Link.objects.bulk_update(change.ended, ["until"])
    Link.objects.bulk_create(change.made)
    announcements.owe(by=by, at=at, cause_id=row.pk, changed=change.told, tell=row.tell)
    LinkProposal.objects.filter(pk__in=[line.pk for line in lines]).update(done=True)
    row.done += len(lines)
    row.figures["held_back"] = row.figures.get("held_back", 0) + change.held_back
    _save(row)
    fact = LinksAssigned(
        subject=str(row.pk),
        made=len(change.made),
        ended=len(change.ended),
        kept=change.kept,
        held_back=change.held_back,
    )
    record(fact, by=by, at=at)
    return len(lines)


@action
def clear(*, by: Viewer, at: datetime, round_id: UUID, most: int) -> int:
    """Erase some lines of a round that ended; with the last ones it is told. Returns how many."""
    row = LinkRound.objects.select_for_update().filter(pk=round_id, ended_at__isnull=False).first()
    if row is None:
        raise Refused("round_not_open")
    some = list(LinkProposal.objects.filter(round=row).order_by("pk").values_list("pk", flat=True)[:most])
    LinkProposal.objects.filter(pk__in=some).delete()
    row.figures["cleared"] = row.figures.get("cleared", 0) + len(some)
    _save(row)
    if some and not round_lines.left(by, row.pk):
        record(RoundCleared(subject=str(row.pk), lines=row.figures["cleared"]), by=by, at=at)
    return len(some)


@dataclass
class _Change:
    """What a batch does to links."""

    made: list[Link] = field(default_factory=list)
    ended: list[Link] = field(default_factory=list)
    kept: int = 0
    held_back: int = 0
    told: list[Changed] = field(default_factory=list)
    """Households whose lead is another now, or their first."""


def _change(by: Viewer, at: datetime, row: LinkRound, lines: Sequence[LinkProposal]) -> _Change:
    pairing = _pairing(by, row)
    homes = [line.household_id for line in lines]
    some = {line.official_id for line in lines if line.official_id}
    serving = frozenset(staff.serving(by, row.since).filter(official_id__in=some))
    never = apart.pairs(by, at, day=row.since, household_ids=homes)
    if pairing.link == "supporting":
        never |= drawing.leading(by, row.programme, homes)
    beside = _beside(row, pairing, lines)
    now_: dict[UUID, list[Link]] = {}
    for link in _links(row, pairing, homes):
        now_.setdefault(link.household_id or row.pk, []).append(link)
    change = _Change()
    for line in lines:
        theirs = now_.get(line.household_id, [])
        if line.official_id is None:
            continue
        if [link.official_id for link in theirs] == [line.official_id]:
            change.kept += 1
        elif (
            _passed_since(line, theirs)
            or line.official_id not in serving
            or (line.household_id, line.official_id) in never
        ):
            change.held_back += 1
        else:
            if pairing.link == "lead":
                before = theirs[0].official_id if theirs else None
                change.told.append(Changed(line.household_id, line.place_code, [row.programme], before, row.since))
            change.ended += _ended([*theirs, *beside.get((line.household_id, line.official_id), ())], row.since)
            change.made.append(_made(row, pairing, line, line.official_id, at))
    return change


def _passed_since(line: LinkProposal, theirs: Sequence[Link]) -> bool:
    """Whether a household was given somebody else since the round was drawn up: what was decided later stands."""
    there = {link.pk for link in theirs}
    return bool(there) if line.before_id is None else line.before_id not in there


def _moved(row: LinkRound) -> Iterable[Moved]:
    """Households whose lead this round changed, of those that were not held back."""
    given = Link.objects.filter(round_id=row.pk, household=OuterRef("household"), official=OuterRef("official"))
    rows = LinkProposal.objects.filter(Exists(given), round=row, before__until=row.since, official__isnull=False)
    changed = rows.exclude(official=F("before__official")).order_by("pk")
    for before, place, after in changed.values_list("before__official_id", "place_code", "official_id").iterator():
        if after is not None:
            yield Moved(before, place, after)


def _links(row: LinkRound, pairing: Pairing, homes: Collection[UUID]) -> Iterable[Link]:
    """Open links this round may end, locked against a hand-over at the same time."""
    kind = drawing.kind_of(row, pairing)
    rows = Link.objects.filter(kind, until=None, replaced_at=None, household_id__in=homes).order_by("pk")
    return rows.select_for_update(of=("self",))


def _beside(
    row: LinkRound, pairing: Pairing, lines: Sequence[LinkProposal]
) -> dict[tuple[UUID | None, UUID], list[Link]]:
    """Supporting links of those who are to lead the same household: whoever leads need not stand beside as well."""
    if pairing.link != "lead":
        return {}
    found: dict[tuple[UUID | None, UUID], list[Link]] = {}
    rows = Link.objects.filter(kind="supporting", programme=row.programme, until=None, replaced_at=None)
    for link in rows.filter(household_id__in=[line.household_id for line in lines]):
        found.setdefault((link.household_id, link.official_id), []).append(link)
    return found


def _ended(links: Iterable[Link], day: date) -> list[Link]:
    found = []
    for link in links:
        link.until = max(day, link.since)
        found.append(link)
    return found


def _made(row: LinkRound, pairing: Pairing, line: LinkProposal, official_id: UUID, at: datetime) -> Link:
    return Link(
        official_id=official_id,
        household_id=line.household_id,
        kind=pairing.link,
        origin="round",
        programme=row.programme,
        pairing=row.pairing,
        round_id=row.pk,
        since=row.since,
        recorded_at=at,
    )


def _pairing(by: Viewer, row: LinkRound) -> Pairing:
    return drawing.asked_under(by, row)[1]


def _round(by: Viewer, round_id: UUID, state: str, seen: int | None = None) -> LinkRound:
    """A round in a state, locked."""
    row = LinkRound.objects.select_for_update().filter(pk=round_id).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    if row.state != state:
        raise Refused("round_not_open")
    if seen is not None and seen != row.version:
        raise Refused("stale")
    return row


def _drawn(by: Viewer, round_id: UUID, hand: UUID) -> LinkRound:
    """A round that is being drawn up by this hand, locked."""
    row = _round(by, round_id, "asked")
    if not LinkDraft.objects.filter(round=row, hand=hand).exists():
        raise Refused("stale")
    return row


def _save(row: LinkRound) -> None:
    row.version += 1
    row.save()


def _shift(row: LinkRound, old: UUID | None, new: UUID) -> None:
    """Move a household from one official's load to another's in the round's figures."""
    loads: dict[str, dict[str, int]] = row.figures["loads"]
    tiers = dict(
        Official.objects.filter(pk__in=[one for one in (old, new) if one is not None]).values_list("pk", "tier")
    )
    for official, step in ((old, -1), (new, 1)):
        if official is None:
            continue
        count = LinkProposal.objects.filter(round=row, official_id=official).count()
        tier = tiers[official] if tiers[official] in loads else "any"
        table = loads.setdefault(tier, {})
        for load, delta in ((count, -1), (count + step, 1)):
            table[str(load)] = max(0, table.get(str(load), 0) + delta)

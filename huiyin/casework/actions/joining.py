"""The same thing said by several people: looked into once, answered to each (R-235, R-236).

A matter that follows another keeps everything of its own: its state, its clocks, its answer and the resident's word on
it. Nothing closes by being joined, and nothing becomes due later or earlier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from huiyin.casework.actions import books
from huiyin.casework.actions.intake import Opened, Words, open_matter
from huiyin.casework.actions.steps import ASSIGNS, find, take_step
from huiyin.casework.events import JointCrowded, MatterJoined, MatterSplit
from huiyin.casework.models import Joining, Matter
from huiyin.casework.rules import flow, joining
from huiyin.casework.rules.joining import Side
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.dimensions import DIMENSIONS
from huiyin.programme.schema.matters import Matters

STEP, APART = "join", "split"
FOLLOWS = ("accept", "classify", "assign")
"""Steps that bring a matter to where its lead is, as far as who joins them may take them."""


@dataclass(frozen=True, kw_only=True)
class Another:
    """One more resident of a joint matter. `slip` as with `Words`."""

    name: str
    phone: str = ""
    disclosure: str = "named"
    channel: str
    answer_by: str = ""
    spokesperson: bool = False
    slip: str = ""


@action
def join(*, by: Viewer, at: datetime, lead_id: UUID, member_id: UUID, reason: str = "", joint: bool = False) -> Joining:
    """Let a matter follow another; it comes to the same people where it is with nobody yet.

    Where its own flow does not let it come to them (its first visitor keeps it, it lacks what an assignment asks for)
    it follows all the same and stays where it is. Held and sealed matters join nothing. Raises Missing; Refused:
    not_allowed, and as `rules.joining.may_join`.
    """
    lead, member = _ordinary(by, lead_id), _ordinary(by, member_id)
    _may(by)
    why = text.normalise(reason, most=2000, field="reason")
    joining.may_join(lead=side_of(by, lead, at), member=side_of(by, member, at), reason=why)
    row = Joining(lead=lead, member=member, reason=why, joint=joint, by_id=by.person_id, at=at)
    tie(by, at, row, note=why)
    _bring(by, at, lead, member)
    _tell_if_crowded(by, at, lead)
    return row


@action
def bring(*, by: Viewer, at: datetime, lead_id: UUID) -> int:
    """Bring what follows a matter to the matter's people, as far as it is with nobody; gives how many came.

    Raises Missing; Refused: not_allowed, lead_unassigned, and where none came, why the first did not.
    """
    lead = _ordinary(by, lead_id)
    by.need("matter.assign")
    if lead.handler_id is None or lead.owner_body_id is None:
        raise Refused("lead_unassigned")
    follow = Joining.objects.filter(lead=lead, split_at__isnull=True).values("member_id")
    free = Matter.objects.visible_to(by).filter(id__in=follow, handler_id__isnull=True, closed_at__isnull=True)
    members = list(free.order_by("opened_at", "id"))
    why_not = [_bring(by, at, lead, member) for member in members]
    came = Matter.objects.filter(id__in=[one.id for one in members], handler_id__isnull=False).count()
    refused = next((one for one in why_not if one is not None), None)
    if refused is not None and not came:
        raise refused
    return came


@action
def split(*, by: Viewer, at: datetime, member_id: UUID, reason: str) -> Joining:
    """Let a matter go on by itself again; that it was joined stays in its history.

    Raises Missing; Refused: not_allowed, not_joined, needs_reason.
    """
    member = _ordinary(by, member_id)
    _may(by)
    row = Joining.objects.select_for_update().filter(member=member, split_at__isnull=True).first()
    if row is None or not Matter.objects.visible_to(by).filter(id=row.lead_id).exists():
        raise Refused("not_joined", field="code")
    why = text.normalise(reason, most=2000, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    untie(by, at, row, why)
    books.note_move(by=by, at=at, matter=member, step=APART, note=why)
    return row


@action
def add_resident(*, by: Viewer, at: datetime, lead_id: UUID, another: Another) -> Opened:
    """One more resident says the same: a matter of their own with the same words, a code and a proof, joined to it.

    Where its words turn out to be about somebody in office it is held like any other, and follows nobody.
    Raises Missing; Refused: not_allowed, join_lead_closed, join_chain, name_missing, and as `intake.open_matter`.
    """
    by.need("matter.open")
    lead = _ordinary(by, lead_id)
    if not another.name.strip() and another.disclosure != "anonymous":
        raise Refused("name_missing", field="name")
    opened = open_matter(
        by=by,
        at=at,
        words=Words(
            text=lead.text,
            subject=lead.title,
            channel=another.channel,
            place_code=lead.place_code,
            reporter_name=another.name,
            reporter_phone=another.phone,
            disclosure=another.disclosure,
            programme=lead.programme,
            kind=lead.kind,
            nature=lead.nature,
            topic=lead.topic,
            first_asked=by.person_id,
            answer_by=another.answer_by,
            slip=another.slip,
        ),
    )
    if opened.matter.held:
        return opened
    row = join(by=by, at=at, lead_id=lead.id, member_id=opened.matter.id, joint=True)
    if another.spokesperson:
        _speaks(row)
    opened.matter.refresh_from_db()
    return opened


@action
def answer_member(
    *,
    by: Viewer,
    at: datetime,
    member_id: UUID,
    reply: str,
    public_text: str = "",
    more: Mapping[str, str] | None = None,
) -> Matter:
    """Answer a matter that follows another, as its own answer to its own resident; its lead has to be answered first.

    `more` is the prose its flow or its class asks for besides: cause, basis, explained_by, view.

    Raises Missing; Refused: not_joined, lead_not_answered, and as the steps `take` and `answer`.
    """
    member = find(by, member_id)
    row = Joining.objects.filter(member=member, split_at__isnull=True).select_related("lead").first()
    if row is None or not Matter.objects.visible_to(by).filter(id=row.lead_id).exists():
        raise Refused("not_joined", field="code")
    if row.lead.answered_at is None:
        raise Refused("lead_not_answered")
    line = version(member.rulebook_id).flow(member.programme, member.kind)
    if line.taking("answer", member.state) is None and line.taking("take", member.state) is not None:
        take_step(by=by, at=at, matter_id=member.id, step="take", given={})
    given = {**(more or {}), "reply": reply, "public_text": public_text}
    return take_step(by=by, at=at, matter_id=member.id, step="answer", given=given)


def _may(by: Viewer) -> None:
    if not by.may("matter.assign"):
        by.need("matter.classify")


def _ordinary(by: Viewer, matter_id: UUID) -> Matter:
    """The matter, locked, if it is an ordinary one in sight. What lies aside is as absent as anything."""
    matter = find(by, matter_id)
    if matter.held or matter.sealed:
        raise Missing
    return matter


def tie(by: Viewer, at: datetime, row: Joining, *, note: str) -> None:
    """Keep and tell that a locked matter follows another. Part of an action that has asked whether it may."""
    row.save(force_insert=True)
    books.note_move(by=by, at=at, matter=row.member, step=STEP, note=note)
    record(MatterJoined(subject=str(row.member_id), joint=row.joint), by=by, at=at)


def untie(by: Viewer, at: datetime, row: Joining, why: str) -> None:
    """Keep and tell that a matter follows no more; the step is noted by the caller, where the matter goes on."""
    row.split_at, row.split_by_id, row.split_reason = at, by.person_id, why
    row.save()
    record(MatterSplit(subject=str(row.member_id)), by=by, at=at)


def side_of(by: Viewer, matter: Matter, at: datetime) -> Side:
    """One of two matters as the facts that decide about joining; one query, and who is excluded."""
    rows = Joining.objects.filter(Q(member=matter) | Q(lead=matter), split_at__isnull=True)
    both = list(rows.values_list("lead_id", "member_id"))
    parts = {getattr(matter, f"{part}_id") for part in flow.PARTS}
    return Side(
        id=matter.id,
        place_code=matter.place_code,
        closed=matter.closed_at is not None,
        follows=next((lead for lead, member in both if member == matter.id), None),
        leads=any(lead == matter.id for lead, _ in both),
        parts=frozenset(one for one in parts if one is not None),
        excluded=books.excluded(by, matter, at),
    )


def _bring(by: Viewer, at: datetime, lead: Matter, member: Matter) -> Refused | None:
    """Bring the member to the lead's people by its own flow, as far as it is with nobody and the viewer may.

    Gives why it came no further, where its flow or what is at hand does not let it; what it came so far stays.
    """
    page = version(member.rulebook_id).matters(member.programme)
    line, given = page.flow_of(member.kind), _as_the_lead(page, lead, member, at)
    state = member.state
    for name in FOLLOWS:
        step = line.taking(name, state)
        if step is None or step.by is None or not by.may(step.by) or name not in given:
            continue
        try:
            with transaction.atomic():
                state = take_step(by=by, at=at, matter_id=member.id, step=name, given=given[name]).state
        except Refused as refused:
            return refused
    return None


def _as_the_lead(page: Matters, lead: Matter, member: Matter, at: datetime) -> dict[str, dict[str, Any]]:
    """What is at hand for each step that brings a member along: the lead's own, as far as it is known and holds."""
    classes: dict[str, Any] = {
        name: getattr(member, name) or getattr(lead, name) for name in DIMENSIONS if name != "way"
    }
    given: dict[str, dict[str, Any]] = {"accept": {}}
    owned = lead.owner_body_id is not None and lead.handler_id is not None
    way = _way_to_hand(page, lead.way) if owned else lead.way
    if way and lead.topic:
        given["classify"] = {**classes, "way": way}
    if owned:
        last = lead.moves.filter(step__in=ASSIGNS).order_by("-seq").first()
        ahead = lead.deadline_on is not None and lead.deadline_on > at.astimezone(_zone(lead)).date()
        parts = {"owner": lead.owner_body_id, "handler": lead.handler_id, "supervisor": lead.supervisor_id}
        plan = last.data.get("plan") if last is not None else None
        given["assign"] = {**classes, **parts, "plan": plan, "deadline": lead.deadline_on if ahead else None}
    return given


def _way_to_hand(page: Matters, way: str) -> str:
    """The lead's way, if it is one by which a matter is assigned; else the first that is: a leader who instructed the
    lead has not seen the member.
    """
    known = page.ways.get(way)
    if known is None or known.step in ("assign", "take"):
        return way
    return next((name for name, one in page.ways.items() if one.step == "assign" and not one.sealed), way)


def _zone(matter: Matter) -> ZoneInfo:
    return version(matter.rulebook_id).county.tz


def _tell_if_crowded(by: Viewer, at: datetime, lead: Matter) -> None:
    """Tell once, when so many residents have come together as the programme says."""
    rule = version(lead.rulebook_id).matters(lead.programme).joint
    together = Joining.objects.filter(lead=lead, split_at__isnull=True)
    residents = 1 + together.filter(member__held=False, member__sealed=False).count()  # no other would tell of it
    if residents == rule.tell_from:
        record(JointCrowded(subject=str(lead.id), residents=residents), by=by, at=at)


def _speaks(row: Joining) -> None:
    """One speaks for all of a joint matter."""
    for other in Joining.objects.filter(lead=row.lead, spokesperson=True, split_at__isnull=True):
        other.spokesperson = False
        other.save()
    row.spokesperson = True
    row.save()

"""Every step of a matter, whatever the programme: one engine, the flow is data (R-171 to R-182, R-188 to R-190)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from huiyin.casework.actions import approved, books, calling, first_calls, promising
from huiyin.casework.actions.hand import Hand
from huiyin.casework.actions.holding import hold_if_class_is_held
from huiyin.casework.events import MatterAnswered
from huiyin.casework.models import Clock, Matter, Move, Reply
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries.books import PAUSE_OVER, actor_of, standing_of
from huiyin.casework.queries.track import HEARD
from huiyin.casework.rules import clocks, dismissing, flow, levels
from huiyin.casework.rules.clocks import Dims
from huiyin.casework.rules.flow import Decision, Standing
from huiyin.casework.rules.shares import may_own
from huiyin.core import four_eyes, search, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.questions import whole
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import resumed, stood
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.dimensions import DIMENSIONS, Dimension
from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.queries import conflict, staff

WRITTEN = (
    *("note", "reason", "minutes", "participants", "instruction", "outcome", "promise", "question"),
    *("plan", "cause", "basis", "explained_by", "view"),
)
"""Needs that are prose; they stand in the move."""

DATES = ("review_date", "until", "promised_on", "deadline")

ASSIGNS = ("assign", "instruct", "decide")
"""Steps that give a matter to a body with one named handler."""

HANDLES = "matter.accept"
"""The verb of whoever may be a handler."""

LEADERS_OWN = frozenset({"instruct", "send_back"})
"""What a leader does with what lies before them; `shares` keeps their words."""

APART = frozenset({"deliver", "call_back", "close", "reopen", "extend", "retain", "instruct", "number"})
"""Steps with an action of their own, which asks for more than a flow can: see `feedback`, `extensions`, `retaining`,
`shares` and `supervision`."""


@action
def take_step(
    *,
    by: Viewer,
    at: datetime,
    matter_id: UUID,
    step: str,
    given: Mapping[str, Any],
    seen: int | None = None,
    since: datetime | None = None,
) -> Matter:
    """Take a matter one step along its flow, in the version of the rulebook it was opened under.

    `given`: owner (body id), handler, supervisor, caller (person ids), the dimensions and level (names of the
    programme), reply, public_text, note, reason, review_date, until, deadline (dates), and the prose of `WRITTEN`.
    `seen` is the version the person looked at, `since` the moment that clocks which begin count from, where it is an
    earlier one than now: of words on paper the day on it. What is newly classed as about officials is held from then
    on (SG-01).
    Raises Missing; Refused as `rules.flow.take_step`, `rules.clocks.start` and `stale`.
    """
    if step in APART:
        raise Refused("step_unknown", step=step)
    matter = find(by, matter_id, seen, back=step == "transfer")
    if step == "send_back" and matter.state == "submitted":
        raise Refused("not_your_instruction")  # only the leader it lies before gives it back: `shares.give_back`
    return advance(by=by, at=at, matter=matter, step=step, given=given, since=since)


def find(by: Viewer, matter_id: UUID, seen: int | None = None, *, back: bool = False) -> Matter:
    """The matter, locked. No row, no such matter, whatever the reason.

    Who handles it and is family of a side can only hand it back (`back`): Refused("conflict_excluded") (R-221).
    """
    found = whole("steps.find", _locked, by if by.everything else conflict.stood(by), matter_id)
    matter = found[0] if found else None
    if matter is None:
        rows = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id)
        theirs = rows.to_hand_back(by).first()
        if theirs is None:
            raise Missing
        if not back:
            raise Refused("conflict_excluded")
        matter = theirs
    if seen is not None and seen != matter.version:
        raise Refused("stale")
    return matter


def _locked(viewer: Viewer, matter_id: UUID) -> MatterQuerySet:
    rows = Matter.objects.all() if viewer.everything else Matter.objects.reachable_by(viewer)
    return rows.select_for_update(of=("self",)).filter(id=matter_id)


def advance(
    *,
    by: Viewer,
    at: datetime,
    matter: Matter,
    step: str,
    given: Mapping[str, Any],
    resident: bool = False,
    verbs: frozenset[str] = frozenset(),
    hand: Hand | None = None,
    since: datetime | None = None,
    agreed: bool = False,
    met: datetime | None = None,
) -> Matter:
    """Decide, keep and tell one step of a locked matter. For the actions of this room.

    `verbs` are those the calling action has checked in its own way; `hand` holds this matter with others; `agreed`: a
    second person has consented to ending a complaint so (`dismissing`); clocks are met at `met` where what they wait
    for was done before it was known. Raises Refused("complaint_needs_two").
    """
    hand = hand or Hand([matter])
    rulebook = version(matter.rulebook_id)
    page = rulebook.matters(matter.programme)
    clean = tidy(given)
    actor = actor_of(by, resident=resident, verbs=verbs)
    opened = calling.called(by, at, matter, step, clean)
    _may_level(by, matter, step, rulebook)
    decision = flow.take_step(
        matters=page, standing=standing(by, matter, clean, at, step, hand), name=step, actor=actor, given=clean
    )
    _by_two(matter, step, agreed=agreed)
    classed = _classed(matter, page, clean)
    for name, value in classed.items():
        setattr(matter, name, value)
    if step == "answer":
        approved.require(by=by, at=at, matter=matter, given=clean)
    _apply(matter, decision, clean, by, at, hand)
    if step in levels.CLIMBS:
        matter.level = levels.following(rulebook.county.ladder, matter.level) or matter.level
    move = _move(matter, decision, clean, by, at, hand.next_seq(matter))
    day = _pause_day(clean, rulebook, at) if step == "pause" else None
    _wind(matter, page, rulebook, step, at, hand, until=day, deadline=_day(clean), since=since or at, met=met or at)
    if matter.locked:
        _only_who_handles(matter)
    matter.version += 1
    hold_if_class_is_held(matter, page, classed)
    _keep(hand, matter, move)
    calling.keep(by, at, matter, opened)
    if decision.source == "retained" and decision.target != decision.source:
        calling.looked_at(by, at, matter)
    if decision.source == "submitted" and decision.target != decision.source and step not in LEADERS_OWN:
        calling.lies_no_more(by, at, matter)
    if clean.get("reply"):
        write_reply(matter, clean, by, at)
    record(books.moved(matter, move), by=by, at=at)
    return matter


def _by_two(matter: Matter, step: str, *, agreed: bool) -> None:
    """A complaint ends without being looked into by two people only."""
    complaint = dismissing.is_complaint(sealed=matter.sealed, held_why=matter.held_why)
    if complaint and step in dismissing.DISMISSES and not agreed:
        raise Refused("complaint_needs_two")


def _keep(hand: Hand, matter: Matter, move: Move) -> None:
    """Write the matter and its move."""
    if matter.held:
        with looking_as(OPEN):  # whoever classed it may not read it from now on
            matter.save()
    else:
        hand.change(matter)
    hand.add(move)


def _only_who_handles(matter: Matter) -> None:
    """Whoever handles a locked matter no longer has its key no longer; custodians keep theirs."""
    for key in matter.sealed_keys.filter(holder__custodian=False).select_related("holder"):
        if key.holder.person_id != matter.handler_id:
            key.delete()


def _may_level(by: Viewer, matter: Matter, step: str, rulebook: Rulebook) -> None:
    """Whether there is a level above, and whether the answer to an application comes from it."""
    ladder, roles = rulebook.county.ladder, rulebook.county.roles
    if step == "apply":
        levels.may_apply(ladder, matter.level)
    elif step in ("take_up", "send_back") and matter.state == "applied" and not by.everything:
        stands = [roles[name].level for name in by.roles if name in roles]
        own = not four_eyes.is_another(by, four_eyes.hands(matter.id, [matter.handler_id]))
        levels.may_decide(ladder, matter.level, stands, own=own)


def _pause_day(given: Mapping[str, Any], rulebook: Rulebook, at: datetime) -> date | None:
    """The day on which a pause ends by itself. Raises Refused("pause_end_past")."""
    until: date | None = given.get("until")
    if until is not None and until <= at.astimezone(rulebook.county.tz).date():
        raise Refused("pause_end_past", field="until")
    return until


def standing(
    by: Viewer, matter: Matter, given: Mapping[str, Any], at: datetime, step: str = "", hand: Hand | None = None
) -> Standing:
    """The matter as plain facts for a rule, with who may not be given a part in it."""
    taken = _steps(matter) if step in ("transfer", "archive") else ()
    plain, first = standing_of(matter, taken), matter.first_asked_id
    stays = version(matter.rulebook_id).flow(matter.programme, matter.kind).owner_rule == "first_visitor_to_close"
    named = stays or any(given.get(part) for part in flow.PARTS)
    if stays and first is not None and not staff.bodies_of(by, [first], at, verb=HANDLES).get(first):
        # Who left the service visits nobody any more, and a clerk at the telephone or the letter-box never did.
        first = None
    hand = hand or Hand([matter])
    excluded = hand.excluded(by, matter, at) if named else by.persons & hand.family(by, matter, at)
    stood = hand.stood(matter) if by.person_id is not None else frozenset()
    return replace(plain, first_asked=first, excluded=excluded, stood=stood)


def _steps(matter: Matter) -> list[str]:
    return list(matter.moves.order_by("seq").values_list("step", flat=True))


def tidy(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, with prose cleaned; empty things left out. Raises Refused for unreadable or endless text."""
    clean = {key: value for key, value in given.items() if value not in (None, "", [], ())}
    for key in (*WRITTEN, "reply", "public_text"):
        if key in clean:
            clean[key] = text.normalise(str(clean[key]), most=5000, field=key)
    return {key: value for key, value in clean.items() if value != ""}


def _apply(matter: Matter, decision: Decision, given: Mapping[str, Any], by: Viewer, at: datetime, hand: Hand) -> None:
    """The columns a step changes."""
    matter.way = decision.way
    for part, person in decision.parts.items():
        setattr(matter, f"{part}_id", person)
    name = decision.step.name
    if name in ASSIGNS:
        body = hand.body(by, given["owner"])
        may_own(version(matter.rulebook_id).matters(matter.programme), matter.topic, body.name)
        _not_the_judges(matter, body.id)
        matter.owner_body_id, matter.level = body.id, levels.handled_at(matter.level, books.level(body.place_code))
    elif name == "transfer":
        matter.owner_body_id = matter.handler_id = None
    elif name == "take":
        matter.owner_body_id = matter.owner_body_id or _own_unit(matter, by, hand)
    elif name == "answer":
        # A direct answer: who answers is the handler.
        matter.handler_id = matter.handler_id or by.person_id
        matter.answered_at = at
    _turn(matter, decision, at)


def _own_unit(matter: Matter, by: Viewer, hand: Hand) -> UUID | None:
    """A first visitor takes a matter for their own unit: nobody has assigned it (R-190). Raises body_apart."""
    own = next(iter(by.body_ids), None)
    if own is not None:
        may_own(version(matter.rulebook_id).matters(matter.programme), matter.topic, hand.body(by, own).name)
    return own


def _turn(matter: Matter, decision: Decision, at: datetime) -> None:
    """The state, and with it whether the matter is at its end."""
    if decision.target == decision.source:
        return
    matter.before, matter.state = decision.source, decision.target
    if decision.target in _final(matter):
        matter.closed_at = at
        search.settle("matter", matter.id, current=False)
    elif decision.step.name == "reopen":
        matter.closed_at, matter.answered_at, matter.deadline_on = None, None, None
        matter.withdraw_at = None  # asked before the answer it is taken up again after: it ends nothing any more
        matter.reopened += 1
        search.settle("matter", matter.id, current=True)
        books.make_ordinary(matter)


def _final(matter: Matter) -> tuple[str, ...]:
    return version(matter.rulebook_id).flow(matter.programme, matter.kind).final


def _classed(matter: Matter, page: Matters, given: Mapping[str, Any]) -> dict[str, str]:
    """The dimensions this step sets anew. Raises Refused("<dimension>_unknown")."""
    said = {name: str(given[name]) for name in (*DIMENSIONS, "level") if name != "way" and given.get(name)}
    changed = {name: value for name, value in said.items() if getattr(matter, name) != value}
    for name, value in changed.items():
        if value not in known_values(matter, page, name):
            raise Refused(f"{name}_unknown", field=name)
    return changed


def known_values(matter: Matter, page: Matters, name: str) -> Collection[str]:
    """What a dimension, or the level, may be for a matter."""
    if name == "level":
        return version(matter.rulebook_id).county.ladder
    if name == "nature":
        return page.kinds[matter.kind].natures or tuple(page.natures)
    return page.values(cast(Dimension, name))


def _day(given: Mapping[str, Any]) -> date | None:
    """The day named with a step, however it came."""
    named = given.get("deadline")
    return named if named is None or isinstance(named, date) else date.fromisoformat(str(named))


def _not_the_judges(matter: Matter, body_id: UUID) -> None:
    """A body that decided whether an appeal is reasonable does not handle it afterwards (SG-34)."""
    if matter.reasonable is None:
        return
    judges = matter.determinations.values_list("body_ids", flat=True)
    if str(body_id) in {one for bodies in judges for one in bodies}:
        raise Refused("judge_same_body", field="owner")


def _move(matter: Matter, decision: Decision, given: Mapping[str, Any], by: Viewer, at: datetime, seq: int) -> Move:
    kept = {key: str(given[key]) for key in (*DATES, *WRITTEN[2:], HEARD, PAUSE_OVER) if given.get(key)}
    for key in (*DIMENSIONS, "level", "supervisor", "leader", "pause_reason", "clock"):
        if given.get(key):
            kept[key] = str(given[key])
    if given.get("bodies"):
        kept["bodies"] = ",".join(map(str, given["bodies"]))
    return Move(
        matter=matter,
        seq=seq,
        step=decision.step.name,
        source=decision.source,
        target=decision.target,
        at=at,
        by_id=by.person_id,
        on_behalf_of_id=by.on_behalf_of,
        by_name=by.name,
        body_id=matter.owner_body_id if decision.step.name in ASSIGNS else None,
        person_id=matter.handler_id if decision.step.name in (*ASSIGNS, "take") else None,
        note="" if PAUSE_OVER in kept else str(given.get("note", "")),
        reason=str(given.get("reason", "")),
        data=kept,
    )


def _wind(
    matter: Matter,
    page: Matters,
    rulebook: Rulebook,
    step: str,
    at: datetime,
    hand: Hand,
    *,
    until: date | None = None,
    deadline: date | None = None,
    since: datetime,
    met: datetime,
) -> None:
    """Start (from `since` on), meet (at `met`), end, stop and restart clocks; keep the nearest due date for lists."""
    rows = hand.clocks(matter)
    rung = levels.rung(rulebook.county.ladder, matter.level)
    dims = Dims(kind=matter.kind, way=matter.way, nature=matter.nature, level=matter.level, rung=rung)
    effect = clocks.effects(
        matters=page,
        dims=dims,
        step=step,
        running=[row.name for row in rows],
        at=since,
        zone=rulebook.county.tz,
        days=books.days(),
        deadline=deadline,
    )
    if any(page.clocks[begun.name].agreed for begun in effect.starts):
        matter.deadline_on = deadline
    for row in rows:
        if row.name in effect.met:
            row.met_at = met
            hand.change(row)
        elif row.name in effect.ended:
            row.ended_at = at
            hand.change(row)
        elif _pause(row, page, step, rulebook, at, until) or _tighten(row, page, dims, rulebook):
            hand.change(row)
    fresh = [books.clock(matter, begun, since) for begun in effect.starts]
    hand.add(*fresh)
    keep_due(matter, [row for row in rows if row.met_at is None and row.ended_at is None] + fresh, at)


def _pause(row: Clock, page: Matters, step: str, rulebook: Rulebook, at: datetime, until: date | None) -> bool:
    """Stop or restart a clock for the steps its programme names; given back as it counts, never more than allowed.

    Raises Refused("pause_used_up") where somebody wants to stop a clock that may not stand still any longer; that a
    resident is asked for more stops it no more, but may always be done.
    """
    rule, zone = page.clocks[row.name].pause, rulebook.county.tz
    if rule is None:
        return False
    if step in rule.on and row.paused_at is None:
        end = clocks.pause_end(rule, used=row.pause_used, until=until, at=at, zone=zone, days=books.days())
        if end is None and step == "pause":
            raise Refused("pause_used_up")
        row.paused_at, row.pause_until = (at, end) if end is not None else (None, None)
        return end is not None
    if row.paused_at is not None and step in rule.until:
        back = min(at, row.pause_until or at)
        moved = resumed(row.due_at, row.paused_at, back, row.unit, zone, books.days())
        row.pause_used += stood(row.paused_at, back, row.unit, zone, books.days())
        row.warn_at += moved - row.due_at
        row.due_at, row.paused_at, row.pause_until = moved, None, None
        return True
    return False


def _tighten(row: Clock, page: Matters, dims: Dims, rulebook: Rulebook) -> bool:
    """What the matter is called now may be due earlier, never later (trust.md S17); what was granted stays granted."""
    again = clocks.stricter(
        page.clocks[row.name],
        dims,
        started_at=row.started_at,
        first_due_at=row.first_due_at,
        zone=rulebook.county.tz,
        days=books.days(),
    )
    if again is None:
        return False
    granted = max(row.due_at - row.first_due_at, timedelta())  # an earlier day that a leader set is nothing granted
    row.amount, row.unit, row.provisional = again.limit.amount, again.limit.unit, again.due.provisional
    row.warn_at = min(again.warn_at + granted, row.warn_at)
    row.first_due_at, row.due_at = again.due.at, min(again.due.at + granted, row.due_at)
    return True


def keep_due(matter: Matter, running: list[Clock], at: datetime) -> None:
    """The nearest due date of running clocks, for lists."""
    nearest = min(running, key=lambda row: row.due_at, default=None)
    matter.due_at = nearest.due_at if nearest else None
    matter.due_provisional = any(row.provisional for row in running)
    matter.order_at = matter.due_at or at


def write_reply(matter: Matter, given: Mapping[str, Any], by: Viewer, at: datetime) -> None:
    """An answer is written once; a better one is another row. A click is `sent`, not delivered."""
    reply = Reply(
        matter=matter,
        text=str(given["reply"]),
        public_text=str(given.get("public_text", "")),
        by_id=by.person_id,
        at=at,
        sent_at=at,
    )
    reply.save(force_insert=True)
    promising.keep(by=by, at=at, matter=matter, reply=reply, given=given)
    first_calls.choose(by, at, matter, reply)
    record(MatterAnswered(subject=str(matter.id), reply=str(reply.id)), by=by, at=at)

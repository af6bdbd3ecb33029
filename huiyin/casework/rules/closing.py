"""When a matter is truly finished: the resident's word, or attempts enough to reach them (R-178, R-209, SG-32)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, get_args
from zoneinfo import ZoneInfo

from huiyin.programme.clock import WorkingDays, due
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import CallBack, Closing, Reopen
from huiyin.programme.schema.replies import CallMeaning, Calls
from huiyin.programme.schema.rulebook import Rulebook

REACHED, CALL_AGAIN, WRONG_NUMBER, ANOTHER_CALLER = "reached", "call_again", "wrong_number", "another_caller"
OUTCOMES: tuple[str, ...] = get_args(CallMeaning)
"""How an attempt ended, as far as anything hangs on it; a programme may call them otherwise and tell more apart."""
TAKEN_BACK = "taken_back"
"""What an attempt is once its caller took it back as a mistake: it counts as none."""
SOLVED = ("yes", "part", "no", "unsure")
PARTS = ("contacted", "true", "solved")
"""Parts of a closing a resident may not know; how satisfied they are they may only keep to themselves."""


ANSWERED = (REACHED, CALL_AGAIN, ANOTHER_CALLER)
"""Somebody was there: no attempt that stands in for the resident's word."""
MISSED = tuple(outcome for outcome in OUTCOMES if outcome not in ANSWERED)
"""Nobody was there, or nobody who would speak."""
ASKED_APART = (REACHED, *MISSED)
"""How an attempt may end that asks about a promise, or once more: nobody is passed on or put off there."""
AGAIN_MOST = timedelta(days=30)
NAMED_FOR = timedelta(hours=1)
"""So long after a time that a resident named they expect to be rung, also at night."""
BACK_WITHIN = timedelta(minutes=10)
"""So long a caller may take back what they wrote down by mistake."""


@dataclass(frozen=True)
class Attempt:
    """One recorded attempt to reach the resident."""

    at: datetime
    day: date
    part: str
    outcome: str
    again_at: datetime | None = None
    counts: bool = True
    """Whether it may stand in for the resident's word where nobody was there."""


class Made(Protocol):
    """A row of an attempt."""

    at: datetime
    local_day: date
    day_part: str
    outcome: str
    again_at: datetime | None


def attempts_of(calls: Calls, zone: ZoneInfo, rows: Iterable[Made]) -> list[Attempt]:
    """Rows of attempts, oldest first, as rules need them. Outside the hours in which residents are rung none counts,
    unless they had named that time: who rings at two in the morning has not tried to reach anybody.
    """
    found: list[Attempt] = []
    named: datetime | None = None
    for one in rows:
        wanted = named is not None and timedelta() <= one.at - named < NAMED_FOR
        counts = wanted or rests_until(calls, one.at, zone) is None
        found.append(Attempt(one.at, one.local_day, one.day_part, one.outcome, one.again_at, counts))
        named = one.again_at
    return found


@dataclass(frozen=True)
class Ended:
    """How an attempt ended: what it counts as, and the programme's own name of it, empty where it has none."""

    meaning: str
    code: str


def ended(calls: Calls, given: str, among: Collection[str] = OUTCOMES) -> Ended:
    """What was written down, by the programme's outcomes or, where it names none, by the product's.

    Raises Refused: value_unknown.
    """
    own = calls.outcome(given)
    found = Ended(own.meaning, own.name) if own else Ended("" if calls.outcomes else given, "")
    if found.meaning not in among:
        raise Refused("value_unknown", field="outcome")
    return found


def day_part(hour: int) -> str:
    """morning until 12, afternoon until 18, evening after; hours are the county's."""
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def may_attempt(rule: CallBack, attempts: Sequence[Attempt], at: datetime) -> None:
    """Refuse an attempt too soon after the last one; the time a resident named themselves is never too soon."""
    if attempts and at < _allowed(rule, attempts[-1]):
        raise Refused("attempt_too_soon", hours=rule.gap_hours)


def next_attempt(rule: CallBack, attempts: Sequence[Attempt], at: datetime) -> datetime | None:
    """From when another attempt should be made, the time the resident named included; None for at once."""
    if not attempts:
        return None
    last = attempts[-1]
    wanted = last.again_at or _allowed(rule, last)
    return wanted if wanted > at else None


def ring_from(
    rule: CallBack, calls: Calls, attempts: Sequence[Attempt], at: datetime, zone: ZoneInfo
) -> datetime | None:
    """From when a resident is to be rung: as `next_attempt`, and within the hours in which residents are rung unless
    they named the time themselves; None for at once."""
    wanted = next_attempt(rule, attempts, at)
    named = attempts[-1].again_at if attempts else None
    if named is not None and (wanted == named or (wanted is None and at - named < NAMED_FOR)):
        return wanted
    return rests_until(calls, wanted or at, zone) or wanted


def rests_until(calls: Calls, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When residents are rung again where a moment lies outside the hours for it; None within them."""
    local = at.astimezone(zone)
    if calls.from_hour <= local.hour < calls.until_hour:
        return None
    day = local.date() + timedelta(days=local.hour >= calls.until_hour)
    return datetime.combine(day, time(calls.from_hour), zone).astimezone(UTC)


def rings_again(book: Rulebook, at: datetime) -> datetime | None:
    """When the first programme in force rings residents again; None where one of them rings them at this moment."""
    zone = book.county.tz
    found = [rests_until(book.replies(name).calls, at, zone) for name in book.programmes]
    rests = [one for one in found if one is not None]
    return min(rests) if len(rests) == len(found) else None


def _allowed(rule: CallBack, last: Attempt) -> datetime:
    if last.outcome == ANOTHER_CALLER:
        return last.at  # they answered, and wait for somebody they can talk with
    gap = last.at + timedelta(hours=rule.gap_hours)
    return min(gap, last.again_at) if last.again_at else gap


def longest_gap(book: Rulebook) -> timedelta:
    """The longest that any flow in force lets pass between two attempts: after it everybody may be rung again."""
    flows = (flow for one in book.programmes.values() for flow in one.matters.flows.values())
    return timedelta(hours=max((flow.callback.gap_hours for flow in flows), default=0))


def again(
    outcome: str, again_at: datetime | None, at: datetime, *, calls: Calls, attempts: Sequence[Attempt]
) -> datetime | None:
    """The time a resident wants to be rung at, where that is how an attempt ended; `attempts` are those before it.

    Nobody is put off for ever: a matter about which another call is always promised is never asked about.
    Raises Refused: again_spent, needs_again_at, again_past, again_far.
    """
    if outcome != CALL_AGAIN:
        return None
    if sum(attempt.outcome == CALL_AGAIN for attempt in attempts) >= calls.put_off:
        raise Refused("again_spent", field="outcome", times=calls.put_off)
    if again_at is None:
        raise Refused("needs_again_at", field="again_at")
    if again_at <= at:
        raise Refused("again_past", field="again_at")
    if again_at - at > AGAIN_MOST:
        raise Refused("again_far", field="again_at")
    return again_at


def number_missing(attempts: Sequence[Attempt], numbers: int) -> bool:
    """Whether there is no number, or each was found to be wrong: ringing reaches nobody."""
    return sum(attempt.outcome == WRONG_NUMBER for attempt in attempts) >= numbers


def may_take_back(*, outcome: str, made_at: datetime, at: datetime, followed: bool) -> None:
    """Refuse to take an attempt back once something came of it, or too late.

    What a resident said is theirs, and not taken back by who wrote it down. `followed`: the matter is not where the
    attempt left it. Raises Refused: call_followed, call_back_late.
    """
    if outcome == REACHED or followed:
        raise Refused("call_followed")
    if at - made_at > BACK_WITHIN:
        raise Refused("call_back_late", minutes=int(BACK_WITHIN.total_seconds()) // 60)


def standing_in(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Those in which nobody was there, and which count."""
    return [attempt for attempt in attempts if attempt.outcome not in ANSWERED and attempt.counts]


def exhausted(closing: Closing, attempts: Sequence[Attempt]) -> bool:
    """Whether the attempts stand in for the resident's word: enough of them, over parts of the day and days."""
    missed = standing_in(attempts)
    parts = {attempt.part for attempt in missed}
    days = {attempt.day for attempt in missed}
    return len(missed) >= closing.attempts and len(parts) >= closing.day_parts and len(days) >= closing.days


def may_close(*, closing: Closing, delivered: bool, word: str, attempts: Sequence[Attempt]) -> None:
    """Refuse to close without a delivered answer, or without the resident's word or attempts enough.

    `word` is the resident's last "solved" since the reply ("" if none). Raises Refused: reply_not_delivered,
    needs_word, attempts_missing.
    """
    if not delivered and not exhausted(closing, attempts):
        raise Refused("reply_not_delivered")
    if word == "no":
        raise Refused("needs_word")
    if word in ("", "unsure") and not exhausted(closing, attempts):
        raise Refused("attempts_missing", missing=max(closing.attempts - len(standing_in(attempts)), 1))


def may_reopen(rule: Reopen, closed_at: datetime, at: datetime, zone: ZoneInfo) -> None:
    """Refuse to take up a matter that ended too long ago: its words become a new one, joined to it."""
    until = due(closed_at, rule.within, zone, WorkingDays((), ())).at
    if at >= until:
        raise Refused("reopen_too_late", until=until.astimezone(zone).date().isoformat())


def counts_as_solved(*, way_counts: bool, word: str) -> bool:
    """Solved only on a way that can solve, and only if the resident said so (SG-33)."""
    return way_counts and word == "yes"

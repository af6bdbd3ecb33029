"""Who held a matter when, and what had been promised on a day: from its moves and deadlines alone (R-406)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from huiyin.casework.rules.waits import waits

HELD = frozenset({"taking", "handling"})
"""While it waits for these, it lies with whom it was assigned to."""


@dataclass(frozen=True)
class Taken:
    """A step as it was taken; `body` and `person` are whom it gave the matter to, empty where it gave it to nobody."""

    at: datetime
    step: str
    target: str
    body: str = ""
    person: str = ""


@dataclass(frozen=True)
class Hand:
    """A time in which a matter lay with somebody: from_ <= moment < until, open while it still does. `waits` is a key
    of the label group `waits`, or `over` once it was at its end.
    """

    from_: datetime
    until: datetime | None
    waits: str
    body: str = ""
    person: str = ""
    steps: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()

    def covers(self, moment: datetime) -> bool:
        """Whether the matter lay here at a moment."""
        return self.from_ <= moment and (self.until is None or moment < self.until)

    def seconds(self, now: datetime) -> float:
        """How long it lay here up to now."""
        return max(((self.until or now) - self.from_).total_seconds(), 0.0)


@dataclass(frozen=True)
class Promise:
    """A deadline with the moments it was moved to: (decided at, new due moment), oldest first."""

    name: str
    started_at: datetime
    first_due_at: datetime
    due_at: datetime
    met_at: datetime | None
    ended_at: datetime | None
    moved: tuple[tuple[datetime, datetime], ...] = ()

    def due_on(self, moment: datetime) -> datetime:
        """What was promised at a moment: the first due date, or the last one granted until then."""
        granted = [due for at, due in self.moved if at <= moment]
        return granted[-1] if granted else self.first_due_at

    def runs_on(self, moment: datetime) -> bool:
        """Whether it ran at a moment."""
        over = min((one for one in (self.met_at, self.ended_at) if one is not None), default=None)
        return self.started_at <= moment and (over is None or moment < over)

    @property
    def missed_at(self) -> datetime | None:
        """When it ran out unmet; None if it was met in time, ended before, or still runs."""
        over = min((one for one in (self.met_at, self.ended_at) if one is not None), default=None)
        return self.due_at if over is not None and over >= self.due_at else None


def hands(moves: Sequence[Taken], final: Iterable[str], promises: Iterable[Promise], now: datetime) -> list[Hand]:
    """The hands a matter went through, in order, each with its steps and the deadlines that ran out in it."""
    ended, found = frozenset(final), list[Hand]()
    body = person = ""
    for move in moves:
        body, person = move.body or body, move.person or person
        word = "over" if move.target in ended else waits(move.target)
        here = (word, body if word in HELD else "", person if word in HELD else "")
        last = found[-1] if found else None
        if last is not None and (last.waits, last.body, last.person) == here:
            found[-1] = replace(last, steps=(*last.steps, move.step))
            continue
        if last is not None:
            found[-1] = replace(last, until=move.at, steps=(*last.steps, move.step))
        found.append(Hand(move.at, None, *here, steps=() if found else (move.step,)))
    missed = [
        (one.missed_at or (one.due_at if one.runs_on(now) and one.due_at <= now else None), one.name)
        for one in promises
    ]
    return [
        replace(hand, missed=tuple(name for at, name in missed if at is not None and hand.covers(at))) for hand in found
    ]

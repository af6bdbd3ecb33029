"""A wall's items as cards: asked, done, owed, with a clock in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.interfaces.common.shapes import ClockFace, WallLine
from huiyin.interfaces.public import shown
from huiyin.publication.queries.comments import Under
from huiyin.publication.queries.walls import Item

SHOWN = 5
"""So many of a list stand open on a wall: on a phone the next list is a thumb's reach away."""


@dataclass(frozen=True)
class Card:
    """One item as the page shows it. `last` is the day that was promised."""

    topic: str
    place: str
    body: str
    """Who answers for it: the unit, and the official where the board names them."""
    state: str
    on: date | None
    asked: str
    done: str
    owed: str
    late: bool
    provisional: bool
    last: date | datetime | None
    face: ClockFace | None
    lines: Sequence[WallLine]
    entry: UUID | None
    said: Under


def cards(items: Sequence[Item]) -> list[Card]:
    """Cards in the order of the items."""
    return [card(item) for item in items]


def card(item: Item) -> Card:
    """One item as a card."""
    lines = [WallLine("ask", item.asked), WallLine("do", item.done), WallLine("owe", item.owed, item.late)]
    return Card(
        topic=item.topic,
        place=item.place,
        body=" ".join(one for one in (item.body, item.official) if one),
        state=item.state,
        on=item.on,
        asked=item.asked,
        done=item.done,
        owed=item.owed,
        late=item.late,
        provisional=item.provisional,
        last=item.owed_on or shown.last_day(item.due_at),
        face=shown.face(item.reading) if item.reading else None,
        lines=[line for line in lines if line.text],
        entry=item.entry,
        said=item.said,
    )


@dataclass(frozen=True)
class Folded:
    """A list of which what comes first stands open and the rest lies behind one press."""

    first: Sequence[Card]
    rest: Sequence[Card]


def folded(found: Sequence[Card], *, whole: bool = False) -> Folded:
    """The list so that it is quickly passed; all of it open where somebody asked for just that, or little is left."""
    shown = len(found) if whole or len(found) <= SHOWN + 2 else SHOWN
    return Folded(found[:shown], found[shown:])

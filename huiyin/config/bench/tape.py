"""A story told once by actions, recorded with every state its events commit to, so that it can be told again in bulk.

Nothing in the product knows of this: `recording` listens where commitments are made (`canonical.row_digest`) while the
actions run, and reads the events and counts they left.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models

from huiyin.core import canonical
from huiyin.core.models import Event, SearchText, Tally

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)\Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
PROSE = frozenset(
    {"title", "text", "note", "reason", "asked", "done", "owed", "words", "public_text", "reasonable_why"}
)

State = dict[str, Any]
Cell = tuple[date, str, str]


@dataclass
class Told:
    """One event: its columns as plain values, and the states it commits to by row (None where the row is gone)."""

    columns: State
    rows: dict[str, State | None]


@dataclass
class Tape:
    """A story: events in order, the rows as they end, what was counted, whether it can be searched."""

    end: str
    open: bool
    place: str
    events: list[Told] = field(default_factory=list)
    final: dict[str, State] = field(default_factory=dict)
    counted: Counter[Cell] = field(default_factory=Counter)
    searched: bool = False

    def tables(self) -> list[str]:
        """The tables with rows of the story."""
        return sorted({key.split(":")[0] for key in self.final})


def label(key: str) -> str:
    """The table of a row's key."""
    return key.split(":")[0]


@contextmanager
def recording(end: str, place: str, *, is_open: bool) -> Iterator[Tape]:
    """Record what actions do until the block ends. One writer at a time, on a database nobody else writes to."""
    tape, states, original = Tape(end, is_open, place), {}, canonical.row_digest
    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    before = _counts()

    def listen(row: models.Model) -> str:
        digest = original(row)
        states[digest] = canonical.row_state(row)
        return digest

    canonical.row_digest = listen
    try:
        yield tape
    finally:
        canonical.row_digest = original
    for event in Event.objects.filter(id__gt=last).order_by("id"):
        rows = {key: states[digest] if digest else None for key, digest in event.rows.items()}
        columns = {f.attname: canonical.plain(getattr(event, f.attname)) for f in event._meta.concrete_fields}
        tape.events.append(Told({name: value for name, value in columns.items() if name not in ("id", "rows")}, rows))
        for key, state in rows.items():
            tape.final.pop(key, None)
            if state is not None:
                tape.final[key] = state
    tape.open = is_open or not any(_ended(key, state) for key, state in tape.final.items())
    tape.counted = Counter(_counts())
    tape.counted.subtract(before)
    tape.counted = +tape.counted
    tape.searched = SearchText.objects.filter(subject__in=[one.split(":")[1] for one in tape.final]).exists()


def _ended(key: str, state: State) -> bool:
    """Whether this is the story's matter, at its end: some stories go on after it, and are told among the open ones."""
    return label(key) == "casework.matter" and state["closed_at"] is not None


def _counts() -> dict[Cell, int]:
    rows = Tally.objects.values_list("day", "place_code", "key", "count")
    return {(day, place, key): count for day, place, key, count in rows}


def model_of(name: str) -> type[models.Model]:
    """The table of a label such as `casework.matter`."""
    return apps.get_model(name)

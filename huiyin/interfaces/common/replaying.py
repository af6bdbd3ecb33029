"""What going through the past under a changed rulebook found, as lines for whoever signs it."""

import csv
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from huiyin.core.rulebook import RulebookReplayed
from huiyin.core.safe_cells import cell
from huiyin.programme.replay import Counts, Replayed
from huiyin.programme.words import phrase

MOST = 20
"""Lines of classes, and of units."""
COLUMNS = (
    *("code", "programme", "topic", "unit", "due_before", "due_after", "late_before", "late_after"),
    *("unit_before", "unit_after", "climbs_before", "climbs_after", "changes"),
)


def tell_replay(
    say: Callable[..., None], since: date, whole: Counts, classes: Mapping[str, Counts], units: Mapping[str, Counts]
) -> None:
    """The whole, then classes and units that change, most changes first. `say` takes a key and its values."""
    marks = whole.marks
    say("replayed", since=since.isoformat(), count=whole.matters)
    say(
        "replayed_due",
        later=marks["later"],
        earlier=marks["earlier"],
        before=whole.late_before,
        after=whole.late_after,
        fresh=marks["newly_late"],
        spared=marks["no_longer_late"],
    )
    say("replayed_moved", count=marks["moved"])
    say("replayed_climbed", before=whole.climbed_before, after=whole.climbed_after)
    for key, table in (("replay_classes", classes), ("replay_units", units)):
        changed = _changed(table)
        if changed:
            say(key, most=MOST)
        for name, one in changed:
            _say_line(say, name, one)


def write_lines(path: Path, lines: Iterable[Replayed]) -> int:
    """Every matter that changes, by its code, into a file that a spreadsheet opens; gives how many."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        for one in lines:
            if one.marks:
                sheet.writerow(cell(value) for value in _columns(one))
                written += 1
    return written


def as_fact(
    hash_: str, since: date, whole: Counts, classes: Mapping[str, Counts], units: Mapping[str, Counts]
) -> RulebookReplayed:
    """What was found as the log keeps it: the whole, and the classes and units that change most."""
    return RulebookReplayed(
        subject=RulebookReplayed.ABOUT,
        hash=hash_,
        since=since.isoformat(),
        matters=whole.matters,
        later=whole.marks["later"],
        earlier=whole.marks["earlier"],
        late_before=whole.late_before,
        late_after=whole.late_after,
        newly_late=whole.marks["newly_late"],
        moved=whole.marks["moved"],
        climbed_before=whole.climbed_before,
        climbed_after=whole.climbed_after,
        classes=_kept(classes),
        units=_kept(units),
    )


def _kept(table: Mapping[str, Counts]) -> tuple[tuple[str | int, ...], ...]:
    marks = ("later", "earlier", "newly_late", "moved")
    return tuple(
        (name, one.matters, *(one.marks[mark] for mark in marks), one.climbed_before, one.climbed_after)
        for name, one in _changed(table)
    )


def _changed(table: Mapping[str, Counts]) -> list[tuple[str, Counts]]:
    """Those of which something changes, most changes first."""
    return sorted(((name, one) for name, one in table.items() if one.marks), key=_most_first)[:MOST]


def _columns(one: Replayed) -> list[str | datetime | None]:
    fact, old, new = one.fact, one.before, one.after
    return [
        *(fact.ident, fact.programme, fact.topic, fact.unit, old.due, new.due, _yes(old.late), _yes(new.late)),
        *(old.unit, new.unit, " ".join(old.climbs), " ".join(new.climbs), " ".join(one.marks)),
    ]


def _yes(is_so: bool) -> str:  # noqa: FBT001 - a cell of a sheet
    return "yes" if is_so else ""


def _most_first(named: tuple[str, Counts]) -> tuple[int, str]:
    return -sum(named[1].marks.values()), named[0]


def _say_line(say: Callable[..., None], name: str, one: Counts) -> None:
    say(
        "replay_class",
        name=name or phrase("programmes", "replay_nobody"),
        count=one.matters,
        later=one.marks["later"],
        earlier=one.marks["earlier"],
        fresh=one.marks["newly_late"],
        moved=one.marks["moved"],
        before=one.climbed_before,
        after=one.climbed_after,
    )

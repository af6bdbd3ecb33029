"""Places: taken from lists. What becomes of them stands in `place_changes`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.sheets import Fault
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import PlacesImported
from huiyin.register.models import Place
from huiyin.register.queries.days import today
from huiyin.register.rules import codes, naming
from huiyin.register.rules.divisions import Line, orphans

BATCH = 1_000


@dataclass(frozen=True)
class Imported:
    """What a batch did: places added, renamed or moved, unchanged; and the lines refused."""

    added: int
    renamed: int
    same: int
    faults: tuple[Fault, ...]


@action
def import_places(*, by: Viewer, at: datetime, lines: Sequence[Line], since: date | None = None) -> Imported:
    """Take at most 1,000 lines of a list, parents before children. Idempotent: what stands already is left alone.

    A new place begins on `since` (default: before the register). A place whose name, level or parent changed ends
    today and begins again under the new one, so that yesterday keeps its name. Raises ValueError for more lines.
    """
    by.need("register.import")
    if len(lines) > BATCH:
        raise ValueError(f"at most {BATCH} lines at once")
    standing = _standing(lines)
    faults = [*orphans(lines, standing), *_outside(by, lines, standing)]
    refused = {fault.number for fault in faults}
    taken = [line for line in lines if line.number not in refused]
    new = [line for line in taken if line.code not in standing]
    changed = [line for line in taken if line.code in standing and _differs(standing[line.code], line)]
    if new or changed:
        rows = [_row(line, since) for line in new]
        for line in changed:
            day, former = today(by, at), standing[line.code]
            former.until = max(day, former.since or day)
            former.save()
            rows.append(_row(line, day))
        Place.objects.bulk_create(rows)
        new_edition()  # names to choose from are kept under it
        fact = PlacesImported(subject=codes.county(taken[0].code), added=len(new), renamed=len(changed))
        record(fact, by=by, at=at)
    return Imported(len(new), len(changed), len(taken) - len(new) - len(changed), tuple(faults))


def _standing(lines: Sequence[Line]) -> dict[str, Place]:
    wanted = {line.code for line in lines} | {line.parent_code for line in lines}
    return {place.code: place for place in Place.objects.filter(code__in=wanted, until=None)}


def _outside(by: Viewer, lines: Sequence[Line], standing: dict[str, Place]) -> list[Fault]:
    """Lines the importer has no scope over; what stands above the scope may be new but not be changed."""
    if by.everything:
        return []
    above = {code for low, _ in by.scopes for code in codes.chain(low.ljust(12, "0"))}
    return [
        Fault(line.number, "place_outside", "code")
        for line in lines
        if not by.sees(line.code)
        and (line.code not in above or (line.code in standing and _differs(standing[line.code], line)))
    ]


def _differs(place: Place, line: Line) -> bool:
    return (place.name, place.level, place.parent_code) != (line.name, line.level, line.parent_code)


def _row(line: Line, since: date | None) -> Place:
    pinyin, initials = naming.keys(line.name)
    return Place(
        code=line.code,
        name=line.name,
        level=line.level,
        parent_code=line.parent_code,
        pinyin=pinyin,
        initials=initials,
        since=since,
    )

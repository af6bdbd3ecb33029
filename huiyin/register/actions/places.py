"""Places: taken from lists and merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import PlacesImported, PlacesMerged
from huiyin.register.models import Place, PlaceSuccession
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


@action
def merge_places(*, by: Viewer, at: datetime, old_codes: Sequence[str], new_code: str, on: date | None = None) -> None:
    """Make places part of another from a day on. Scopes over the new one reach what was kept under the old codes."""
    by.need("register.edit")
    day = on or today(by, at)
    for code in (*old_codes, new_code):
        if not by.sees(code) or not Place.objects.filter(code=code, until=None).exists():
            raise Refused("place_unknown", field="old_codes" if code in old_codes else "new_code")
    if new_code in old_codes:
        raise Refused("value_wrong", field="new_code")
    for place in Place.objects.filter(code__in=old_codes, until=None):
        place.until = max(day, place.since or day)
        place.save()
    for code in old_codes:
        _succeed(code, new_code, day)
    new_edition()  # scopes over the new code reach further now
    record(PlacesMerged(subject=new_code, old_codes=list(old_codes), on=day.isoformat()), by=by, at=at)


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


def _succeed(old: str, new: str, day: date) -> None:
    """Keep successions closed, so that a scope needs no walk: whatever led to the old code now leads to the new one."""
    before = set(PlaceSuccession.objects.filter(new_code=old).values_list("old_code", flat=True))
    for code in {old, *before} - {new}:
        if not PlaceSuccession.objects.filter(old_code=code, new_code=new).exists():
            PlaceSuccession(old_code=code, new_code=new, on=day).save(force_insert=True)

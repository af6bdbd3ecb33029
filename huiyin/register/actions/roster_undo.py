"""Taking a whole import back: what it brought ends, what it changed is as it was; what was changed since is kept.

The event of each part commits to every row as it was written then. A row that is still so is taken back; one that is
not was changed by somebody since, and is named instead.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from huiyin.core.actions import action
from huiyin.core.canonical import row_digest
from huiyin.core.events import record
from huiyin.core.kept import Kept
from huiyin.core.models import Event, RowSet
from huiyin.core.rowset import ALL, unpack
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import announcements, handovers
from huiyin.register.actions.announcements import Changed
from huiyin.register.actions.edition import new_edition
from huiyin.register.actions.handovers import Moved
from huiyin.register.actions.roster_rows import NAMING, ORDER
from huiyin.register.actions.rosters import into, moved, run_of, wanted
from huiyin.register.events import RosterApplied, RosterUndone
from huiyin.register.models import (
    Body,
    Household,
    Identity,
    ImportRun,
    Kin,
    Link,
    Membership,
    Overlay,
    OverlayChange,
    OverlayHousehold,
    OverlayPlace,
    Post,
    Remit,
    Resident,
    StagedPart,
)
from huiyin.register.models.periods import Dated
from huiyin.register.models.staged import opened
from huiyin.register.queries import apart
from huiyin.register.queries.days import today

NAMED = 500
ASKED = 500


@action
def begin_undo(*, by: Viewer, at: datetime, run_id: UUID, here: bool = False) -> None:
    """Take an applied import back. Raises Refused("import_too_old") when what was before has been forgotten."""
    run = run_of(by, run_id, "applied")
    if StagedPart.objects.filter(run=run, applied_at=None).exists() or _forgotten(run):
        raise Refused("import_too_old")
    wanted(run, by, at, here=here)
    into(run, "undoing", by, at)


@action
def undo_part(*, by: Viewer, at: datetime, run_id: UUID, number: int) -> int:
    """Take back what one part brought; returns how many rows ended or were set back."""
    run = run_of(by, run_id, "undoing")
    part = StagedPart.objects.filter(run=run, number=number).first()
    if part is None:
        raise Missing
    if part.undone_at is not None:
        return 0
    before = _before(run, part)
    rows, changed = _rows(run, number)
    kept = [key for key in changed if key in before]
    back = {key: row for key, row in rows.items() if key in before}
    new = {key: row for key, row in rows.items() if key not in before}
    ended, left = _end(new, at)
    laid, held = _unlaid(by, at, new, [*back.values()])
    ended, left = ended + laid, [*left, *held]
    ends = {row.pk: row.until for row in back.values() if isinstance(row, Link)}
    set_back(back, before)
    _keep_apart(by, at, [row for row in back.values() if isinstance(row, Link)], ends)
    taken = _leads(new)
    where = _places(taken)
    handovers.tell_moved(by=by, at=at, moved=_given_back(taken, back, where), on=today(by, at))
    announcements.take_back(by=by, at=at, cause_id=run.pk, changed=_taken(taken, where, today(by, at)))
    part.undone_at, part.before = at, None
    part.kept = sorted({*kept, *left, *(key for key in changed if key not in before)})[:NAMED]
    part.save(force_update=True)
    moved(run, at)
    run.counts = run.counts | {"kept": run.counts.get("kept", 0) + len(part.kept)}
    run.save()
    fact = RosterUndone(subject=str(run.pk), part=number, ended=ended + len(back), kept=len(part.kept))
    record(fact, by=by, at=at)
    return ended + len(back)


def _keep_apart(by: Viewer, at: datetime, links: Iterable[Link], ends: Mapping[UUID, date | None]) -> None:
    """A link that was given back to who may not have it by now, ends where the list had ended it (SG-45).

    Asked once the links stand again: what nobody has decided on ends nothing (SG-01).
    """
    open_ = [link for link in links if link.until is None and link.household_id]
    homes = [link.household_id for link in open_ if link.household_id]
    never = apart.pairs(by, at, day=today(by, at), household_ids=homes) if homes else set()
    never_again = [link for link in open_ if (link.household_id, link.official_id) in never]
    for link in never_again:
        link.until = ends[link.pk] or today(by, at)
    Link.objects.bulk_update(never_again, ["until"])


def _given_back(ended: Iterable[Link], back: Mapping[str, Kept], where: dict[UUID, str]) -> list[Moved]:
    """Households whose lead is who it was before the list; open matters follow them as they followed the list."""
    taken = {(row.household_id, row.programme): row.official_id for row in ended}
    again = [row for row in _leads(back) if row.until is None and (row.household_id, row.programme) in taken]
    return [
        Moved(taken[row.household_id, row.programme], where[home], row.official_id)
        for row in again
        if (home := row.household_id) in where
    ]


def _taken(ended: Iterable[Link], where: dict[UUID, str], day: date) -> list[Changed]:
    """Households whom the list gave a lead that they have no more."""
    return [
        Changed(home, where[home], [row.programme], row.official_id, day)
        for row in ended
        if (home := row.household_id) in where
    ]


def _leads(rows: Mapping[str, Kept]) -> list[Link]:
    return [row for row in rows.values() if isinstance(row, Link) and row.kind == "lead" and row.household_id]


def _places(links: Iterable[Link]) -> dict[UUID, str]:
    """Where the households of some links are."""
    homes = {link.household_id for link in links if link.household_id}
    return dict(Household.objects.filter(pk__in=homes).values_list("pk", "place_code")) if homes else {}


@action
def undone(*, by: Viewer, at: datetime, run_id: UUID) -> None:
    """Every part was taken back."""
    into(run_of(by, run_id, "undoing"), "undone", by, at)


def _forgotten(run: ImportRun) -> bool:
    return run.forgotten_at is not None or not vault().exists(run.subject)


def _before(run: ImportRun, part: StagedPart) -> dict[str, dict[str, Any]]:
    if part.before is None:
        return {}
    return {f"{label}:{key}": columns for label, key, columns in opened(run, "before", part.pk, part.before)}


def _rows(run: ImportRun, number: int) -> tuple[dict[str, Kept], list[str]]:
    """The rows a part wrote that are still as it wrote them, and the keys of those that are not."""
    event = Event.objects.filter(name=RosterApplied.NAME, subject=str(run.pk), data__part=number).first()
    return as_written(event) if event is not None else ({}, [])


def as_written(event: Event) -> tuple[dict[str, Kept], list[str]]:
    """Of the rows an event committed to, those that are still so, and the keys of those that are not."""
    commits = unpack(RowSet.objects.get(pk=event.pk).rows) if ALL in event.rows else event.rows
    same: dict[str, Kept] = {}
    changed: list[str] = []
    for label, keys in _by_label(commits).items():
        model = apps.get_model(label)
        if model not in ORDER:
            continue  # the run itself, and the register's edition
        for start in range(0, len(keys), ASKED):
            stored = model._default_manager.in_bulk([UUID(key) for key in keys[start : start + ASKED]])
            for pk, row in stored.items():
                name = f"{label}:{pk}"
                if row_digest(row) == commits[name]:
                    same[name] = row
                else:
                    changed.append(name)
    return same, changed


def _by_label(commits: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, digest in commits.items():
        label, _, key = name.partition(":")
        if digest:
            found.setdefault(label, []).append(key)
    return found


def _end(rows: Mapping[str, Kept], at: datetime) -> tuple[int, list[str]]:
    """End what is new: dated facts never held, households and bodies never began; numbers that tell people apart go.

    A household with people or officials that came from elsewhere stays, and is named; so does a body with posts. People
    have no end of their own: nobody lives anywhere whose residence never held.
    """
    dated: dict[type[Dated], list[Dated]] = {}
    for row in rows.values():
        if isinstance(row, Dated):
            row.replaced_at = at
            dated.setdefault(type(row), []).append(row)
    for model, some in dated.items():
        model._default_manager.bulk_update(some, ["replaced_at"])
    found: list[Household | Body] = [row for row in rows.values() if isinstance(row, Household | Body)]
    bodies = [row for row in found if isinstance(row, Body)]
    used = _in_use([row for row in found if isinstance(row, Household)], bodies)
    for row in found:
        if row.pk not in used:
            row.until = row.since
            row.save(force_update=True)
    numbers = [row for row in rows.values() if isinstance(row, Identity)]
    for number in numbers:
        number.delete()
    if dated.keys() & {Post, Kin} or bodies:
        new_edition()
    count = sum(map(len, dated.values())) + len(found) - len(used) + len(numbers)
    return count, [f"{row._meta.label_lower}:{row.pk}" for row in found if row.pk in used]


def _unlaid(by: Viewer, at: datetime, new: Mapping[str, Kept], back: Iterable[Kept]) -> tuple[int, list[str]]:
    """Places a list brought into grids are in them no more, and grids it laid end; how many rows, and what stays.

    A grid that somebody gave other places or a head since stays, and is named.
    """
    members = [row for row in new.values() if isinstance(row, OverlayPlace)]
    laid = [row for row in new.values() if isinstance(row, Overlay)]
    for member in members:
        member.until = member.since
    OverlayPlace.objects.bulk_update(members, ["until"])
    named = [row for row in new.values() if isinstance(row, OverlayHousehold)]
    used = {
        *OverlayHousehold.objects.filter(overlay__in=laid, until=None, replaced_at=None).values_list(
            "overlay_id", flat=True
        ),
        *OverlayPlace.objects.filter(overlay__in=laid, until=None).values_list("overlay_id", flat=True),
        *Post.objects.filter(overlay__in=laid, until=None, replaced_at=None).values_list("overlay_id", flat=True),
    }
    gone = [row for row in laid if row.pk not in used]
    for row in gone:
        row.until = row.since
    Overlay.objects.bulk_update(gone, ["until"])
    touched = {
        one.overlay_id for one in (*members, *named, *back) if isinstance(one, OverlayPlace | OverlayHousehold)
    } | {row.pk for row in laid}
    notes = [
        OverlayChange(overlay_id=key, what="unlisted", on=today(by, at), by_id=by.person_id, recorded_at=at)
        for key in sorted(touched)
    ]
    OverlayChange.objects.bulk_create(notes)
    if touched:
        new_edition()
    return len(members) + len(gone), [f"{row._meta.label_lower}:{row.pk}" for row in laid if row.pk in used]


def _in_use(households: list[Household], bodies: list[Body]) -> set[UUID]:
    """Those that somebody lives in, is there for or has a post in, and bodies that others stand under, serve clients or
    answer for something, as far as the import has not brought it."""
    standing = Q(until=None, replaced_at=None)
    lived = standing & Q(household__in=households)
    return {
        *Resident.objects.filter(lived).values_list("household_id", flat=True),
        *Link.objects.filter(lived).values_list("household__pk", flat=True),
        *Post.objects.filter(standing, body__in=bodies).values_list("body_id", flat=True),
        *Body.objects.filter(until=None, parent__in=bodies)
        .exclude(pk__in=[one.pk for one in bodies])
        .values_list("parent_id", flat=True),
        *Membership.objects.filter(standing, body__in=bodies).values_list("body_id", flat=True),
        *Remit.objects.filter(standing, body__in=bodies).values_list("body_id", flat=True),
    }


def set_back(rows: Mapping[str, Kept], before: Mapping[str, Mapping[str, Any]]) -> None:
    """Have rows be what they were before, column by column."""
    by_columns: dict[tuple[type[Kept], tuple[str, ...]], list[Kept]] = {}
    for key, row in rows.items():
        for name, value in before[key].items():
            field: Any = row._meta.get_field(name)
            binary = field.get_internal_type() == "BinaryField" and value is not None
            setattr(row, name, bytes.fromhex(value) if binary else field.to_python(value))
        by_columns.setdefault((type(row), tuple(sorted(before[key]))), []).append(row)
    for (model, names), some in by_columns.items():
        model._default_manager.bulk_update(some, list(names))
    if {model for model, _ in by_columns} & NAMING:
        new_edition()  # what officials are called, and who stands near them, is kept under it

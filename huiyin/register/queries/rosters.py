"""Imports of rosters: the runs, what became of their lines, and what a person is asked. For who may import."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from huiyin.core.models import Person
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.words import label, say
from huiyin.register.models import HeldLine, ImportRun, StagedPart
from huiyin.register.models.imports import OPEN_STATES, WORKING
from huiyin.register.models.staged import Refusal, StagedLine, opened_lines

LONGEST_LIST = 100


@dataclass(frozen=True)
class RunRow:
    """A run in a list and on its page; `waiting` are held lines that nobody decided on yet."""

    id: UUID
    kind: str
    file_name: str
    state: str
    header: list[str]
    header_row: int
    columns: dict[str, int]
    counts: dict[str, int]
    lines: int
    parts: int
    done: int
    since: date
    refused: str
    added_at: datetime
    added_by: str
    worked_at: datetime
    applied_at: datetime | None
    waiting: int
    decided: int
    kept: int


@dataclass(frozen=True)
class ToldLine:
    """A line that is told about: its verdict, the column and the reason (a refusal's code, or a held one's)."""

    number: int
    verdict: str
    reason: str
    column: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def runs(viewer: Viewer) -> tuple[RunRow, ...]:
    """The newest hundred, newest first. Raises Refused without `register.import`. Three queries."""
    viewer.need("register.import")
    found = list(ImportRun.objects.order_by("-added_at", "-pk")[:LONGEST_LIST])
    return _rows(found)


def run(viewer: Viewer, run_id: UUID) -> RunRow:
    """One run. Raises Missing."""
    viewer.need("register.import")
    found = ImportRun.objects.filter(pk=run_id).first()
    if found is None:
        raise Missing
    return _rows([found])[0]


def acting(viewer: Viewer, run_id: UUID) -> int | None:
    """The account for which a run is worked on; None for the command line. Raises Missing."""
    viewer.need("register.import")
    found = ImportRun.objects.filter(pk=run_id).values_list("acting_id", flat=True)
    if not found:
        raise Missing
    return found[0]


def waiting(viewer: Viewer, silent_since: datetime) -> tuple[UUID, ...]:
    """Runs that something is to be done for and that nobody has worked on since; oldest first, at most four."""
    viewer.need("register.import")
    rows = ImportRun.objects.filter(state__in=WORKING, worked_at__lte=silent_since)
    return tuple(rows.order_by("added_at").values_list("pk", flat=True)[:4])


def old(viewer: Viewer, before: datetime) -> tuple[UUID, ...]:
    """Runs handed in before a moment that still have something sealed; at most a hundred."""
    viewer.need("register.import")
    parts = StagedPart.objects.exclude(body=None, before=None).values("run_id")
    held = HeldLine.objects.exclude(body=None).values("run_id")
    rows = ImportRun.objects.filter(added_at__lt=before).filter(Q(pk__in=parts) | Q(pk__in=held))
    return tuple(rows.order_by("added_at").values_list("pk", flat=True)[:100])


def unfinished(viewer: Viewer, *, kind: str, sha256: str) -> UUID | None:
    """A run of the same file that was not brought to its end."""
    viewer.need("register.import")
    rows = ImportRun.objects.filter(kind=kind, sha256=sha256, state__in=OPEN_STATES)
    return rows.order_by("-added_at").values_list("pk", flat=True).first()


def told_lines(viewer: Viewer, run_id: UUID) -> Iterator[ToldLine]:
    """Every line of what is staged that is not simply taken: mended, held or refused, part by part, by number."""
    viewer.need("register.import")
    row = ImportRun.objects.get(pk=run_id)
    for part in StagedPart.objects.filter(run=row).order_by("number").iterator(chunk_size=1):
        lines, refused = opened_lines(row, part)
        told = [_told(one) for one in lines if one.verdict.what in ("held", "refused") or one.line.notes]
        told += [_fault(one) for one in refused]
        yield from sorted(told, key=lambda one: one.number)


def reason(viewer: Viewer, line: ToldLine, language: str) -> str:
    """Why a line is what it is, as a sentence."""
    if line.verdict == "held":
        return label("roster_held", line.reason, language)
    if line.verdict == "mended":
        return "; ".join(_note(code, language) for code in line.reason.split(" "))
    return say(line.reason, language, **line.values)


def _note(code: str, language: str) -> str:
    name, _, why = code.partition(":")
    told = label("roster_note", name, language)
    return f"{told} ({say(why, language, missing='', over='')})" if why else told


def _told(one: StagedLine) -> ToldLine:
    if one.verdict.what in ("held", "refused"):
        return ToldLine(one.line.number, one.verdict.what, one.verdict.reason, one.verdict.column)
    codes = " ".join(dict.fromkeys(code for _, code in one.line.notes))
    return ToldLine(one.line.number, "mended", codes, one.line.notes[0][0])


def _fault(one: Refusal) -> ToldLine:
    return ToldLine(one.fault.number, "refused", one.fault.code, one.fault.column, one.fault.values)


def _rows(found: list[ImportRun]) -> tuple[RunRow, ...]:
    open_ = Q(applied_at=None) & ~Q(body=None)
    held = {
        row["run_id"]: (row["waiting"], row["decided"])
        for row in HeldLine.objects.filter(open_, run__in=found)
        .values("run_id")
        .annotate(waiting=Count("pk", filter=Q(decision="")), decided=Count("pk", filter=~Q(decision="")))
    }
    people = {one.added_by_id for one in found if one.added_by_id}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    return tuple(
        RunRow(
            one.pk,
            one.kind,
            one.file_name,
            one.state,
            list(one.header),
            one.header_row,
            dict(one.columns),
            dict(one.counts),
            one.lines,
            one.parts,
            one.done,
            one.since,
            one.refused,
            one.added_at,
            names.get(one.added_by_id, "") if one.added_by_id else "",
            one.worked_at,
            one.applied_at,
            *held.get(one.pk, (0, 0)),
            one.counts.get("kept", 0),
        )
        for one in found
    )

"""A run from its file into the register: the loop around the actions, for the command line and the worker's child.

Nothing is remembered between parts that the database does not hold, so a process that was killed is followed by
another which goes on where the last part was committed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from huiyin.core import passing, text, workbooks
from huiyin.core.ids import uuid7
from huiyin.core.vault import Damaged, Shredded
from huiyin.core.viewer import Viewer
from huiyin.core.workbooks import Row
from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault
from huiyin.register.actions import roster_undo, rosters
from huiyin.register.actions.rosters import PART, Sheets
from huiyin.register.models import HeaderChoice, ImportRun, Place, StagedPart
from huiyin.register.models.staged import Refusal
from huiyin.register.queries.days import today
from huiyin.register.queries.places import sole_successors
from huiyin.register.rules import cells, headers, lines
from huiyin.register.rules.lines import Line, Tools
from huiyin.register.rules.whereabouts import Whereabouts

Clock = Callable[[], datetime]
Tell = Callable[[str, int, int], None]
"""What is done, how many lines of how many; of 0 where nobody knows."""
PEEKED, COVERS = 30, 5
"""Rows read to find the header, and sheets that are looked at for one."""
UNIQUE: dict[str, tuple[tuple[str, ...], ...]] = {
    "households": (("code",), ("id",)),
    "residents": (("id",), ("code", "name", "id")),
    "bodies": (("body", "place"),),
    "staff": (("number", "body", "role", "place"),),
    "links": (
        ("number", "code", "name", "place", "programme"),
        ("official", "body", "name", "code", "place", "programme"),
    ),
    "relatives": (("number", "other", "id", "code", "name"),),
    "clients": (("id", "code", "name", "body", "category"),),
    "grids": (("name", "kind", "place", "home"),),
    "remits": (("body", "name"),),
    "categories": (("category", "programme", "id", "code", "name", "place", "body"),),
}
"""What may stand in a list of each kind once: of two such lines the second is refused."""


def _silent(_step: str, _done: int, _total: int) -> None:
    """For who does not want to hear how far it is."""


@dataclass(frozen=True)
class Job:
    """A run, for whom it is worked on, by which clock, and who is told how far it is."""

    by: Viewer
    clock: Clock
    run_id: UUID
    tell: Tell = _silent

    @property
    def run(self) -> ImportRun:
        """The run as it is now."""
        return ImportRun.objects.get(pk=self.run_id)


def hand_in(*, by: Viewer, at: datetime, kind: str, name: str, path: Path, sheet: str = "", **more: Any) -> UUID:
    """Judge a file, keep it sealed until it is read, and open a run for it. Raises Refused as `workbooks.judge`.

    The file is judged before anything of it is opened; a list that is under way already is "import_same". It is kept
    before the run is there: a worker takes a run up at once.
    """
    by.need("register.import")
    form = workbooks.judge(path)
    data, run_id = path.read_bytes(), uuid7()
    try:
        passing.put(f"import:{run_id}", run_id, data)
        return rosters.receive(
            by=by,
            at=at,
            run_id=run_id,
            kind=kind,
            name=name,
            form=form,
            sheet=sheet,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            since=more.get("since"),
            here=more.get("here", False),
        )
    except BaseException:
        rosters.shred(run_id, at=at)  # no run is there that would ever forget it
        raise


def work(job: Job) -> str:
    """Do what the run's state asks for until a person is asked or nothing is left; returns the state then.

    A list that cannot be read is refused; the reason stands in the run.
    """
    while True:
        run = job.run
        step = _STEPS.get(run.state)
        if step is None:
            if run.state in ("staged", "applied", "undone", "abandoned", "refused"):
                passing.drop(run.pk)
            return run.state
        try:
            step(job, run)
        except Refused as refused:
            if run.state not in ("received", "reading") or refused.code == "import_busy":
                raise
            rosters.refuse(by=job.by, at=job.clock(), run_id=run.pk, code=refused.code)
        except (Damaged, Shredded):
            if run.state not in ("received", "reading"):
                raise
            rosters.refuse(by=job.by, at=job.clock(), run_id=run.pk, code="file_gone")


def find_header(job: Job, run: ImportRun) -> None:
    """Look at the first rows for the header: of the sheet that was named, else of the first that has one."""
    remembered = dict(HeaderChoice.objects.filter(kind=run.kind).values_list("header", "field"))
    tried: list[str] = []
    name = run.sheet
    with passing.opened(run.subject, run.pk) as path:
        while True:
            with workbooks.rows(path, run.form, sheet=name) as rows:
                first = [(row.number, [_shown(cell) for cell in row.cells]) for row in islice(rows, PEEKED)]
            tried.append(rows.sheet)
            try:
                header = headers.find(run.kind, first, remembered)
                break
            except Refused:
                # A cover or remarks on how to fill the list in often stand before it.
                name = next((one for one in rows.beside if one not in tried), "")
                if run.sheet or not name or len(tried) == COVERS:
                    raise
    sheets = Sheets(rows.sheet, [one for one in rows.beside if one not in tried])
    rosters.found_header(by=job.by, at=job.clock(), run_id=run.pk, header=header, rows=rows.many, sheets=sheets)


def read_lines(job: Job, run: ImportRun) -> None:
    """Stage the list part by part; parts that are there already are passed over."""
    tools = _tools(job.by, job.clock())
    with (
        passing.opened(run.subject, run.pk) as path,
        workbooks.rows(path, run.form, sheet=run.taken or run.sheet) as rows,
    ):
        below = (row for row in rows if row.number > run.header_row)
        found = _unlike(run, _read(run, below, tools))
        for number, part in enumerate(_parts(found), start=1):
            if number <= run.parts:
                continue
            good = [one for one in part if isinstance(one, Line)]
            bad = [one for one in part if isinstance(one, Refusal)]
            rosters.stage(
                by=job.by, at=job.clock(), run_id=run.pk, number=number, lines=good, faults=bad, passed=_first(part)
            )
            job.tell("read", (number - 1) * PART + len(part), run.expected)
    rosters.staged(by=job.by, at=job.clock(), run_id=run.pk)


def apply_parts(job: Job, run: ImportRun) -> None:
    """Apply every part that is not applied yet, then the lines that were decided on."""
    waiting = StagedPart.objects.filter(run=run, applied_at=None).order_by("number").values_list("number", "lines")
    parts = list(waiting)
    done = run.lines - sum(many for _, many in parts)
    for number, many in parts:
        rosters.apply_part(by=job.by, at=job.clock(), run_id=run.pk, number=number)
        done += many
        job.tell("apply", done, run.lines)
    while rosters.apply_decided(by=job.by, at=job.clock(), run_id=run.pk):
        pass  # a thousand at a time
    rosters.applied(by=job.by, at=job.clock(), run_id=run.pk)


def undo_parts(job: Job, run: ImportRun) -> None:
    """Take back what every part brought, last first."""
    brought = StagedPart.objects.filter(run=run, undone_at=None).exclude(applied_at=None)
    parts = list(brought.order_by("-number").values_list("number", "lines"))
    done, total = 0, sum(many for _, many in parts)
    for number, many in parts:
        roster_undo.undo_part(by=job.by, at=job.clock(), run_id=run.pk, number=number)
        done += many
        job.tell("undo", done, total)
    roster_undo.undone(by=job.by, at=job.clock(), run_id=run.pk)


_STEPS: dict[str, Callable[[Job, ImportRun], None]] = {
    "received": find_header,
    "reading": read_lines,
    "applying": apply_parts,
    "undoing": undo_parts,
}


def _tools(by: Viewer, at: datetime) -> Tools:
    named = list(Place.objects.filter(until=None).values_list("code", "name").order_by("code"))
    places = Whereabouts(named, sole_successors(by))
    return Tools(text.phone, text.id_number, text.person, places, today(by, at), text.office_phone)


def _read(run: ImportRun, rows: Iterator[Row], tools: Tools) -> Iterator[Line | Refusal]:
    columns = {name: int(at) for name, at in run.columns.items()}
    for row in rows:
        found = lines.read(run.kind, row.number, row.cells, columns, tools)
        if isinstance(found, Fault):
            yield Refusal(found, [_shown(cell) for cell in row.cells])
        elif found is not None:
            yield found


def _unlike(run: ImportRun, found: Iterator[Line | Refusal]) -> Iterator[Line | Refusal]:
    """Of two lines about the same the second is refused; what was seen is remembered as numbers, to be small."""
    seen: set[int] = set()
    for one in found:
        if isinstance(one, Line):
            marks = [_mark(names, one.values) for names in UNIQUE[run.kind] if one.values[names[0]]]
            if any(mark in seen for mark in marks):
                yield Refusal(Fault(one.number, "line_twice", ""), [])
                continue
            seen.update(marks)
        yield one


def _mark(names: Sequence[str], values: dict[str, Any]) -> int:
    told = "\x00".join([*names, *(str(values[name]) for name in names)])
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest(), "big")


def _parts(found: Iterator[Line | Refusal]) -> Iterator[list[Line | Refusal]]:
    while part := list(islice(found, PART)):
        yield part


def _first(part: Sequence[Line | Refusal]) -> int:
    one = part[0]
    return one.number if isinstance(one, Line) else one.fault.number


def _shown(cell: cells.Cell) -> str:
    return "" if cell is None else str(cell)[: cells.LONGEST]

"""Lists into the register, step by step: received, columns chosen, staged, decided on, applied, undone.

Every step is a transaction of at most a thousand lines with one event; a process that dies in between is followed by
one that goes on at the next part, with the same result.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from huiyin.core import passing
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.models import Person
from huiyin.core.text import visible
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import announcements, powers, roster_links, roster_named
from huiyin.register.actions.roster_rows import Written
from huiyin.register.actions.roster_takers import taker
from huiyin.register.events import (
    RosterApplied,
    RosterColumnsChosen,
    RosterLineDecided,
    RosterReceived,
    RosterStaged,
    RosterState,
)
from huiyin.register.models import HeaderChoice, HeldLine, ImportRun, Kin, OverlayPlace, Post, Resident, StagedPart
from huiyin.register.models.imports import MOST_ATTEMPTS, OPEN_STATES, WORKING
from huiyin.register.models.staged import Refusal, StagedLine, opened, opened_lines, packed_lines, sealed
from huiyin.register.queries import apart
from huiyin.register.queries.days import today
from huiyin.register.rules import headers
from huiyin.register.rules.consents import NOBODY, need_tell
from huiyin.register.rules.headers import Header
from huiyin.register.rules.lines import KINDS, Line
from huiyin.register.rules.verdicts import Verdict, choices

PART = 1_000
PATIENCE = timedelta(seconds=90)
"""How long a run under way may be silent before another process takes it up."""
KEPT = timedelta(days=30)
"""How long anything of an import may be opened: then its key is destroyed."""


@action
def receive(
    *,
    by: Viewer,
    at: datetime,
    run_id: UUID,
    kind: str,
    name: str,
    form: str,
    sheet: str,
    sha256: str,
    size: int,
    since: date | None,
    here: bool = False,
) -> UUID:
    """Open a run for a list that was judged and kept. `form` is xlsx or csv, `since` the day its facts begin.

    `run_id` is the caller's, who keeps the file under it before: a worker may take the run up as soon as it is there.
    Here and below, `here` says that the caller works on it itself: else the worker starts a process for it.

    Raises Refused: value_unknown (kind), import_same (the same sheet is under way).
    """
    by.need("register.import")
    if kind not in KINDS:
        raise Refused("value_unknown", field="kind")
    if ImportRun.objects.filter(kind=kind, sha256=sha256, sheet=sheet[:60], state__in=OPEN_STATES).exists():
        raise Refused("import_same", field="file")
    run = ImportRun(
        id=run_id,
        kind=kind,
        file_name=visible(name).split("/")[-1][-120:],
        form=form,
        sheet=sheet[:60],
        sha256=sha256,
        size=size,
        since=since or today(by, at),
        added_at=at,
        added_by_id=by.person_id,
    )
    wanted(run, by, at, here=here)
    run.save(force_insert=True)
    record(RosterReceived(subject=str(run.pk), kind=kind, sha256=sha256), by=by, at=at)
    return run.pk


@dataclass(frozen=True)
class Sheets:
    """The sheet of a workbook that is read, and others that hold something."""

    taken: str = ""
    beside: Sequence[str] = ()


@action
def found_header(
    *, by: Viewer, at: datetime, run_id: UUID, header: Header, rows: int = 0, sheets: Sheets = Sheets()
) -> None:
    """The header of a list of so many rows was found on one of its sheets; its columns wait to be confirmed."""
    run = run_of(by, run_id, "received")
    run.header, run.header_row, run.columns = list(header.texts), header.row + header.rows - 1, dict(header.columns)
    run.expected = max(0, rows - run.header_row)
    run.taken, run.beside = sheets.taken, list(sheets.beside)
    moved(run, at)
    into(run, "columns", by, at)


@action
def choose_columns(*, by: Viewer, at: datetime, run_id: UUID, columns: Mapping[str, int], here: bool = False) -> None:
    """Settle which column is which field; the office's lists are matched so from now on.

    Raises Refused: field_missing, columns_missing, column_unknown, column_twice.
    """
    run = run_of(by, run_id, "columns")
    headers.check(run.kind, columns, len(run.header))
    run.columns, run.state = dict(columns), "reading"
    wanted(run, by, at, here=here)
    run.save()
    _remember(run.kind, run.header, columns)
    record(RosterColumnsChosen(subject=str(run.pk), columns=dict(columns)), by=by, at=at)


@action
def stage(
    *,
    by: Viewer,
    at: datetime,
    run_id: UUID,
    number: int,
    lines: Sequence[Line],
    faults: Sequence[Refusal],
    passed: int,
) -> Counter[str]:
    """Judge up to a thousand lines against the register and lay them aside, sealed. Nothing of the register changes.

    Raises Refused("import_busy") where the part is there already: another process works on the run.
    """
    run = run_of(by, run_id, "reading")
    if run.parts != number - 1:
        raise Refused("import_busy")
    verdicts = taker(run.kind)(by, at, run.kind, [(line, "") for line in lines], run.since, planning=False).verdicts()
    counts = _counted(lines, verdicts, faults)
    part = StagedPart(run=run, number=number, first_line=passed, lines=len(lines) + len(faults), counts=dict(counts))
    judged = [StagedLine(line, verdict) for line, verdict in zip(lines, verdicts, strict=True)]
    part.body = sealed(run, "staged", part.pk, packed_lines(judged, list(faults)))
    part.save(force_insert=True)
    _hold(run, [(line, verdict) for line, verdict in zip(lines, verdicts, strict=True) if verdict.what == "held"])
    run.parts, run.lines = number, run.lines + part.lines
    moved(run, at)
    run.counts = dict(Counter(run.counts) + counts)
    run.save()
    record(RosterStaged(subject=str(run.pk), part=number, counts=dict(counts)), by=by, at=at)
    return counts


@action
def staged(*, by: Viewer, at: datetime, run_id: UUID) -> None:
    """The list was read to its end."""
    into(run_of(by, run_id, "reading"), "staged", by, at)


@action
def refuse(*, by: Viewer, at: datetime, run_id: UUID, code: str) -> None:
    """The list as a whole cannot be taken, for a reason that is a refusal's code; what was staged of it is erased."""
    run = run_of(by, run_id, *OPEN_STATES)
    run.refused = code
    _erase(run)
    into(run, "refused", by, at)


@action
def decide(*, by: Viewer, at: datetime, run_id: UUID, line: int, decision: str) -> None:
    """Say of a held line: `same` person, `new` one, `move`, which of several, or `skip` it. May be changed until it is
    applied.

    Raises Refused("value_unknown") for what cannot be decided of a line held for that reason.
    """
    run = run_of(by, run_id, "staged", "applying", "applied")
    held = HeldLine.objects.filter(run=run, number=line, applied_at=None).exclude(body=None).first()
    if held is None:
        raise Missing
    if decision not in choices(held.reason, len(held.about)):
        raise Refused("value_unknown", field="decision")
    held.decision, held.decided_by_id, held.decided_at = decision, by.person_id, at
    held.save()
    fact = RosterLineDecided(subject=str(run.pk), line=line, reason=held.reason, decision=decision)
    record(fact, by=by, at=at)


@action
def begin(*, by: Viewer, at: datetime, run_id: UUID, here: bool = False, tell: str = NOBODY) -> None:
    """Let what was staged come into the register; also decided lines of a run that was applied before. `tell` says
    which households hear by SMS of the officials a list of links gives them now. Raises Refused("value_unknown").
    """
    run = run_of(by, run_id, "staged", "applied")
    need_tell(tell)
    run.tell = tell
    wanted(run, by, at, here=here)
    into(run, "applying", by, at)


@action
def take_up(*, by: Viewer, at: datetime, run_id: UUID) -> bool:
    """A process begins, or goes on, to work on a run; False where one is at it already or nothing is to be done.

    Where `MOST_ATTEMPTS` processes have ended without bringing it one part further, it is parked instead: it waits for
    a person (`retry`), and the health page names it.
    """
    run = ImportRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.state not in WORKING or run.parked or run.worked_at > at - PATIENCE:
        return False
    run.attempts, run.worked_at = run.attempts + 1, at
    run.save()
    goes_on = run.attempts <= MOST_ATTEMPTS
    record(RosterState(subject=str(run.pk), state=run.state if goes_on else "parked", counts={}), by=by, at=at)
    return goes_on


@action
def retry(*, by: Viewer, at: datetime, run_id: UUID, here: bool = False) -> None:
    """Let a parked run be worked on again, when what was in its way is gone. Raises Refused("import_state")."""
    run = run_of(by, run_id, *WORKING)
    if not run.parked:
        raise Refused("import_state", import_state=run.state)
    wanted(run, by, at, here=here)
    into(run, run.state, by, at)


@action
def apply_part(*, by: Viewer, at: datetime, run_id: UUID, number: int) -> Counter[str]:
    """Bring the lines of a part into the register: one transaction, one event that commits to every row.

    Lines are judged anew: what changed since they were staged counts. An applied part is left alone.
    """
    run = run_of(by, run_id, "applying")
    part = StagedPart.objects.filter(run=run, number=number).first()
    if part is None:
        raise Missing
    if part.applied_at is not None or part.body is None:
        return Counter()
    staged, faults = opened_lines(run, part)
    lines = [one.line for one in staged if one.verdict.what != "held"]
    verdicts = _take(run, by, at, [(line, "") for line in lines], part)
    _hold(run, [(line, verdict) for line, verdict in zip(lines, verdicts, strict=True) if verdict.what == "held"])
    counts = _counted(lines, verdicts, faults)  # what could not be read is refused, and told with what was judged so
    part.applied_at, part.body = at, None
    part.save(force_update=True)
    return _applied(run, by, at, number, counts)


@action
def apply_decided(*, by: Viewer, at: datetime, run_id: UUID) -> Counter[str]:
    """Bring up to a thousand held lines that a person decided on into the register; empty when none is left."""
    run = run_of(by, run_id, "applying")
    ready = HeldLine.objects.filter(run=run, applied_at=None).exclude(decision="").exclude(body=None)
    held = list(ready.order_by("number")[:PART])
    if not held:
        return Counter()
    taken = [one for one in held if one.decision != "skip"]
    lines = roster_named.picked(
        [(Line.unpacked(opened(run, "held", one.pk, one.body)), one.decision, one.about) for one in taken]
    )
    part = StagedPart(run=run, number=_late(run), first_line=held[0].number, lines=len(held), applied_at=at)
    verdicts = _take(run, by, at, lines, part)
    counts = _counted([line for line, _ in lines], verdicts, ())
    counts["skipped"] = len(held) - len(taken)
    judged = zip(taken, lines, verdicts, strict=True)
    again = {one.pk: (line, verdict) for one, (line, _), verdict in judged if verdict.what == "held"}
    for one in held:
        if one.pk in again:  # another reason has come up since: it is asked about once more; who was picked stays so
            line, verdict = again[one.pk]
            one.reason, one.about, one.decision = verdict.reason, verdict.about, ""
            one.body = sealed(run, "held", one.pk, line.packed())
        else:
            one.applied_at, one.body = at, None
    HeldLine.objects.bulk_update(held, ["reason", "about", "decision", "applied_at", "body"])
    part.counts = dict(counts)
    part.save(force_insert=True)
    return _applied(run, by, at, part.number, counts)


@action
def applied(*, by: Viewer, at: datetime, run_id: UUID) -> None:
    """Every part is in the register."""
    run = run_of(by, run_id, "applying")
    run.applied_at = at
    into(run, "applied", by, at)


@action
def abandon(*, by: Viewer, at: datetime, run_id: UUID) -> None:
    """Drop a list that was not applied; its lines and its key are gone at once."""
    run = run_of(by, run_id, "received", "columns", "reading", "staged")
    _erase(run)
    _forgotten(run, at)
    into(run, "abandoned", by, at)


@action
def forget(*, by: Viewer, at: datetime, run_id: UUID) -> None:
    """Erase what is left of a run after thirty days: lines nobody decided on, and what its rows were before."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    _erase(run)
    if run.state in OPEN_STATES and run.state != "applying":
        run.state = "abandoned"
    _forgotten(run, at)
    run.save()
    record(RosterState(subject=str(run.pk), state="forgotten", counts={}), by=by, at=at)


def shred(run_id: UUID, *, at: datetime) -> None:
    """Destroy the key of a run that is forgotten, and its file. May be repeated: the tick does after a crash."""
    vault().destroy(ImportRun(id=run_id).subject, at=at)
    passing.drop(run_id)


def wanted(run: ImportRun, by: Viewer, at: datetime, *, here: bool) -> None:
    """Somebody asks for the next step: the worker takes it up at once, as if nobody had worked on it for long."""
    moved(run, at if here else at - PATIENCE)
    run.acting_id = by.account_id


def moved(run: ImportRun, at: datetime) -> None:
    """The run came further: whoever works on it is well."""
    run.worked_at, run.attempts = at, 0


def _forgotten(run: ImportRun, at: datetime) -> None:
    """Nothing of it is to be opened again. Its key goes only when that stands: a key does not come back."""
    run.forgotten_at = at
    transaction.on_commit(partial(shred, run.pk, at=at))


def run_of(by: Viewer, run_id: UUID, *states: str) -> ImportRun:
    """A run, locked. Raises Missing, Refused("import_state") in another state."""
    by.need("register.import")
    run = ImportRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise Missing
    if run.state not in states:
        raise Refused("import_state", import_state=run.state)
    return run


def into(run: ImportRun, state: str, by: Viewer, at: datetime) -> None:
    """A run comes into a state, and that is told."""
    run.state = state
    run.save()
    counts = {name: count for name, count in run.counts.items() if ":" not in name}
    record(RosterState(subject=str(run.pk), state=state, counts=counts), by=by, at=at)


def _remember(kind: str, header: Sequence[str], columns: Mapping[str, int]) -> None:
    fields = {at: name for name, at in columns.items()}
    known = {row.header: row for row in HeaderChoice.objects.filter(kind=kind)}
    done: set[str] = set()
    for at, text in enumerate(header):
        plain = headers.plain(text)
        if not plain or plain in done:
            continue
        done.add(plain)
        row = known.get(plain) or HeaderChoice(kind=kind, header=plain)
        if row.field != fields.get(at, "") or plain not in known:
            row.field = fields.get(at, "")
            row.save()


def _take(
    run: ImportRun, by: Viewer, at: datetime, lines: Sequence[tuple[Line, str]], part: StagedPart
) -> list[Verdict]:
    """Judge lines and write what they bring; what was before is laid beside, sealed."""
    day = today(by, at)
    verdicts = taker(run.kind)(by, at, run.kind, lines, min(run.since, day), planning=True).verdicts()
    written = Written(day, at)
    for verdict in verdicts:
        if verdict.plan is not None:
            written.take(verdict.plan)
    before = [*written.put_in(), *_ends_of_own(by, at, day, written)]
    powers.listed(by, at, written.news.get(Post, ()), run.pk)
    powers.widened(by, at, {UUID(one["overlay_id"]) for one in written.news.get(OverlayPlace, ())}, run.pk)
    if run.tell != NOBODY:
        announcements.owe(by=by, at=at, cause_id=run.pk, changed=roster_links.leads(written), tell=run.tell)
    part.before = sealed(run, "before", part.pk, before) if before else None
    return verdicts


def _ends_of_own(by: Viewer, at: datetime, day: date, written: Written) -> list[list[Any]]:
    """End links that the part made an official's own household or a relative's (SG-45); what they were before."""
    fresh = {state["id"] for state in written.news.get(Person, ())}
    people = {state["person_id"] for model in (Resident, Kin) for state in written.news.get(model, ())}
    people |= {state["relative_id"] for state in written.news.get(Kin, ())}
    known = [UUID(one) for one in people - fresh]  # whoever is new is nobody's relative and serves nowhere
    ends = Written(day, at)
    for link in apart.own_links(by, known, day=day) if known else ():
        ends.change(link, until=max(day, link.since))
    return ends.put_in()


def _applied(run: ImportRun, by: Viewer, at: datetime, number: int, counts: Counter[str]) -> Counter[str]:
    moved(run, at)
    told = {f"did_{name}": count for name, count in counts.items() if ":" not in name}
    run.counts = dict(Counter(run.counts) + Counter(told))
    run.save()
    record(RosterApplied(subject=str(run.pk), kind=run.kind, part=number, counts=told), by=by, at=at)
    return counts


def _late(run: ImportRun) -> int:
    """The number of a part of decided lines: behind all others."""
    last = StagedPart.objects.filter(run=run).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _counted(lines: Sequence[Line], verdicts: Sequence[Verdict], faults: Sequence[Refusal]) -> Counter[str]:
    """Lines by verdict, and under `held:…`, `refused:…` and `mended:…` by reason."""
    counts: Counter[str] = Counter()
    for line, verdict in zip(lines, verdicts, strict=True):
        counts[verdict.what] += 1
        if verdict.reason:
            counts[f"{verdict.what}:{verdict.reason}"] += 1
        if line.notes and verdict.what in ("new", "changed", "same"):
            counts["mended"] += 1
            counts.update(f"mended:{code}" for code in {":".join(code.split(":")[:2]) for _, code in line.notes})
    for one in faults:
        counts["refused"] += 1
        counts[f"refused:{one.fault.code}"] += 1
    return counts


def _hold(run: ImportRun, lines: Sequence[tuple[Line, Verdict]]) -> None:
    rows = []
    for line, verdict in lines:
        row = HeldLine(id=uuid7(), run=run, number=line.number, reason=verdict.reason, about=verdict.about)
        row.body = sealed(run, "held", row.pk, line.packed())
        rows.append(row)
    if rows:
        HeldLine.objects.bulk_create(rows)


def _erase(run: ImportRun) -> None:
    """Nothing sealed is left in its rows; what they hold need not be read for that."""
    parts = list(StagedPart.objects.filter(run=run).exclude(body=None, before=None).defer("body", "before"))
    for part in parts:
        part.body = part.before = None
    StagedPart.objects.bulk_update(parts, ["body", "before"])
    lines = list(HeldLine.objects.filter(run=run).exclude(body=None).defer("body"))
    for held in lines:
        held.body = None
    HeldLine.objects.bulk_update(lines, ["body"])

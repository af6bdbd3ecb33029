"""Imports of rosters: the runs, what became of their lines, and what a person is asked. For who may import."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from huiyin.core import passing, text
from huiyin.core.models import Person
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.words import label, say
from huiyin.register.models import HeldLine, Household, ImportRun, Post, Resident, StagedPart
from huiyin.register.models.imports import MOST_ATTEMPTS, OPEN_STATES, WORKING
from huiyin.register.models.staged import Refusal, StagedLine, opened, opened_lines
from huiyin.register.queries import places
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import PICKS, choices

LONGEST_LIST = 100


@dataclass(frozen=True)
class RunRow:
    """A run in a list and on its page; `waiting` are held lines that nobody decided on yet."""

    id: UUID
    kind: str
    file_name: str
    state: str
    beside: list[str]
    header: list[str]
    header_row: int
    columns: dict[str, int]
    counts: dict[str, int]
    lines: int
    expected: int
    since: date
    tell: str
    refused: str
    added_at: datetime
    added_by: str
    worked_at: datetime
    applied_at: datetime | None
    waiting: int
    decided: int
    kept: int
    busy: bool
    parked: bool


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


def progress(viewer: Viewer, found: RunRow) -> tuple[int, int]:
    """How many lines of how many are done with by what the machine is at; of 0 where nobody knows yet."""
    viewer.need("register.import")
    if found.state == "reading":
        return found.lines, max(found.expected, found.lines) if found.expected else 0
    if found.state not in ("applying", "undoing"):
        return 0, 0
    parts, done = StagedPart.objects.filter(run=found.id), Q(applied_at__isnull=False)
    if found.state == "undoing":
        parts, done = parts.filter(done), Q(undone_at__isnull=False)
    sums = parts.aggregate(done=Sum("lines", filter=done), all=Sum("lines"))
    return sums["done"] or 0, sums["all"] or 0


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
    rows = ImportRun.objects.filter(state__in=WORKING, worked_at__lte=silent_since, attempts__lte=MOST_ATTEMPTS)
    return tuple(rows.order_by("added_at").values_list("pk", flat=True)[:4])


def parked(viewer: Viewer) -> tuple[tuple[UUID, str], ...]:
    """Runs that were given up on until a person says otherwise, with their kinds; oldest first."""
    viewer.need("register.import")
    rows = ImportRun.objects.filter(state__in=WORKING, attempts__gt=MOST_ATTEMPTS)
    return tuple(rows.order_by("added_at").values_list("pk", "kind"))


def old(viewer: Viewer, before: datetime) -> tuple[UUID, ...]:
    """Runs handed in before a moment that are not forgotten yet, whatever became of them; at most a hundred."""
    viewer.need("register.import")
    rows = ImportRun.objects.filter(added_at__lt=before, forgotten_at=None)
    return tuple(rows.order_by("added_at").values_list("pk", flat=True)[:100])


def keys_left(viewer: Viewer) -> tuple[UUID, ...]:
    """Forgotten runs whose key is still there, because a process ended before it could destroy it."""
    viewer.need("register.import")
    rows = ImportRun.objects.exclude(forgotten_at=None)
    return tuple(row.pk for row in rows.only("pk") if vault().exists(row.subject))


def files_left(viewer: Viewer, before: datetime) -> tuple[UUID, ...]:
    """Lists kept before a moment for which no run was opened, because a process ended in between."""
    viewer.need("register.import")
    kept = passing.kept(before)
    known = set(ImportRun.objects.filter(pk__in=kept).values_list("pk", flat=True))
    return tuple(one for one in kept if one not in known)


def unfinished(viewer: Viewer, *, kind: str, sha256: str, sheet: str = "") -> UUID | None:
    """A run of the same sheet of the same file that was not brought to its end."""
    viewer.need("register.import")
    rows = ImportRun.objects.filter(kind=kind, sha256=sha256, sheet=sheet[:60], state__in=OPEN_STATES)
    return rows.order_by("-added_at").values_list("pk", flat=True).first()


TOLD = ("mended", "held", "refused")


def told_lines(viewer: Viewer, run_id: UUID, *, verdicts: Collection[str] = TOLD, after: int = 0) -> Iterator[ToldLine]:
    """Lines of what is staged by their numbers, of some verdicts; by default those that are not simply taken.

    Only parts that hold such a line are opened.
    """
    viewer.need("register.import")
    row = ImportRun.objects.get(pk=run_id)
    for part in StagedPart.objects.filter(run=row).exclude(body=None).order_by("number").iterator(chunk_size=1):
        if any(part.counts.get(verdict) for verdict in verdicts):
            lines, refused = opened_lines(row, part)
            told = [_told(one) for one in lines] + [_fault(one) for one in refused]
            found = [one for one in told if one.verdict in verdicts and one.number > after]
            yield from sorted(found, key=lambda one: one.number)


@dataclass(frozen=True)
class HeldRow:
    """A line a person decides on: what the list says of it, whom it may be about, and what may be decided."""

    number: int
    reason: str
    name: str
    code: str
    place: str
    number_masked: str
    phones: tuple[str, ...]
    about: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    """Each with whom it picks, in words; empty where it picks nobody."""
    decision: str

    @property
    def picks(self) -> bool:
        """Whether somebody is picked of several."""
        return any(whom for _, whom in self.choices)


def held_lines(viewer: Viewer, run_id: UUID, *, after: int = 0, most: int = 20) -> tuple[HeldRow, ...]:
    """Held lines by number, those not applied yet. Doors write a look down before they show it. Six queries at most."""
    viewer.need("register.import")
    run_row = ImportRun.objects.filter(pk=run_id).first()
    if run_row is None:
        raise Missing
    rows = HeldLine.objects.filter(run=run_row, applied_at=None, number__gt=after).exclude(body=None)
    found = list(rows.order_by("number")[:most])
    values = {row.pk: Line.unpacked(opened(run_row, "held", row.pk, row.body)).values for row in found}
    words = about(viewer, [ref for row in found for ref in row.about if ref])
    paths = places.paths(viewer, {one["place"] for one in values.values() if one.get("place")})
    return tuple(
        HeldRow(
            row.number,
            row.reason,
            _whom(values[row.pk]),
            values[row.pk].get("code", ""),
            paths.get(values[row.pk].get("place", ""), ""),
            mask_id(values[row.pk].get("id", "")),
            tuple(text.mask_phone(one) for one in values[row.pk].get("phones", ())),
            tuple(words[ref] for ref in row.about if ref in words),
            _offered(row, words),
            row.decision,
        )
        for row in found
    )


def _whom(values: Mapping[str, Any]) -> str:
    """Whom a line names: a person, an official by name and unit or by number, of a link both."""
    keys: tuple[str, ...] = (
        ("official", "body", "name", "head") if values.get("official") else ("number", "name", "head")
    )
    if not any(values.get(key) for key in keys):
        keys = ("body", "body_kind")
    return " · ".join(one for key in keys if (one := values.get(key, "")))


def _offered(row: HeldLine, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What may be decided, with who is picked by it: only those the viewer sees are offered."""
    some = [(one, row.about[PICKS.index(one)] if one in PICKS else "") for one in choices(row.reason, len(row.about))]
    return tuple((one, words.get(ref, "")) for one, ref in some if not ref or ref in words)


def kept_rows(viewer: Viewer, run_id: UUID, *, most: int = 100) -> tuple[str, ...]:
    """What an undo left alone, having changed since, in words: households by code and place, people by name."""
    viewer.need("register.import")
    keys: list[str] = []
    for kept in StagedPart.objects.filter(run_id=run_id).order_by("number").values_list("kept", flat=True):
        keys += kept
        if len(keys) >= most:
            break
    refs = [f"{label.rpartition('.')[2]}:{key}" for label, _, key in (one.partition(":") for one in keys[:most])]
    words = about(viewer, refs)
    return tuple(words.get(ref, ref) for ref in refs)


def mask_id(number: str) -> str:
    """An ID number as pages show it: the first six characters and the last two."""
    return f"{number[:6]}{'*' * (len(number) - 8)}{number[-2:]}" if len(number) > 8 else "*" * len(number)


def about(viewer: Viewer, refs: Collection[str]) -> dict[str, str]:
    """People by name and home, households by code and place, officials by name, number and unit, by `person:id`; people
    and households only in the viewer's scope."""
    people = [UUID(ref.partition(":")[2]) for ref in refs if ref.startswith("person:")]
    houses = [UUID(ref.partition(":")[2]) for ref in refs if ref.startswith("household:")]
    homes = list(
        Resident.objects.filter(person__in=people, until=None, replaced_at=None).select_related("household", "person")
    )
    households = list(Household.objects.filter(pk__in=houses))
    codes = {one.household.place_code for one in homes} | {one.place_code for one in households}
    paths = places.paths(viewer, codes)
    found = {
        f"person:{one.person_id}": f"{one.person.name} · {one.household.code} · {paths[one.household.place_code]}"
        for one in homes
        if viewer.sees(one.household.place_code)
    }
    return (
        found
        | _officials(viewer, refs)
        | {
            f"household:{one.pk}": f"{one.code} · {paths[one.place_code]}"
            for one in households
            if viewer.sees(one.place_code)
        }
    )


def _officials(viewer: Viewer, refs: Collection[str]) -> dict[str, str]:
    """Officials by name, number and where they serve; one question, none where there are none."""
    keys = [UUID(ref.partition(":")[2]) for ref in refs if ref.startswith("official:")]
    if not keys:
        return {}
    held = Post.objects.filter(official__in=keys, until=None, replaced_at=None)
    found: dict[str, list[str]] = {}
    columns = ("official_id", "official__person__name", "official__number", "body__name")
    for key, *told in held.order_by("since", "pk").values_list(*columns):
        some = found.setdefault(f"official:{key}", told[:2])
        some += [told[2]] if told[2] not in some else []
    return {ref: " · ".join(some) for ref, some in found.items()}


def reason(viewer: Viewer, line: ToldLine, language: str) -> str:
    """Why a line is what it is, as a sentence."""
    if not line.reason:
        return ""
    if line.verdict == "held":
        return label("roster_held", line.reason, language)
    if line.verdict == "mended":
        return "; ".join(_note(code, language) for code in line.reason.split(" "))
    return say(line.reason, language, **line.values)


def _note(code: str, language: str) -> str:
    name, why, count = (code + "::").split(":")[:3]
    told = label("roster_note", name, language)
    return f"{told} ({say(why, language, missing=count, over=count)})" if why else told


def _told(one: StagedLine) -> ToldLine:
    if one.verdict.what in ("held", "refused") or not one.line.notes:
        verdict = one.verdict
        return ToldLine(one.line.number, verdict.what, verdict.reason, verdict.column, verdict.values)
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
            list(one.beside),
            list(one.header),
            one.header_row,
            dict(one.columns),
            dict(one.counts),
            one.lines,
            one.expected,
            one.since,
            one.tell,
            one.refused,
            one.added_at,
            names.get(one.added_by_id, "") if one.added_by_id else "",
            one.worked_at,
            one.applied_at,
            *held.get(one.pk, (0, 0)),
            one.counts.get("kept", 0),
            one.state in WORKING and not one.parked,
            one.state in WORKING and one.parked,
        )
        for one in found
    )

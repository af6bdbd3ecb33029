"""Inspections, findings and improvements as their readers see them; whether a figure moved (R-395, R-403, R-421)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from huiyin.casework.models import Finding, Improvement, Inspection, InspectionArea
from huiyin.casework.queries import figures
from huiyin.casework.rules.figures import Share, share
from huiyin.casework.rules.inspections import WINDOW, moved
from huiyin.casework.rules.spans import Wanted
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import places, staff

SHOWN = 200


@dataclass(frozen=True)
class InspectionRow:
    """A group in a list."""

    id: UUID
    title: str
    from_on: date
    until_on: date
    ended_on: date | None
    codes: Sequence[str]
    areas: str
    leader: str
    members: int


@dataclass(frozen=True)
class FindingRow:
    """A finding, names filled in. `state` is found, circulated, set (something is to change) or mended."""

    id: UUID
    text: str
    severity: str
    place: str
    body_id: UUID
    body: str
    found_on: date
    circulated_at: datetime | None
    paper: str
    word: str
    word_at: datetime | None
    word_by: str
    state: str
    mine: bool


@dataclass(frozen=True)
class ImprovementRow:
    """What is to change, names filled in."""

    id: UUID
    finding_id: UUID | None
    because: str
    task: str
    place: str
    topic: str
    body: str
    person: str
    set_on: date
    due_on: date
    done_on: date | None
    changed: str
    figure: str
    late: bool
    mine: bool


@dataclass(frozen=True)
class Moved:
    """The figure before it was set and after it was done; `verdict` as `rules.inspections.moved`."""

    name: str
    before: Share
    after: Share
    before_asked: Wanted
    after_asked: Wanted
    verdict: str


@dataclass(frozen=True)
class GroupPage:
    """One inspection with everything."""

    row: InspectionRow
    task: str
    summary: str
    areas: Sequence[tuple[str, str]]
    members: Sequence[tuple[str, str, bool]]
    """Name, body, and whether they lead."""
    findings: Sequence[FindingRow]
    sits: bool
    leads: bool


def inspections(viewer: Viewer) -> list[InspectionRow]:
    """The groups in sight, the newest first; four queries."""
    return _groups(viewer, Inspection.objects.visible_to(viewer))


def group(viewer: Viewer, inspection_id: UUID, at: datetime) -> GroupPage:
    """One group; ten queries at most. Raises Missing."""
    found = Inspection.objects.visible_to(viewer).filter(id=inspection_id).first()
    if found is None:
        raise Missing
    members = list(found.members.order_by("-leads", "id"))
    people = [row.person_id for row in members]
    names, bodies = staff.persons(viewer, people), staff.bodies_of(viewer, people, at)
    called = staff.body_names(viewer, {body for some in bodies.values() for body in some})
    told = _groups(viewer, Inspection.objects.filter(pk=found.pk))[0]
    named = places.paths(viewer, told.codes)
    me = [row for row in members if row.person_id in viewer.persons]
    return GroupPage(
        row=told,
        task=found.task,
        summary=found.summary,
        areas=[(code, named[code]) for code in told.codes],
        members=[
            (names.get(row.person_id, ""), " ".join(sorted(called[one] for one in bodies[row.person_id])), row.leads)
            for row in members
        ],
        findings=_findings(viewer, Finding.objects.visible_to(viewer).filter(inspection=found)),
        sits=bool(me),
        leads=any(row.leads for row in me),
    )


def findings(viewer: Viewer) -> list[FindingRow]:
    """What was found, as far as the viewer may know of it: the newest first; five queries."""
    return _findings(viewer, Finding.objects.visible_to(viewer))


def finding(viewer: Viewer, finding_id: UUID, today: date) -> tuple[FindingRow, UUID | None, list[ImprovementRow]]:
    """One finding, its group where the viewer may read that, and what is to change because of it. Raises Missing."""
    rows = Finding.objects.visible_to(viewer).filter(id=finding_id)
    told = _findings(viewer, rows)
    if not told:
        raise Missing
    above = Inspection.objects.visible_to(viewer).filter(findings__in=rows).values_list("id", flat=True).first()
    tasks = _improvements(viewer, Improvement.objects.visible_to(viewer).filter(finding_id=finding_id), today)
    return told[0], above, tasks


def improvements(viewer: Viewer, today: date, *, done: bool = False) -> list[ImprovementRow]:
    """What is to change, the nearest day first; or what was changed, the newest first. Four queries."""
    rows = Improvement.objects.visible_to(viewer).filter(done_on__isnull=not done)
    return _improvements(viewer, rows.order_by("-done_on", "-id") if done else rows, today)


def improvement(viewer: Viewer, improvement_id: UUID, today: date) -> tuple[ImprovementRow, Moved | None]:
    """One of them, with its figure before and after where one was named. Raises Missing."""
    row = Improvement.objects.visible_to(viewer).filter(id=improvement_id).first()
    if row is None:
        raise Missing
    told = _improvements(viewer, Improvement.objects.filter(pk=row.pk), today)[0]
    return told, _moved(viewer, row, today) if row.figure and viewer.may("stats.see") else None


def _moved(viewer: Viewer, row: Improvement, today: date) -> Moved:
    """Both times are of what was received in them and as it stands today, with the same eyes; two questions."""
    only = (("topic", row.topic),) if row.topic else ()
    begun = row.done_on or today
    before = Wanted(from_=row.set_on - WINDOW, until=row.set_on, place=row.place_code, only=only)
    after = Wanted(
        from_=begun + timedelta(days=1), until=begun + timedelta(days=1) + WINDOW, place=row.place_code, only=only
    )
    one, other = (share(row.figure, figures.whole(viewer, asked)) for asked in (before, after))
    over = row.done_on is not None and today >= after.until
    return Moved(row.figure, one, other, before, after, moved(one, other, over=over))


def _groups(viewer: Viewer, asked: QuerySet[Inspection]) -> list[InspectionRow]:
    """Whoever planned a group leads it."""
    rows = list(asked.annotate(seats=Count("members"))[:SHOWN])
    areas: dict[UUID, list[str]] = {}
    for row in InspectionArea.objects.filter(inspection__in=rows).order_by("place_code"):
        areas.setdefault(row.inspection_id, []).append(row.place_code)
    named = places.paths(viewer, {code for some in areas.values() for code in some})
    names = staff.persons(viewer, _there(row.by_id for row in rows))
    return [
        InspectionRow(
            id=row.id,
            title=row.title,
            from_on=row.from_on,
            until_on=row.until_on,
            ended_on=row.ended_on,
            codes=areas.get(row.id, ()),
            areas="、".join(named[code] for code in areas.get(row.id, ())),
            leader=names.get(row.by_id, "") if row.by_id else "",
            members=row.seats,
        )
        for row in rows
    ]


def _findings(viewer: Viewer, asked: QuerySet[Finding]) -> list[FindingRow]:
    rows = list(asked[:SHOWN])
    tasks: dict[UUID, list[bool]] = {}
    for one, done_on in Improvement.objects.filter(finding__in=rows).values_list("finding_id", "done_on"):
        if one is not None:
            tasks.setdefault(one, []).append(done_on is not None)
    named = places.paths(viewer, {row.place_code for row in rows})
    bodies = staff.body_names(viewer, {row.body_id for row in rows})
    people = staff.persons(viewer, _there(row.word_by_id for row in rows))
    return [
        FindingRow(
            id=row.id,
            text=row.text,
            severity=row.severity,
            place=named[row.place_code],
            body_id=row.body_id,
            body=bodies.get(row.body_id, ""),
            found_on=row.found_on,
            circulated_at=row.circulated_at,
            paper=row.paper,
            word=row.word,
            word_at=row.word_at,
            word_by=people.get(row.word_by_id, "") if row.word_by_id else "",
            state=_state(row, tasks.get(row.id, [])),
            mine=row.body_id in viewer.body_ids,
        )
        for row in rows
    ]


def _state(row: Finding, tasks: Sequence[bool]) -> str:
    if tasks:
        return "mended" if all(tasks) else "set"
    return "circulated" if row.circulated_at else "found"


def _improvements(viewer: Viewer, asked: QuerySet[Improvement], today: date) -> list[ImprovementRow]:
    rows = list(asked[:SHOWN])
    named = places.paths(viewer, {row.place_code for row in rows})
    bodies = staff.body_names(viewer, {row.body_id for row in rows})
    people = staff.persons(viewer, _there(row.person_id for row in rows))
    return [
        ImprovementRow(
            id=row.id,
            finding_id=row.finding_id,
            because=row.because,
            task=row.task,
            place=named[row.place_code],
            topic=row.topic,
            body=bodies.get(row.body_id, ""),
            person=people.get(row.person_id, "") if row.person_id else "",
            set_on=row.set_on,
            due_on=row.due_on,
            done_on=row.done_on,
            changed=row.changed,
            figure=row.figure,
            late=row.done_on is None and row.due_on < today,
            mine=row.body_id in viewer.body_ids or row.person_id in viewer.persons,
        )
        for row in rows
    ]


def _there(some: Iterable[UUID | None]) -> set[UUID]:
    return {one for one in some if one is not None}

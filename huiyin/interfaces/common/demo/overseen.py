"""What those who oversee do about the story: a group goes out, a finding is circulated and answered, something changes,
a unit says in public what it will do, and papers of other bodies are counted."""

from datetime import UTC, date, datetime, timedelta

from huiyin.casework.actions import decided, inspections, pledges, sessions
from huiyin.casework.actions.decided import Paper
from huiyin.casework.actions.inspections import Plan, Task
from huiyin.casework.queries import issues
from huiyin.casework.queries import pledges as waiting
from huiyin.casework.queries.matters import ordinary
from huiyin.casework.rules.petitions import half_of
from huiyin.casework.rules.sessions import UNFULFILLED
from huiyin.interfaces.common.demo.story import Telling
from huiyin.publication.actions import issues as public


def overseen(telling: Telling) -> None:
    """Tell all of it, on the day before the story's present."""
    _inspected(telling)
    _pushed(telling)
    _counted(telling)
    _shown(telling)


def _yesterday(telling: Telling, hour: int) -> datetime:
    local = (telling.now - timedelta(days=1)).astimezone(telling.zone)
    return local.replace(hour=hour, minute=40, second=0, microsecond=0).astimezone(UTC)


def _inspected(telling: Telling) -> None:
    at, words = _yesterday(telling, 9), telling.data["inspection"]
    leader, county = telling.county.of("supervisor")[0], telling.county
    by, town = telling.viewer(leader, at), county.towns[0]
    unit = county.bodies["望川县交通运输局"]
    group = inspections.plan(
        by=by,
        at=at,
        plan=Plan(
            title=words["title"],
            task=words["task"],
            from_on=at.astimezone(telling.zone).date(),
            until_on=(telling.now + timedelta(days=13)).date(),
            areas=[town[0]],
            members=[county.of("dispatcher")[0].person_id, county.of("head")[0].person_id],
        ),
    )
    found = [
        inspections.find(
            by=by, at=at, inspection_id=group.id, place_code=town[0], body=unit, said=said, severity=severity
        )
        for said, severity in ((words["found"], "serious"), (words["also"], "light"))
    ]
    inspections.circulate(by=by, at=at, finding_id=found[0].id, paper="望督通〔2026〕7号")
    heads = county.of("head", "望川县交通运输局")
    if heads:
        own = telling.viewer(heads[0], at)
        inspections.answer(by=own, at=at + timedelta(hours=2), finding_id=found[0].id, said=words["word"])
    later = at + timedelta(hours=3)
    task = Task(
        because=words["found"],
        text=words["change"],
        body=unit,
        due_on=(telling.now + timedelta(days=20)).date(),
        place_code=telling.data["county"]["code"],
        topic="roads",
        figure="in_time",
    )
    inspections.improve(by=telling.viewer(leader, later), at=later, finding_id=found[0].id, task=task)


def _pushed(telling: Telling) -> None:
    """A meeting on what one unit has not done; the unit says what it will do."""
    at = _yesterday(telling, 15)
    chair, other = telling.county.of("dispatcher")[:2]
    by = telling.viewer(chair, at)
    late = {body: waiting.unfulfilled(by, body, at)[:3] for body in telling.county.bodies.values()}
    unit = max(late, key=lambda body: len(late[body]))
    matters = [one for code in late[unit] if (one := ordinary(by, code)) is not None]
    if not matters:
        return
    words = telling.data["inspection"]
    session = sessions.call(
        by=by,
        at=at,
        kind=UNFULFILLED,
        title=words["meeting"],
        where="县政府一楼会议室",
        meets_at=at + timedelta(hours=1),
        members=[chair.person_id, other.person_id],
        matters=matters,
    )
    later = at + timedelta(hours=2)
    pledges.pledge(
        by=telling.viewer(chair, later),
        at=later,
        session_id=session.id,
        body=unit,
        who=telling.county.of("head")[0].name,
        said=words["pledge"],
        until=(telling.now + timedelta(days=15)).date(),
    )


def _counted(telling: Telling) -> None:
    at = _yesterday(telling, 16)
    by = telling.viewer(telling.county.of("supervisor")[0], at)
    first = half_of(at.astimezone(telling.zone).date()).from_
    before = first - timedelta(days=60)
    unit = telling.county.bodies["望川县交通运输局"]
    papers: tuple[tuple[str, str, date, int], ...] = (
        ("unit_circulated", "望办通〔2026〕3号", before, 4),
        ("talked", "望组〔2026〕11号", before + timedelta(days=9), 12),
        ("unit_circulated", "望办通〔2026〕9号", first, 2),
        ("admonished", "望组〔2026〕20号", first, 1),
    )
    for kind, document, on, many in papers:
        paper = Paper(
            kind=kind, decided_by="中共望川县委办公室", document=document, decided_on=on, body=unit, many=many
        )
        decided.record_decision(by=by, at=at, paper=paper)


def _shown(telling: Telling) -> None:
    """The common issue stands in public, in words of its own."""
    at = _yesterday(telling, 17)
    by, words = telling.viewer(telling.county.of("dispatcher")[0], at), telling.data["issue"]
    for row in issues.issues(by, at, at.date())[:1]:
        public.show(by=by, at=at, issue_id=row.issue.id, found=words["text"], plan=words["plan"])

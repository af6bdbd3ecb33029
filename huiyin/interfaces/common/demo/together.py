"""What people do together about the matters of the story: promises fall due, a common issue, a session, the leader."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from huiyin.casework.actions import issues, sessions, suggestions, supervision, things
from huiyin.casework.actions.steps import take_step
from huiyin.casework.rules.issues import About
from huiyin.interfaces.common.demo.asked_again import asked_again
from huiyin.interfaces.common.demo.early import early
from huiyin.interfaces.common.demo.handed import handed_on
from huiyin.interfaces.common.demo.overseen import overseen
from huiyin.interfaces.common.demo.present import read_out
from huiyin.interfaces.common.demo.story import Telling, Told
from huiyin.register.actions import facts
from huiyin.register.actions.facts import Known
from huiyin.register.actions.facts import Told as Said


def together(telling: Telling) -> None:
    """Tell all of it, on the day before the story's present."""
    _gathered(telling)
    _laid_before_the_leader(telling)
    _numbered(telling)
    _in_session(telling)
    _taken_up(telling)
    _committed(telling)
    _known_of_villages(telling)
    early(telling)
    overseen(telling)
    handed_on(telling)
    asked_again(telling)
    read_out(telling)


def _with(telling: Telling, at: datetime, ends: Iterable[str], *, topic: str = "", nature: str = "") -> list[Told]:
    """Ordinary matters of the story that had ended so by then, the newest first."""
    wanted = frozenset(ends)
    return [
        one
        for one in reversed(telling.told)
        if one.at < at and one.end in wanted and topic in ("", one.topic) and nature in ("", one.nature)
    ]


def _yesterday(telling: Telling, hour: int) -> datetime:
    """An hour of the day before, by the county's clock."""
    local = (telling.now - timedelta(days=1)).astimezone(telling.zone)
    return local.replace(hour=hour, minute=20, second=0, microsecond=0).astimezone(UTC)


def _gathered(telling: Telling) -> None:
    """Roads that many ask for stand under one issue with a plan, money and the promise of a named head."""
    at = _yesterday(telling, 9)
    by, body = telling.viewer(telling.county.of("dispatcher")[0], at), "望川县交通运输局"
    words = telling.data["issue"]
    about = About(
        title=words["title"],
        text=words["text"],
        topic="roads",
        owner=telling.county.bodies[body],
        plan=words["plan"],
        funding_yuan=1_200_000,
        funding_from=words["funding"],
    )
    issue = issues.register(by=by, at=at, about=about)
    members = [one.id for one in _with(telling, at, {one.end for one in telling.told}, topic="roads")][:12]
    if members:
        issues.gather(by=by, at=at, issue_id=issue.id, matters=members)
    head = telling.county.of("head")[0]
    until = (telling.now + timedelta(days=120)).date()
    issues.promise(by=by, at=at, issue_id=issue.id, said=words["promise"], until=until, who=head.name)


def _laid_before_the_leader(telling: Telling) -> None:
    at = _yesterday(telling, 10)
    leader, dispatcher = telling.county.of("leader")[0].person_id, telling.county.of("dispatcher")[0]
    for one in _with(telling, at, {"accepted"})[:2]:
        given = {"leader": leader, "note": "牵涉两个镇，请领导定由谁牵头。"}
        take_step(by=telling.viewer(dispatcher, at), at=at, matter_id=one.id, step="submit", given=given)


def _numbered(telling: Telling) -> None:
    at = _yesterday(telling, 11)
    for one in (_with(telling, at, {"overdue"}) or _with(telling, at, {"working", "answered"}))[:3]:
        by = telling.viewer(one.supervisor, at)
        supervision.number(by=by, at=at, matter_id=one.id, reason="几户都等着，挂号督办到居民说办好为止。")


def _in_session(telling: Telling) -> None:
    at = _yesterday(telling, 14)
    chair, other = telling.county.of("dispatcher")[:2]
    matters = [one.id for one in _with(telling, at, {"discussing", "working"})][:2]
    if matters:
        sessions.call(
            by=telling.viewer(chair, at),
            at=at,
            kind="joint",
            title="路和水一起会办",
            where="县政府二楼会议室",
            meets_at=telling.now + timedelta(days=1),
            members=[chair.person_id, other.person_id],
            matters=matters,
        )


def _taken_up(telling: Telling) -> None:
    at = _yesterday(telling, 15)
    by = telling.viewer(telling.county.of("leader")[0], at)
    for one in _with(telling, at, {"closed", "answered", "delivered", "working"}, nature="suggestion")[:2]:
        suggestions.decide(by=by, at=at, matter_id=one.id, decision="taken", reason="说得对，列入明年的安排。")


def _committed(telling: Telling) -> None:
    """The first villages commit to a practical thing each."""
    at = _yesterday(telling, 16)
    for official, title in zip(telling.county.of("official"), telling.data["things"], strict=False):
        things.commit(
            by=telling.viewer(official, at),
            at=at,
            place_code=official.place_code,
            title=title,
            due_on=(telling.now + timedelta(days=60)).date(),
            person=official.person_id,
            body=telling.county.bodies["望川县交通运输局"] if title == telling.data["things"][0] else None,
        )


def _known_of_villages(telling: Telling) -> None:
    """How the villages lie and what they live from, as an office's list says."""
    at, chance = _yesterday(telling, 17), telling.chance
    by = telling.viewer(telling.county.of("admin")[0], at)
    values = {
        "terrain": ("低山", "中山", "高山", "库区"),
        "economy": ("较强", "一般", "一般", "薄弱村", "空壳村"),
        "hazard_sites": ("0", "0", "1", "2", "4"),
        "area": ("6.4", "9.8", "12.5", "18"),
    }
    for fact, choices in values.items():
        said = {code: Said(chance.choice(choices), "") for code, _name in telling.county.villages}
        facts.state(by=by, at=at, programme="echo", fact=fact, told=said, known=Known(source="2026年摸底"))

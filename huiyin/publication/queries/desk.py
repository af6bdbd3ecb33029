"""What those who publish work on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.queries import board
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.publication.models import Notice
from huiyin.register.queries import places, staff

PAGE = 25


@dataclass(frozen=True)
class NoticeRow:
    """A notice as the desk shows it."""

    id: UUID
    matter_id: UUID
    place: str
    place_code: str
    topic: str
    body: str
    asked: str
    done: str
    owed: str
    owed_on: object
    state: str
    drafted_at: datetime
    published_at: datetime | None
    published_by: str
    withdrawn_at: datetime | None
    withdrawn_why: str
    version: int
    handled_by_me: bool


@dataclass(frozen=True)
class NoticePage:
    """Notices of one state, newest first, and the key of the next page."""

    rows: Sequence[NoticeRow]
    after: str = ""


@dataclass(frozen=True)
class Original:
    """What the resident wrote and what was answered, beside the words of the notice."""

    title: str
    text: str
    reply: str
    disclosure: str


def notices(viewer: Viewer, at: datetime, *, state: str = "draft", after: str = "") -> NoticePage:
    """Drafts, published or withdrawn notices of matters the viewer may see. Raises Refused("not_allowed")."""
    viewer.need("matter.publish")
    rows = Notice.objects.visible_to(viewer).filter(state=state).exclude(board.lies_aside(viewer, "matter_id"))
    rows = rows.order_by("-drafted_at", "-id")
    if after and (key := _moment(after)):
        rows = rows.filter(drafted_at__lt=key)
    with looking_as(OPEN):
        found = list(rows[: PAGE + 1])
    more = found[PAGE - 1].drafted_at.isoformat() if len(found) > PAGE else ""
    seen = board.visible(viewer, [row.matter_id for row in found])
    return NoticePage(_rows(viewer, [row for row in found[:PAGE] if row.matter_id in seen]), more)


def notice(viewer: Viewer, notice_id: UUID, at: datetime) -> tuple[NoticeRow, Original]:
    """One notice with its matter's own words. Raises Missing, Refused("not_allowed")."""
    viewer.need("matter.publish")
    row = Notice.objects.visible_to(viewer).filter(id=notice_id).first()
    if row is None:
        raise Missing
    facts = board.facts(viewer, row.matter_id, at)
    (shown,) = _rows(viewer, [row], handler=facts.handler_id)
    return shown, Original(facts.title, facts.text, facts.public_text or facts.reply, facts.disclosure)


def notice_of(viewer: Viewer, matter_id: UUID) -> NoticeRow | None:
    """The notice of a matter that the viewer has open; None where there is none or publishing is not theirs."""
    if not viewer.may("matter.publish") or matter_id not in board.visible(viewer, [matter_id]):
        return None
    row = Notice.objects.filter(matter_id=matter_id).exclude(state="withdrawn").first()
    return _rows(viewer, [row])[0] if row else None


def drafts(viewer: Viewer) -> int:
    """How many drafts wait in the viewer's scope, up to 100; for the side navigation."""
    if not viewer.may("matter.publish"):
        return 0
    ids = list(Notice.objects.visible_to(viewer).filter(state="draft").values_list("matter_id", flat=True)[:100])
    return len(board.visible(viewer, ids))


def standing_for(viewer: Viewer, matter_id: UUID) -> tuple[UUID, ...]:
    """The notices of a matter that are not withdrawn; at most one."""
    return tuple(Notice.objects.filter(matter_id=matter_id).exclude(state="withdrawn").values_list("id", flat=True))


def _rows(viewer: Viewer, rows: Sequence[Notice], handler: UUID | None = None) -> list[NoticeRow]:
    where = places.paths(viewer, [row.place_code for row in rows])
    bodies = staff.body_names(viewer, [row.body_id for row in rows if row.body_id])
    persons = staff.persons(viewer, [row.published_by_id for row in rows if row.published_by_id])
    return [
        NoticeRow(
            id=row.id,
            matter_id=row.matter_id,
            place=where[row.place_code],
            place_code=row.place_code,
            topic=topic_title(row),
            body=bodies.get(row.body_id, "") if row.body_id else "",
            asked=row.asked,
            done=row.done,
            owed=row.owed,
            owed_on=row.owed_on,
            state=row.state,
            drafted_at=row.drafted_at,
            published_at=row.published_at,
            published_by=persons.get(row.published_by_id, "") if row.published_by_id else "",
            withdrawn_at=row.withdrawn_at,
            withdrawn_why=row.withdrawn_why,
            version=row.version,
            handled_by_me=handler in viewer.persons,
        )
        for row in rows
    ]


def topic_title(row: Notice) -> str:
    """The topic in the words of the programme it was drafted under."""
    topic = version(row.rulebook_id).matters(row.programme).topics.get(row.topic)
    return topic.title if topic else row.topic


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None

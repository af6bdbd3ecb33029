"""What helps to write an answer: texts to begin with, filled from the matter, and what was asked (R-177, R-210)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import codes
from huiyin.casework.rules.hints import Hint, hints, private
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.replies import VARIABLES, Replies
from huiyin.programme.words import label, phrase


@dataclass(frozen=True)
class Text:
    """A text to begin an answer with: its name and title, on what it rests, and filled as far as the matter knows."""

    name: str
    title: str
    basis: str
    filled: str


def texts(viewer: Viewer, page: OnePage, at: datetime) -> Sequence[Text]:
    """What may be begun with for this matter, in the programme's order; no query."""
    zone = page.rulebook.county.tz
    offered = replies_of(page, at).offered(
        page.rulebook.matters(page.matter.programme),
        topic=page.matter.topic,
        way=page.matter.way,
        today=at.astimezone(zone).date(),
    )
    values = _values(page, at)
    return [Text(name, one.title, one.basis, one.text.format(**values)) for name, one in offered.items()]


def filled(viewer: Viewer, page: OnePage, name: str, at: datetime) -> str:
    """One text by its name. Raises Refused("value_unknown") for one that is not offered."""
    found = next((one.filled for one in texts(viewer, page, at) if one.name == name), None)
    if found is None:
        raise Refused("value_unknown", field="template")
    return found


def advice(viewer: Viewer, page: OnePage, *, reply: str, public_text: str, at: datetime) -> Sequence[Hint]:
    """What to look at again before an answer goes out, and in what is to stand on a wall."""
    checks = replies_of(page, at).checks
    found = hints(reply, asked_words(page), page.matter.text, checks)
    # A confidential reporter has no name here: the hint must not answer guesses about who it is.
    names = [page.reporter.name] if page.reporter and page.reporter.name else []
    return (*found, *private(public_text, names))


def asked_words(page: OnePage) -> list[str]:
    """Words of the resident that the programme knows: what an answer should speak of."""
    said = f"{page.matter.title} {page.matter.text}"
    topics = page.rulebook.matters(page.matter.programme).topics.values()
    return list(dict.fromkeys(word for topic in topics for word in topic.keywords if word in said))


def replies_of(page: OnePage, at: datetime) -> Replies:
    """The page of answers in force now: what is written today is written in today's words."""
    book, programme = current(at).rulebook, page.matter.programme
    return (book if programme in book.programmes else page.rulebook).replies(programme)


def _values(page: OnePage, at: datetime) -> dict[str, str]:
    """Every variable; what the matter does not know stays as a blank for the writer."""
    matter, county = page.matter, page.rulebook.county
    running = [row.due_at for row in page.clocks if row.met_at is None and row.ended_at is None]
    known = {
        "name": page.reporter.name if page.reporter and page.reporter.name else phrase("template", "somebody"),
        "title": matter.title,
        "place": page.place,
        "code": codes.spoken(matter.code),
        "opened_on": _day(matter.local_day),
        "due_on": _day(_last_day(min(running), county.tz)) if running else "",
        "body": page.body,
        "handler": page.names.get(matter.handler_id, "") if matter.handler_id else "",
        "telephone": county.telephone,
        "today": _day(at.astimezone(county.tz).date()),
    }
    return {name: known[name] or f"【{label('template_variable', name)}】" for name in VARIABLES}


def _last_day(due_at: datetime, zone: ZoneInfo) -> date:
    """The last day of a limit: a due moment at midnight ends the day before."""
    local = due_at.astimezone(zone)
    return date.fromordinal(local.toordinal() - 1) if (local.hour, local.minute) == (0, 0) else local.date()


def _day(day: date) -> str:
    return phrase("template", "day", month=day.month, day=day.day)

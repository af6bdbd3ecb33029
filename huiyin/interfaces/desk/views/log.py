"""The log, for auditors: which root others have signed, which checkpoints there are, what happened (ids only)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from huiyin.casework.queries.held import readable, subject_of
from huiyin.core import health, journal, marks, sealing
from huiyin.core.journal import Filters
from huiyin.core.keyfiles import UnsafeKeys
from huiyin.core.keys import signer
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk import look_words
from huiyin.interfaces.desk.log_words import spoken
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import people

NOTHING = "-"
"""A subject nothing has: what is asked for by a number that leads nowhere."""


@guarded
@require_safe
def log(request: Asked) -> HttpResponse:
    """Checkpoints on top, events below; whoever may not see it gets the page of what does not exist."""
    viewer = request.viewer
    if not viewer.may("audit.see"):
        raise Missing
    at = request.at
    filters = read(request.GET)
    subject = _thing(viewer, filters.subject)
    asked = replace(filters, subject=subject or NOTHING) if filters.subject else filters
    book = current(at).rulebook
    older, newer = (
        (typed.whole(request.GET.get("older", ""), digits=15) or 0),
        (typed.whole(request.GET.get("newer", ""), digits=15) or 0),
    )
    page = journal.events(viewer, asked, book.county.tz, older=older, newer=newer)
    checkpoints = journal.checkpoints(viewer, most=3)
    context = {
        "page": page,
        "rows": [(row, spoken(row.values, book)) for row in page.rows],
        "filters": filters,
        "subject": subject,
        "problem": _problem(request.GET),
        "iso_day": filters.day.isoformat() if filters.day else "",
        "names": journal.names(viewer),
        "checkpoints": checkpoints,
        "witnessed": sealing.newest_witnessed(),
        "key": _key() if checkpoints else "",
        "alarms": look_words.alarms(viewer, at),
        "waiting": sealing.oldest_unsealed(at).total_seconds() > 60,
        "pager": Pager(
            before=write(filters, newer=page.newer) if page.newer else "",
            after=write(filters, older=page.older) if page.older else "",
        ),
    }
    return show(request, "desk/log/log.html", context)


def _key() -> str:
    """The log's public key, as `verify_log.py` takes it; empty where the key is gone. Of a log with a checkpoint."""
    try:
        return str(signer(make=False).verifier(sealing.origin()))
    except UnsafeKeys:
        return ""


@guarded
@require_safe
def looks(request: Asked) -> HttpResponse:
    """Who looked at what is secret, took away or looked up, and why; what has to be gone after on top."""
    viewer = request.viewer
    if not viewer.may("audit.see"):
        raise Missing
    kind = request.GET.get("kind", "")[:40]
    asked = read(request.GET)
    sought, who = asked.subject, typed.sought(request.GET.get("who", ""), most=60).words
    subject = (_thing(viewer, sought) or NOTHING) if sought else ""
    days = day_of(request.at, asked.day) if asked.day else None
    older = typed.whole(request.GET.get("older", ""), digits=15) or 0
    page = journal.looks(viewer, kind=kind, subject=subject, who=who, days=days, older=older)
    pairs = {"kind": kind, "who": who, "day": asked.day.isoformat() if asked.day else "", "subject": sought}
    same = {name: value for name, value in pairs.items() if value}
    after = "?" + urlencode({**same, "older": page.older}) if page.older else ""
    of = {row.id: found for row in page.rows if row.reason and (found := typed.identity(row.subject))}
    told = readable(viewer, set(of.values()))
    context = {
        "page": page,
        "rows": list(zip(page.rows, look_words.told(viewer, page.rows, programme_page(request.at)), strict=True)),
        "problem": _problem(request.GET),
        "kept": {row for row, matter in of.items() if matter not in told},
        "kind": kind,
        "subject": sought,
        "who": who,
        "iso_day": pairs["day"],
        "alarms": look_words.alarms(viewer, request.at),
        "pager": Pager(before="", after=after),
    }
    return show(request, "desk/log/looks.html", context)


@guarded
@require_safe
def checked(request: Asked) -> HttpResponse:
    """Whether all is well, part by part, in words; machines read the same under `/health/deep`."""
    viewer, at = request.viewer, request.at
    if not viewer.may("audit.see"):
        raise Missing
    found = health.deep(at, language())
    parts = sorted(found.parts, key=lambda part: part.ok)
    context = {
        "ok": found.ok,
        "wrong": sum(not part.ok for part in parts),
        "parts": [(part, part.title(language())) for part in parts],
        "demo": marks.is_demo(),
    }
    return show(request, "desk/log/health.html", context)


def _problem(given: QueryDict) -> str:
    """What is wrong with the day of an address, in a sentence: then all days are shown."""
    day = given.get("day", "").strip()
    wrong = day and typed.day(day) is None
    return Refused("not_a_date", field="day").sentence(language()) if wrong else ""


def _thing(viewer: Viewer, sought: str) -> str:
    """What the log calls a matter or a household whose number was typed; else as it came."""
    found = subject_of(viewer, sought)
    return people.subject_of(viewer, found) if found == sought else found


def day_of(at: datetime, day: date) -> tuple[datetime, datetime]:
    """A day of the county, from its midnight to the next."""
    zone = current(at).rulebook.county.tz
    begins = datetime.combine(day, time(), zone)
    return begins, datetime.combine(day + timedelta(days=1), time(), zone)


def read(given: QueryDict) -> Filters:
    """Filters from an address; what is not understood is left out."""
    return Filters(
        name=given.get("name", "")[:80],
        day=typed.day(given.get("day", "")),
        subject=typed.sought(given.get("subject", ""), most=64).words[:64],
    )


def write(filters: Filters, **more: Any) -> str:
    """The address of filters."""
    pairs = {"name": filters.name, "day": filters.day.isoformat() if filters.day else "", "subject": filters.subject}
    return "?" + urlencode({key: value for key, value in (pairs | more).items() if value})

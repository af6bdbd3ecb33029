"""The log, for auditors: which root others have signed, which checkpoints there are, what happened (ids only)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from huiyin.casework.queries.held import readable, subject_of
from huiyin.core import journal, sealing
from huiyin.core.journal import Filters
from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.log_words import spoken
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing

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
    subject = subject_of(viewer, filters.subject)
    asked = replace(filters, subject=subject or NOTHING) if filters.subject else filters
    book = current(at).rulebook
    older, newer = (
        (typed.whole(request.GET.get("older", ""), digits=15) or 0),
        (typed.whole(request.GET.get("newer", ""), digits=15) or 0),
    )
    page = journal.events(viewer, asked, book.county.tz, older=older, newer=newer)
    context = {
        "page": page,
        "rows": [(row, spoken(row.values, book)) for row in page.rows],
        "filters": filters,
        "subject": subject,
        "iso_day": filters.day.isoformat() if filters.day else "",
        "names": journal.names(viewer),
        "checkpoints": journal.checkpoints(viewer, most=3),
        "witnessed": sealing.newest_witnessed(),
        "alarms": journal.alarms(viewer, at),
        "waiting": sealing.oldest_unsealed(at).total_seconds() > 60,
        "pager": Pager(
            before=write(filters, newer=page.newer) if page.newer else "",
            after=write(filters, older=page.older) if page.older else "",
        ),
    }
    return show(request, "desk/log/log.html", context)


@guarded
@require_safe
def looks(request: Asked) -> HttpResponse:
    """Who looked at what is secret, took away or looked up, and why; what has to be gone after on top."""
    viewer = request.viewer
    if not viewer.may("audit.see"):
        raise Missing
    kind = request.GET.get("kind", "")[:40]
    sought = read(request.GET).subject
    subject = (subject_of(viewer, sought) or NOTHING) if sought else ""
    older = typed.whole(request.GET.get("older", ""), digits=15) or 0
    page = journal.looks(viewer, kind=kind, subject=subject, older=older)
    after = "?" + urlencode({"kind": kind, "subject": sought, "older": page.older}) if page.older else ""
    of = {row.id: found for row in page.rows if row.reason and (found := typed.identity(row.subject))}
    told = readable(viewer, set(of.values()))
    context = {
        "page": page,
        "kept": {row for row, matter in of.items() if matter not in told},
        "kind": kind,
        "subject": sought,
        "alarms": journal.alarms(viewer, request.at),
        "pager": Pager(before="", after=after),
    }
    return show(request, "desk/log/looks.html", context)


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

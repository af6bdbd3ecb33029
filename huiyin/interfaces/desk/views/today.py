"""What is to be done now, in the order of need."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from huiyin.casework.queries import dismissing, matters
from huiyin.casework.queries import today as queries
from huiyin.casework.queries.accompanying import wished
from huiyin.casework.queries.called import called
from huiyin.casework.queries.drafts import codes_waiting
from huiyin.casework.queries.waiting import TO_ASSIGN
from huiyin.casework.rules import codes
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.drawn import draw
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.templatetags import hy
from huiyin.interfaces.common.templatetags.addresses import address
from huiyin.interfaces.desk.faces import row_face
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.interfaces.desk.pages import Asked, show
from huiyin.programme.words import label
from huiyin.register.queries import people, portraits, resets
from huiyin.register.queries.waiting import waiting

BESIDE = {
    "asked": "desk:asked",
    "reading": "desk:reading",
    "kept": "desk:kept",
    "read_out": "desk:readings",
    "tasks": "desk:sessions",
    "dismissals": "desk:dismissed",
    "enquiries": "desk:people",
    "objections": "desk:households",
    "erasures": "desk:erasures",
    "imports": "desk:rosters",
    "resets": "desk:resets",
    "powers": "desk:powers",
}
"""Where that is done which waits and is no matter."""


@require_safe
def today(request: Asked) -> HttpResponse:
    """The page a member of staff begins with."""
    at = request.at
    found = queries.today(request.viewer, at)
    homes = _homes(request.viewer, at, free=not found.rows)
    request.tally = found.tally
    waits = waiting(request.viewer, at)
    own = waits.pop("account_told", 0)
    beside = _beside(request.viewer, at, waits)
    context = {
        "found": found,
        "rows": [_row(todo, at, first=number == 0) for number, todo in enumerate(found.rows)],
        "first": found.rows[0].row.code if found.rows else "",
        "load": _load(found),
        "counts": _counts(request.viewer, found),
        "beside": beside,
        "others": sum(one["n"] for one in beside),
        "hand_back": matters.all_to_hand_back(request.viewer) if request.viewer.may("matter.see") else (),
        "wishes": wished(request.viewer, at),
        "account_told": resets.told(request.viewer) if own else (),
        "centre": current(at).rulebook.county,
        "my_photo": portraits.put_up_for(request.viewer, at),
        "keeps_posts": request.viewer.may("register.edit"),
        "looks_back": request.viewer.may("audit.see"),
        "sees_figures": request.viewer.may("stats.see"),
        "homes": homes,
        "only_homes": homes and not request.viewer.may("matter.see"),
    }
    return show(request, "desk/today.html", context)


def _homes(viewer: Viewer, at: datetime, *, free: bool) -> int:
    """Households the viewer is linked to, for a linked official whose post handles no matters or who has none waiting:
    that is their day."""
    if (viewer.may("matter.see") and not free) or not viewer.may("register.see"):
        return 0
    return len(people.linked_households(viewer, at))


def _row(todo: queries.Todo, at: datetime, *, first: bool) -> SafeString:
    """A line of the list; the first is where the keyboard stands."""
    row = todo.row
    shape = {
        "first": first,
        "again": row.state == "reopened",
        "task": todo.task,
        "held": bool(row.body or row.handler),
    }
    values = {
        "said": hy.code(row.code),
        "address": address("desk:matter", row.code),
        "title": row.title,
        "clock": hy.clock(row_face(row, at)),
        "place": row.place,
        "body": row.body,
        "handler": row.handler,
    }
    return draw("desk/parts/today_row.html", shape, values)


@require_safe
def search(request: Asked) -> HttpResponse:
    """The search of the frame: a code opens its matter, anything else becomes a search of the list."""
    typed = forms.sought(request.GET, "q").words
    code = codes.read_code(typed)
    if code is not None:
        return redirect("desk:matter", code)
    return redirect(f"{reverse('desk:matters')}?{urlencode({'q': typed, 'open': 'all'})}")


def _counts(viewer: Viewer, found: queries.Today) -> list[dict[str, Any]]:
    """Two counts more, by what the viewer's posts are for; each leads to what it counts."""
    states: list[tuple[str, tuple[str, ...]]] = []
    if viewer.may("matter.assign"):
        states = [("to_assign", TO_ASSIGN), ("reopened", ("reopened",))]
    elif viewer.may("matter.classify"):
        states = [("received", ("received",))]
    elif viewer.may("matter.accept"):
        states = [("assigned", ("assigned",)), ("working", ("working",))]
    counts = [
        {
            "label": label("waiting", key, language()),
            "n": sum(found.by_state[state] for state in wanted),
            "query": urlencode([("part", "todo"), *(("state", state) for state in wanted)]),
        }
        for key, wanted in states
    ]
    if viewer.may("matter.call_back"):
        counts.append({"label": label("waiting", "calls", language()), "n": found.tally.calls, "query": "part=todo"})
    return counts


def _beside(viewer: Viewer, at: datetime, waits: dict[str, int]) -> list[dict[str, Any]]:
    """What waits for the viewer that is no matter; each leads to where it is done."""
    many = called(viewer, at)
    if viewer.may("matter.see"):
        many = {**many, "dismissals": len(dismissing.waiting(viewer))}
    many = {name: n for name, n in {**many, **waits}.items() if n or name != "read_out"}
    found = [
        {"label": label("waiting", name, language()), "n": n, "href": reverse(BESIDE[name])} for name, n in many.items()
    ]
    unread = codes_waiting(viewer, at)
    if unread:
        oldest = f"{reverse('desk:matter', args=[unread[0][0]])}#drafts"
        found.append({"label": label("waiting", "drafts", language()), "n": len(unread), "href": oldest})
    return found


def _load(found: queries.Today) -> list[dict[str, Any]]:
    """Working days and whatever else something falls due on, with the share of the fullest day."""
    most = max((day.count for day in found.load), default=0) or 1
    return [
        {"day": day, "today": index == 0, "share": day.count / most, "late": day.late / most}
        for index, day in enumerate(found.load)
        if day.works or day.count
    ]

"""The supervisor's wall: what is late and why, grouped, with the next step one click away."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.casework.queries import late as queries
from huiyin.casework.queries.late import Late, Narrow
from huiyin.casework.rules.waits import OTHER, WAITS
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Chip, Pager
from huiyin.interfaces.desk.faces import row_face
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.words import label

NEXT = ("supervise", "decide", "assign", "answer", "take", "reopen", "discuss")
"""The step offered first, of those the viewer may take."""


@require_safe
@guarded
def late(request: Asked) -> HttpResponse:
    """The wall, longest overdue first."""
    viewer = request.viewer
    viewer.need("matter.approve")
    narrow = _narrow(request)
    wall = queries.wall(viewer, narrow, request.at, after=request.GET.get("after", "")[:60])
    groups = [
        {
            "name": name,
            "title": label("late_by", name, language()),
            "items": [_chip(narrow, name, one) for one in wall.groups[name]],
        }
        for name in queries.BY
    ]
    context = {
        "rows": [_row(one, request) for one in wall.rows],
        "groups": groups,
        "total": wall.total,
        "narrowed": _query(narrow),
        "page": Pager(after=f"?{_query(narrow, after=wall.after)}" if wall.after else ""),
    }
    return show(request, "desk/figures/late.html", context)


def _row(one: Late, request: Asked) -> dict[str, Any]:
    step = next((name for name in NEXT if name in one.steps), "")
    if one.asked:
        # Deciding about more time stands on the matter's own page.
        href, words = reverse("desk:matter", args=[one.row.code]), label("late_next", "decide", language())
    elif step:
        href, words = reverse("desk:step", args=[one.row.code, step]), label("step", step, language())
    else:
        href, words = reverse("desk:matter", args=[one.row.code]), label("late_next", "look", language())
    return {
        "one": one,
        "row": one.row,
        "face": row_face(one.row, request.at),
        "waits": label("waits", one.waits, language()),
        "last": label("step", one.last, language()) if one.last else "",
        "href": href,
        "step": words,
        "days": max((request.at - one.since).days, 0),
    }


def _narrow(request: Asked) -> Narrow:
    waits = request.GET.get("waits", "")
    return Narrow(
        waits=waits if waits in {*WAITS.values(), OTHER} else "",
        body=typed.identity(request.GET.get("body", "")),
        supervisor=typed.identity(request.GET.get("supervisor", "")),
        without=request.GET.get("without", "")[:20],
    )


def _chip(narrow: Narrow, name: str, group: queries.Group) -> Chip:
    if not group.value:
        on = narrow.without == name
        href = f"?{_query(narrow, without='' if on else name)}"
        return Chip(label=f"{label('late_next', 'nobody', language())} {group.count:,}", href=href, on=on)
    on = str(getattr(narrow, name) or "") == group.value
    title = label("waits", group.value, language()) if name == "waits" else group.title
    href = f"?{_query(narrow, **{name: '' if on else group.value})}"
    return Chip(label=f"{title} {group.count:,}", href=href, on=on)


def _query(narrow: Narrow, **changed: str) -> str:
    kept = {"waits": narrow.waits, "body": str(narrow.body or ""), "supervisor": str(narrow.supervisor or "")}
    kept["without"] = narrow.without
    return urlencode([(key, value) for key, value in (kept | changed).items() if value])

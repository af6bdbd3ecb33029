"""Putting answered matters on the wall: drafts, words that tell nobody's name, publishing by a second person."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.queries import matters
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager, Tab, WallLine
from huiyin.interfaces.desk.forms.fields import Plain, Typed, area, line
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels
from huiyin.publication.actions import notices as actions
from huiyin.publication.queries import desk as queries
from huiyin.publication.queries.desk import NoticeRow, Original


class NoticeForm(Typed):
    """The lines of a notice, as plain texts."""

    asked = Plain(area(2))
    done = Plain(area(3))
    owed = Plain(area(2))
    owed_on = Plain(line(type="date"))
    reason = Plain(area(2))
    seen = Plain(line())

    def lines(self) -> actions.Lines:
        """What was typed, for the room. Raises Refused("not_a_date")."""
        day = typed.dated(self.value("owed_on"), field="owed_on")
        return actions.Lines(asked=self.value("asked"), done=self.value("done"), owed=self.value("owed"), owed_on=day)

    @property
    def version(self) -> int | None:
        """Which version of the notice the person looked at."""
        return typed.whole(self.value("seen"))


@guarded
@require_safe
def notices(request: Asked) -> HttpResponse:
    """Drafts that wait, what stands on walls, what was taken down."""
    states = labels("notice", language())
    state = request.GET.get("state", "draft")
    if state not in states:
        raise Missing
    page = queries.notices(request.viewer, request.at, state=state, after=request.GET.get("after", "")[:100])
    tabs = [
        Tab(label=words, href=f"?{urlencode({'state': name})}", here=name == state) for name, words in states.items()
    ]
    after = f"?{urlencode({'state': state, 'after': page.after})}" if page.after else ""
    return show(
        request,
        "desk/notices/list.html",
        {"rows": page.rows, "tabs": tabs, "state": state, "page": Pager(after=after)},
    )


@guarded
@require_POST
def draft(request: Asked, code: str) -> HttpResponse:
    """Draft the notice of a matter that was answered, or open the one there is."""
    found = matters.by_code(request.viewer, code)
    if standing := queries.notice_of(request.viewer, found):
        return redirect("desk:notice", standing.id)
    row = actions.draft(by=request.viewer, at=request.at, matter_id=found)
    return redirect("desk:notice", row.id)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: Asked, notice_id: UUID) -> HttpResponse:
    """One notice: its words, the resident's and the answer beside them, and how it will stand on the wall."""
    row, original = queries.notice(request.viewer, notice_id, request.at)
    if request.method != "POST":
        return _page(request, row, original, _filled(row))
    form = NoticeForm(request.POST)
    form.is_valid()
    try:
        return _act(request, row, form)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, row, original, form, status=422)


def _act(request: Asked, row: NoticeRow, form: NoticeForm) -> HttpResponse:
    """Save the words, publish them, or take the notice down."""
    do, by, at = request.POST.get("do", ""), request.viewer, request.at
    if do == "withdraw":
        actions.withdraw(by=by, at=at, notice_id=row.id, reason=form.value("reason"), seen=form.version)
        return redirect("desk:notices")
    saved = actions.edit(by=by, at=at, notice_id=row.id, lines=form.lines(), seen=form.version)
    if do == "publish":
        actions.publish(by=by, at=at, notice_id=row.id, seen=saved.version)
        return redirect("desk:notices")
    return redirect("desk:notice", row.id)


def _filled(row: NoticeRow) -> NoticeForm:
    return NoticeForm(
        initial={
            "asked": row.asked,
            "done": row.done,
            "owed": row.owed,
            "owed_on": row.owed_on.isoformat() if isinstance(row.owed_on, date) else "",
            "seen": str(row.version),
        }
    )


def _page(request: Asked, row: NoticeRow, original: Original, form: NoticeForm, status: int = 200) -> HttpResponse:
    lines = [
        WallLine("ask", form.value("asked")),
        WallLine("do", form.value("done")),
        WallLine("owe", form.value("owed")),
    ]
    context = {"row": row, "original": original, "form": form, "lines": [one for one in lines if one.text.strip()]}
    return show(request, "desk/notices/one.html", context, status=status)

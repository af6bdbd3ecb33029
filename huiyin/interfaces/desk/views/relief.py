"""What households were given: the lists, one list with its households, writing another, striking a mistake."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.forms.relief import ReliefForm
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import relief as act
from huiyin.register.queries import relief


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: Asked) -> HttpResponse:
    """The newest lists, and a form for another."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    form = ReliefForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    if request.method == "POST":
        made, wrong = _give(request, form)
        if made:
            return redirect("desk:relief_list", made["list"])
        for refused in wrong:
            form.refuse(refused)
    words = request.GET.get("q", "").strip()[:60]
    rows, after = relief.listed(viewer, at, words=words, after=request.GET.get("after", "")[:60])
    context = {
        "rows": rows,
        "q": words,
        "pager": Pager(after=f"?{urlencode({'q': words, 'after': after})}" if after else ""),
        "form": form,
        "may": viewer.may("register.correct"),
    }
    return show(request, "desk/relief/lists.html", context, status=422 if form.is_bound else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: Asked, list_id: UUID) -> HttpResponse:
    """One list with each household's own amount; a line that was a mistake is struck."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    if request.method == "POST":
        act.strike(by=viewer, at=at, relief_id=typed.chosen(request.POST.get("line", ""), "value_unknown"))
        messages.success(request, phrase("done", "saved", language()))
        return redirect("desk:relief_list", list_id) if relief.stands(viewer, at, list_id) else redirect("desk:relief")
    row, lines = relief.one(viewer, at, list_id)
    context = {"row": row, "lines": lines, "may": viewer.may("register.correct")}
    return show(request, "desk/relief/list.html", context)


def _give(request: Asked, form: ReliefForm) -> tuple[dict[str, Any] | None, list[Refused]]:
    """Write it down, or all that is wrong."""
    by, at = request.viewer, request.at
    by.need("register.correct")
    if wrong := form.missing():
        return None, wrong

    def run() -> dict[str, Any]:
        day = typed.dated(form.value("day"), field="day")
        told = {name: form.value(name) for name in ("what", "source", "lines")}
        return {"list": str(act.give(by=by, at=at, day=day, **told))}

    return once(request, form, "desk.relief", run)

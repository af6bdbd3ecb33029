"""What is to change in the government's own work, and whether the figure moved; decisions made elsewhere, counted."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions import decided as deciding
from huiyin.casework.actions import inspections as actions
from huiyin.casework.queries import decided as papers
from huiyin.casework.queries import inspections as queries
from huiyin.casework.rules.inspections import DECISIONS
from huiyin.casework.rules.spans import Behind
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Tab
from huiyin.interfaces.desk.figure_words import link, opens_at, percent
from huiyin.interfaces.desk.forms.inspections import DecidedForm, TaskForm, WordForm
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.inspections import lacking, lay_out_task
from huiyin.interfaces.desk.views.overseeing import bodies_here, tabs
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase
from huiyin.register.queries.days import today


@guarded
@require_http_methods(["GET", "POST"])
def improvements(request: Asked) -> HttpResponse:
    """What is to change and what was changed; from an analysis something new is set here."""
    request.viewer.need("matter.see")
    if request.method == "GET":
        given = {name: request.GET.get(name, "")[:60] for name in ("place_code", "topic", "figure")}
        return _list(request, TaskForm(initial={"key": str(uuid4()), **given}))
    form = TaskForm(request.POST)
    told = lacking(request, form)
    if told:
        return _list(request, form, told, status=422)

    def run() -> dict[str, Any]:
        return {"id": str(actions.improve(by=request.viewer, at=request.at, task=form.wanted()).id)}

    result, refused = once(request, form, "desk.improvement", run)
    return redirect("desk:improvement", result["id"]) if result else _list(request, form, refused, status=422)


@guarded
@require_http_methods(["GET", "POST"])
def improvement(request: Asked, improvement_id: UUID) -> HttpResponse:
    """One of them: the unit says what it changed; afterwards the figure stands beside what it was."""
    form = WordForm(initial={"key": str(uuid4())})
    status = 200
    if request.method == "POST":
        form = WordForm(request.POST)

        def run() -> dict[str, Any]:
            said = form.value("changed")
            actions.done(by=request.viewer, at=request.at, improvement_id=improvement_id, changed=said)
            return {}

        result, refused = once(request, form, "desk.improvement_done", run)
        if result is not None:
            return redirect("desk:improvement", improvement_id)
        for one in refused:
            form.refuse(one)
        status = 422
    viewer = request.viewer
    row, moved = queries.improvement(viewer, improvement_id, today(viewer, request.at))
    topics = programme_page(request.at).topics
    context = {
        "row": row,
        "topic": topics[row.topic].title if row.topic in topics else "",
        "moved": moved,
        "sides": _sides(moved, opens=opens_at(viewer)) if moved else [],
        "form": form,
        "may_finish": row.done_on is None and (row.mine or viewer.may(actions.SUPERVISE)),
    }
    return show(request, "desk/oversee/improvement.html", context, status=status)


@guarded
@require_http_methods(["GET", "POST"])
def decided(request: Asked) -> HttpResponse:
    """Counts by half year, and the papers behind them; who supervises writes one down."""
    request.viewer.need("stats.see")
    if request.method == "GET":
        return _decided(request, DecidedForm(initial={"key": str(uuid4())}))
    form = DecidedForm(request.POST)
    told = form.faults()
    if told:
        return _decided(request, form, told, status=422)

    def run() -> dict[str, Any]:
        deciding.record_decision(by=request.viewer, at=request.at, paper=form.paper())
        return {}

    result, refused = once(request, form, "desk.decided", run)
    return redirect("desk:decided") if result is not None else _decided(request, form, refused, status=422)


@guarded
@require_POST
def strike(request: Asked, decided_id: UUID) -> HttpResponse:
    """Take a paper back that was written down wrongly."""
    why = request.POST.get("why", "")
    try:
        deciding.strike(by=request.viewer, at=request.at, decided_id=decided_id, why=why)
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "already_done":
            form = DecidedForm(initial={"key": str(uuid4())})
            wrong = {"id": decided_id, "why": refused.sentence(language())}
            return _decided(request, form, status=422, wrong=wrong)
        return redirect("desk:decided")
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:decided")


def _list(request: Asked, form: TaskForm, told: list[Refused] | None = None, *, status: int = 200) -> HttpResponse:
    viewer = request.viewer
    may_set = viewer.may("matter.assign") or viewer.may(actions.SUPERVISE)
    if may_set:
        lay_out_task(request, form)
    for one in told or ():
        form.refuse(one)
    done = request.GET.get("show") == "done"
    context = {
        "tabs": tabs(request, "improvements"),
        "kinds": [
            Tab(label=label("improvement_list", "open", language()), href="?", here=not done),
            Tab(label=label("improvement_list", "done", language()), href="?show=done", here=done),
        ],
        "rows": queries.improvements(viewer, today(viewer, request.at), done=done),
        "done": done,
        "form": form,
        "may_set": may_set,
    }
    return show(request, "desk/oversee/improvements.html", context, status=status)


def _sides(moved: queries.Moved, *, opens: str) -> list[dict[str, Any]]:
    """The figure before and after, each with its base and its matters."""
    return [
        {
            "name": name,
            "share": found,
            "percent": percent(found),
            "first": asked.from_,
            "last": asked.until - timedelta(days=1),
            "href": link(Behind(asked, "collected"), opens) if found.base else "",
        }
        for name, found, asked in (
            ("before", moved.before, moved.before_asked),
            ("after", moved.after, moved.after_asked),
        )
    ]


def _decided(
    request: Asked,
    form: DecidedForm,
    told: list[Refused] | None = None,
    *,
    status: int = 200,
    wrong: dict[str, Any] | None = None,
) -> HttpResponse:
    may_write = request.viewer.may(deciding.VERB)
    if may_write:
        form.lay_out(bodies_here(request))
    for one in told or ():
        form.refuse(one)
    context = {
        "tabs": tabs(request, "decided"),
        "head": [label("decision", one, language()) for one in DECISIONS],
        "halves": papers.halves(request.viewer),
        "rows": papers.papers(request.viewer),
        "form": form,
        "may_write": may_write,
        "wrong": wrong,
    }
    return show(request, "desk/oversee/decided.html", context, status=status)

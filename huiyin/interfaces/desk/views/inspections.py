"""Inspection groups with what they found, and one finding on its way: circulated, answered, something is to change."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions import inspections as actions
from huiyin.casework.queries import inspections as queries
from huiyin.casework.rules import inspections as rules
from huiyin.core.rulebook import current
from huiyin.interfaces.common.typed import day
from huiyin.interfaces.desk.forms.fields import Once
from huiyin.interfaces.desk.forms.inspections import FindingForm, PlanForm, TaskForm, WordForm
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.overseeing import bodies_here, named_officials, places_here, seated, tabs, topics_here
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries.days import today


@guarded
@require_http_methods(["GET", "POST"])
def inspections(request: Asked) -> HttpResponse:
    """The groups and what was found; who supervises sends a group out here."""
    request.viewer.need("matter.see")
    if request.method == "GET":
        return _list(request, PlanForm(initial=_fresh()))
    form = PlanForm(request.POST)
    _lay_out_plan(request, form)
    told = _lacking_plan(request, form)
    if told:
        return _list(request, form, told, status=422)

    def run() -> dict[str, Any]:
        return {"id": str(actions.plan(by=request.viewer, at=request.at, plan=form.plan()).id)}

    result, refused = once(request, form, "desk.inspection", run)
    return redirect("desk:inspection", result["id"]) if result else _list(request, form, refused, status=422)


@guarded
@require_http_methods(["GET", "POST"])
def inspection(request: Asked, inspection_id: UUID) -> HttpResponse:
    """One group; its members write what they found, its leader ends it."""
    page = queries.group(request.viewer, inspection_id, request.at)
    finding, end = FindingForm(initial=_fresh()), WordForm(initial=_fresh())
    if request.method == "GET":
        return _group(request, page, finding, end)
    if request.POST.get("do") == "end":
        end = WordForm(request.POST)

        def run() -> dict[str, Any]:
            said = end.value("summary")
            actions.end(by=request.viewer, at=request.at, inspection_id=inspection_id, summary=said)
            return {}

        form: Once = end
    else:
        finding = form = FindingForm(request.POST)

        def run() -> dict[str, Any]:
            body = finding.identity("body")
            if body is None:
                raise Refused("body_unknown", field="body")
            told = {name: finding.value(name) for name in ("place_code", "said", "severity")}
            actions.find(by=request.viewer, at=request.at, inspection_id=inspection_id, body=body, **told)
            return {}

    result, refused = once(request, form, "desk.inspection_one", run)
    if result is None:
        return _group(request, page, finding, end, refused, form, status=422)
    return redirect("desk:inspection", inspection_id)


@guarded
@require_http_methods(["GET", "POST"])
def finding(request: Asked, finding_id: UUID) -> HttpResponse:
    """One finding; with `do` one of circulate, answer, improve it does that first."""
    if request.method == "GET":
        return _finding(request, finding_id, {})
    do = request.POST.get("do", "")
    form: Once = TaskForm(request.POST) if do == "improve" else WordForm(request.POST)
    if isinstance(form, TaskForm):
        told = lacking(request, form)
        if told:
            return _finding(request, finding_id, {do: form}, told, form, status=422)

    def run() -> dict[str, Any]:
        _do(request, finding_id, do, form)
        return {}

    result, refused = once(request, form, f"desk.finding.{do}", run)
    if result is None:
        return _finding(request, finding_id, {do: form}, refused, form, status=422)
    return redirect("desk:finding", finding_id)


def _do(request: Asked, finding_id: UUID, do: str, form: Once) -> None:
    viewer, at = request.viewer, request.at
    if do == "circulate":
        actions.circulate(by=viewer, at=at, finding_id=finding_id, paper=form.value("paper"))
    elif do == "answer":
        actions.answer(by=viewer, at=at, finding_id=finding_id, said=form.value("said"))
    elif isinstance(form, TaskForm):
        actions.improve(by=viewer, at=at, finding_id=finding_id, task=form.wanted())
    else:
        raise Missing


def lay_out_task(request: Asked, form: TaskForm) -> None:
    """Offer what an improvement may be about."""
    form.lay_out(
        bodies=bodies_here(request),
        people=named_officials(request),
        places=places_here(request),
        topics=topics_here(request),
    )


def _lacking_plan(request: Asked, form: PlanForm) -> list[Refused]:
    try:
        wanted = form.plan()
    except Refused as refused:
        return [refused]
    days = {"from_on": wanted.from_on, "until_on": wanted.until_on}
    day = today(request.viewer, request.at)
    return list(rules.plan(title=wanted.title, task=wanted.task, areas=wanted.areas, today=day, **days))


def lacking(request: Asked, form: TaskForm) -> list[Refused]:
    """All that a task lacks, each with its field."""
    told = form.faults()
    words, due_on = {"because": form.value("because"), "text": form.value("task")}, day(form.value("due_on"))
    return told + list(
        rules.task(**words, due_on=due_on, figure=form.value("figure"), today=today(request.viewer, request.at))
    )


def _fresh() -> dict[str, str]:
    return {"key": str(uuid4())}


def _lay_out_plan(request: Asked, form: PlanForm) -> None:
    if request.viewer.may(actions.SUPERVISE):
        form.lay_out(places_here(request), seated(request))


def _list(request: Asked, form: PlanForm, told: list[Refused] | None = None, *, status: int = 200) -> HttpResponse:
    _lay_out_plan(request, form)
    for one in told or ():
        form.refuse(one)
    context = {
        "tabs": tabs(request, "inspections"),
        "rows": queries.inspections(request.viewer),
        "findings": queries.findings(request.viewer),
        "form": form,
        "may_plan": request.viewer.may(actions.SUPERVISE),
    }
    return show(request, "desk/oversee/inspections.html", context, status=status)


def _group(
    request: Asked,
    page: queries.GroupPage,
    form: FindingForm,
    end: WordForm,
    told: list[Refused] | None = None,
    wrong: Once | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    own = request.viewer.body_ids
    if page.sits:
        bodies = [(key, name) for key, name in bodies_here(request) if UUID(key) not in own]
        form.lay_out([("", "—"), *page.areas], bodies)
    for one in told or ():
        (wrong or form).refuse(one)
    context = {"page": page, "form": form, "end": end}
    return show(request, "desk/oversee/inspection.html", context, status=status)


def _finding(
    request: Asked,
    finding_id: UUID,
    forms: dict[str, Once],
    told: list[Refused] | None = None,
    wrong: Once | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    viewer = request.viewer
    row, above, tasks = queries.finding(viewer, finding_id, today(viewer, request.at))
    supervises = viewer.may(actions.SUPERVISE) and not row.mine
    task = forms.get("improve") or TaskForm(
        initial={
            **_fresh(),
            "because": row.text,
            "body": str(row.body_id),
            "place_code": current(request.at).rulebook.county.code,
        }
    )
    if supervises and row.circulated_at and isinstance(task, TaskForm):
        lay_out_task(request, task)
    for one in told or ():
        if wrong is not None:
            wrong.refuse(one)
    context = {
        "row": row,
        "above": above,
        "tasks": tasks,
        "supervises": supervises,
        "circulate": forms.get("circulate") or WordForm(initial=_fresh()),
        "answer": forms.get("answer") or WordForm(initial=_fresh()),
        "task": task,
    }
    return show(request, "desk/oversee/finding.html", context, status=status)

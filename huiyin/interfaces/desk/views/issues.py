"""Common issues: the list in its order, one with everything, and the matters that are put under it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions import issues as actions
from huiyin.casework.queries import issues as queries
from huiyin.casework.queries import joining, likeness, matters
from huiyin.casework.queries.issues import Issue, IssuePage
from huiyin.casework.queries.matters import MatterRow
from huiyin.casework.rules.issues import About
from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.figure_words import link, opens_at
from huiyin.interfaces.desk.forms import filters
from huiyin.interfaces.desk.forms.issues import FigureForm, IssueForm, PromiseForm, SettleForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today

FOUND = 50
"""Matters shown at once to choose from."""


@guarded
@require_safe
def issues(request: Asked) -> HttpResponse:
    """All of them in their order, and open matters that many residents bring together."""
    request.viewer.need("matter.see")
    settled = request.GET.get("show") == "settled"
    page = programme_page(request.at)
    context = {
        "rows": queries.issues(request.viewer, request.at, today(request.viewer, request.at), settled=settled),
        "settled": settled,
        "crowded": [] if settled else joining.crowded(request.viewer, tell_from=page.joint.tell_from),
        "tell_from": page.joint.tell_from,
        **({} if settled or not request.viewer.may(actions.VERB) else _candidates(request)),
    }
    return show(request, "desk/issues/list.html", context)


@guarded
@require_http_methods(["GET", "POST"])
def new(request: Asked) -> HttpResponse:
    """Register one; all that is wrong is told at once."""
    request.viewer.need(actions.VERB)
    if request.method == "GET":
        topic = request.GET.get("topic", "")[:60]
        return _form(request, IssueForm(initial={"key": str(uuid4()), "urgency": "soon", "topic": topic}))
    form = IssueForm(request.POST)

    def run(about: About) -> dict[str, Any]:
        return {"id": str(actions.register(by=request.viewer, at=request.at, about=about).id)}

    place = request.GET.get("place", "")[:12]
    result = _sent(request, form, run, place=place)
    if result is None:
        return _form(request, form, status=422)
    if alike := request.GET.get("alike", "")[:600]:  # from a candidate by words: its matters are next
        return redirect(f"{reverse('desk:issue_gather', args=[result['id']])}?{urlencode({'alike': alike})}")
    if "topic" in request.GET:  # from a candidate: its matters are next
        asked = urlencode({"topic": form.value("topic"), **({"place": place} if place else {})})
        return redirect(f"{reverse('desk:issue_gather', args=[result['id']])}?{asked}")
    return redirect("desk:issue", result["id"])


def _candidates(request: Asked) -> dict[str, Any]:
    """What may be a common issue, by topic and by near words, with the way to register it; for who registers issues."""
    day, county = today(request.viewer, request.at), current(request.at).rulebook.county.code
    found = queries.candidates(request.viewer, day)
    topics = programme_page(request.at).topics
    near = likeness.candidates(request.viewer, request.at, found)
    named = places.paths(request.viewer, {*(one.village for one in found if one.village), *(one.town for one in near)})
    by_topic = [
        {
            "one": one,
            "topic": topics[one.topic].title if one.topic in topics else one.topic,
            "place": named.get(one.village, ""),
            "href": link(queries.behind(request.viewer, one, county, day), opens_at(request.viewer)),
            "query": urlencode({"topic": one.topic, **({"place": one.village} if one.village else {})}),
        }
        for one in found
    ]
    by_words = [
        {
            "one": one,
            "topics": [topics[name].title for name in one.topics if name in topics],
            "place": named.get(one.town, ""),
            "query": urlencode({"topic": one.topics[0], "place": one.town, "alike": ".".join(one.codes)}),
        }
        for one in near
    ]
    return {"candidates": by_topic, "near": by_words, "looked_at": likeness.LOOKED_AT}


@guarded
@require_http_methods(["GET", "POST"])
def change(request: Asked, issue_id: UUID) -> HttpResponse:
    """Say something else about one."""
    request.viewer.need(actions.VERB)
    found = queries.issue(request.viewer, issue_id, today(request.viewer, request.at))
    row = found.row.issue
    if request.method == "GET":
        now = IssueForm.of(row, [str(one) for one, _ in found.units])
        return _form(request, IssueForm(initial={"key": str(uuid4()), **now}), issue=row)
    form = IssueForm(request.POST)

    def run(about: About) -> dict[str, Any]:
        seen = typed.whole(form.value("seen"))
        actions.change(by=request.viewer, at=request.at, issue_id=row.id, about=about, seen=seen)
        return {"id": str(row.id)}

    result = _sent(request, form, run, place=row.place_code)
    return _form(request, form, status=422, issue=row) if result is None else redirect("desk:issue", row.id)


@guarded
@require_http_methods(["GET", "POST"])
def issue(request: Asked, issue_id: UUID) -> HttpResponse:
    """One issue; with `do` one of promise, figure, take_out, settle it does that first."""
    found = queries.issue(request.viewer, issue_id, today(request.viewer, request.at))
    if request.method == "GET":
        return _page(request, found)
    do = ACTS.get(request.POST.get("do", ""))
    if do is None:
        raise Missing
    return do(request, found)


@guarded
@require_http_methods(["GET", "POST"])
def gather(request: Asked, issue_id: UUID) -> HttpResponse:
    """Look for matters by words, topic and place, see what would happen to each, and put them under the issue."""
    viewer = request.viewer
    viewer.need(actions.VERB)
    found = queries.bare(viewer, issue_id)
    wanted, near = _wanted(request)
    alike = [code for code in request.GET.get("alike", "")[:600].split(".") if code]
    page = None if alike or wanted is None else matters.matters(viewer, wanted, request.at, size=FOUND)
    rows = likeness.rows(viewer, alike) if alike else page.rows if page else []
    under = queries.of_matters(viewer, [row.id for row in rows])
    if request.method == "POST":
        return _gathered(request, found, rows)
    context = {
        "issue": found,
        "rows": [{"row": row, "under": under.get(row.id)} for row in rows],
        "more": bool(page and page.after),
        "free": sum(row.id not in under for row in rows),
        "wanted": wanted,
        "near": near,
        "topics": programme_page(request.at).topics,
        "asked": bool(alike) or wanted is not None,
    }
    return show(request, "desk/issues/gather.html", context)


def _gathered(request: Asked, found: Issue, rows: Sequence[MatterRow]) -> HttpResponse:
    chosen = set(request.POST.getlist("code")[:FOUND])
    ids = [row.id for row in rows if row.code in chosen]
    try:
        count = actions.gather(by=request.viewer, at=request.at, issue_id=found.id, matters=ids)
    except Refused as refused:
        if refused.code != "none_chosen":
            raise
        messages.warning(request, refused.sentence(language()))
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    messages.success(request, phrase("done", "gathered", language(), count=count))
    return redirect("desk:issue", found.id)


def _wanted(request: Asked) -> tuple[matters.Filters | None, str]:
    """What was asked for, by words, topic and place; None before anything was."""
    given = request.GET
    near = given.get("near", "").strip()[:100]
    if not any(given.get(name, "").strip() for name in ("q", "topic", "near")):
        return None, near
    wanted = filters.read(given)
    if near:
        exact = places.search_places(request.viewer, near, limit=1)
        wanted = replace(wanted, place=exact[0].code if exact else "000000000000")
    return wanted, near


# --- what the forms of one issue do ----------------------------------------------------------------------------------


def _promise(request: Asked, found: IssuePage) -> HttpResponse:
    form = PromiseForm(request.POST)

    def run() -> dict[str, Any]:
        actions.promise(
            by=request.viewer,
            at=request.at,
            issue_id=found.row.issue.id,
            said=form.value("said"),
            until=form.day(),
            who=form.value("who"),
            reason=form.value("reason"),
        )
        return {}

    return _once(request, found, form, "promise", run)


def _figure(request: Asked, found: IssuePage) -> HttpResponse:
    form = FigureForm(request.POST)

    def run() -> dict[str, Any]:
        actions.report(
            by=request.viewer,
            at=request.at,
            issue_id=found.row.issue.id,
            name=form.value("name"),
            unit=form.value("unit"),
            target=form.number("target"),
            value=form.number("value_now"),
            note=form.value("figure_note"),
        )
        return {}

    return _once(request, found, form, "figure", run)


def _once(
    request: Asked, found: IssuePage, form: PromiseForm | FigureForm, name: str, run: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """Do it once however often the button was pressed; a refusal stands at its field."""
    try:
        sender = str(request.viewer.account_id)
        body = as_sent(request.POST)
        once_each(key=form.key_of(), route=f"desk.issue_{name}", sender=sender, body=body, at=request.at, run=run)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, found, status=422, **{name: form})
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:issue", found.row.issue.id)


def _take_out(request: Asked, found: IssuePage) -> HttpResponse:
    matter = matters.ordinary(request.viewer, request.POST.get("code", ""))
    if matter is None:
        raise Missing
    reason = request.POST.get("reason", "")
    try:
        actions.take_out(by=request.viewer, at=request.at, issue_id=found.row.issue.id, matter_id=matter, reason=reason)
    except Missing:
        return redirect("desk:issue", found.row.issue.id)  # the second press
    except Refused as refused:
        said = refused.sentence(language())
        return _page(request, found, status=422, out_refused=said, out_code=request.POST.get("code", ""))
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:issue", found.row.issue.id)


def _settle(request: Asked, found: IssuePage) -> HttpResponse:
    form = SettleForm(request.POST)
    try:
        actions.settle(by=request.viewer, at=request.at, issue_id=found.row.issue.id, note=form.value("note"))
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "already_done":
            return redirect("desk:issue", found.row.issue.id)
        form.refuse(refused)
        return _page(request, found, status=422, settle=form)
    messages.success(request, phrase("done", "issue_settled", language()))
    return redirect("desk:issue", found.row.issue.id)


ACTS: dict[str, Callable[[Asked, IssuePage], HttpResponse]] = {
    "promise": _promise,
    "figure": _figure,
    "take_out": _take_out,
    "settle": _settle,
}


def _sent(
    request: Asked, form: IssueForm, run: Callable[[About], dict[str, Any]], *, place: str
) -> dict[str, Any] | None:
    """Carry the form out once; None with every refusal at its field."""
    try:
        about = form.about(place)
        if wrong := list(queries.faults(request.viewer, about, request.at)):
            for one in wrong:
                form.refuse(one)
            return None
        return once_each(
            key=form.key_of(),
            route="desk.issue",
            sender=str(request.viewer.account_id),
            body=as_sent(request.POST),
            at=request.at,
            run=lambda: run(about),
        )
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return None


def _form(request: Asked, form: IssueForm, *, status: int = 200, issue: Issue | None = None) -> HttpResponse:
    form.lay_out(programme_page(request.at), tuple(staff.bodies(request.viewer, request.at)))
    return show(request, "desk/issues/form.html", {"form": form, "issue": issue}, status=status)


def _page(request: Asked, found: IssuePage, *, status: int = 200, **more: Any) -> HttpResponse:
    viewer, row = request.viewer, found.row.issue
    bodies = {row.owner_body_id, *(one for one, _ in found.units)} & set(viewer.body_ids)
    last = found.progress[-1] if found.progress else None
    figure = {"name": last.name, "unit": last.unit, "target": f"{last.target:f}"} if last else {}
    topics = programme_page(request.at).topics
    context = {
        "found": found,
        "issue": row,
        "topic": topics[row.topic].title if row.topic in topics else "",
        "waiting": found.row.counts.members - found.row.counts.answered,
        "may_edit": viewer.may(actions.VERB) and row.settled_at is None,
        "may_report": (viewer.may(actions.VERB) or bool(bodies)) and row.settled_at is None,
        "promise": more.pop("promise", None) or PromiseForm(initial={"key": str(uuid4())}),
        "figure": more.pop("figure", None) or FigureForm(initial={"key": str(uuid4()), **figure}),
        "settle": more.pop("settle", None) or SettleForm(),
        **more,
    }
    return show(request, "desk/issues/one.html", context, status=status)

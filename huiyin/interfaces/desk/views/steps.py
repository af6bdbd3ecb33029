"""One step of one matter: a form made from the programme, one action, and back to the page."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions import (
    approving,
    aside,
    dismissing,
    extensions,
    feedback,
    judging,
    reading_out,
    retaining,
    shares,
    supervision,
)
from huiyin.casework.actions.files import take_step_with
from huiyin.casework.queries import answering, drafts, matters, one
from huiyin.casework.queries.dismissing import is_complaint
from huiyin.casework.queries.offered import offered
from huiyin.casework.queries.one import OnePage
from huiyin.casework.queries.why import why_not
from huiyin.casework.rules.dismissing import DISMISSES
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import reading, typed, uploads
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.uploads import Sent
from huiyin.interfaces.desk import opened
from huiyin.interfaces.desk.forms.steps import PROMISE, StepForm, parts
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.answering import begin, begun, hints
from huiyin.interfaces.desk.views.matter import STOPS, render_matter, step_title
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import Step
from huiyin.programme.words import phrase

AGAIN = timedelta(minutes=2)
"""Within this time the same step by the same person is the same press."""


@require_http_methods(["GET", "POST"])
@guarded
def step(request: Asked, code: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    page = one.by_code(viewer, code, at, opened.key(request))
    reading.within(viewer, page, at)
    if name == "call_back" and (address := _calls(page.matter.code)):
        return redirect(address)
    found = next((step for step in page.steps if step.name == name), None)
    if found is None:
        return _not_now(request, page, name)
    people = offered(viewer, page, at, parts=parts(found, page))
    if request.method == "GET":
        form = StepForm(None, page=page, step=found, offered=people, initial={"seen": page.matter.version})
        return _ask(request, page, found, form)
    form = StepForm(request.POST, page=page, step=found, offered=people)
    if request.POST.get("do") == "check":
        return _ask(request, page, found, form, hints=hints(request, page))
    if request.POST.get("template") and "reply" in form.fields:
        return _begin(request, page, found, form)
    return _send(request, page, found, form)


def _send(request: Asked, page: OnePage, found: Step, form: StepForm) -> HttpResponse:
    """Take the step with what the form brought, or ask again and say what is wrong; nothing typed is lost."""
    viewer, at, name = request.viewer, request.at, found.name
    given = uploads.sent(request) if "attached" in form.fields else Sent()
    if uploads.refuse(form, given):
        return _ask(request, page, found, form, status=422)
    if request.POST.get("do") == "propose" and name == "answer":
        return _propose(request, page, found, form)
    try:
        held = _take(viewer, at, page, name, form, given)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "stale" and _mine(request, page, name):
            return redirect("desk:matter", page.matter.code)
        for wrong in form.all_wrong(refused, files=bool(given.files)):
            form.refuse(wrong)
        return _ask(request, page, found, form, status=422)
    if held:
        # What was chosen is about officials: from now on whoever chose it may not read it (SG-01).
        messages.success(request, phrase("done", "held", language()))
        return redirect("desk:today")
    messages.success(request, phrase("done", _done(viewer, page, name, form), language(), step=step_title(page, found)))
    return redirect("desk:matter", page.matter.code)


def _propose(request: Asked, page: OnePage, found: Step, form: StepForm) -> HttpResponse:
    """Put the answer to a second person instead of sending it."""
    try:
        given, seen = form.given(), form.seen()
        approving.propose(by=request.viewer, at=request.at, matter_id=page.matter.id, given=given, seen=seen)
    except Missing:
        raise
    except Refused as refused:
        for wrong in form.all_wrong(refused, files=False):
            form.refuse(wrong)
        return _ask(request, page, found, form, status=422)
    messages.success(request, phrase("done", "proposed", language()))
    return redirect("desk:matter", page.matter.code)


@require_POST
@guarded
def draft(request: Asked, code: str, draft_id: UUID) -> HttpResponse:
    """Approve an answer as it stands, or send it back with a reason."""
    page = one.by_code(request.viewer, code, request.at)
    row = drafts.of(request.viewer, page, draft_id)
    approve, reason = request.POST.get("do") == "approve", request.POST.get("reason", "")
    try:
        approving.decide(by=request.viewer, at=request.at, draft_id=row.id, approve=approve, reason=reason)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "already_done":
            return redirect("desk:matter", code)
        return render_matter(request, code, status=422, draft_refused=refused.sentence(language()), draft_reason=reason)
    messages.success(request, phrase("done", "draft_approved" if approve else "draft_refused", language()))
    return redirect("desk:matter", code)


def _begin(request: Asked, page: OnePage, found: Step, form: StepForm) -> HttpResponse:
    """The form with the chosen text in its answer; for htmx only that field."""
    try:
        begin(request, page, form)
    except Refused as refused:
        form.refuse(refused)
        return _ask(request, page, found, form, status=422)
    return begun(request, page, form) if request.headers.get("HX-Request") else _ask(request, page, found, form)


def _done(viewer: Viewer, page: OnePage, name: str, form: StepForm) -> str:
    """Which sentence says what came of it; what waits for somebody else is not said to be done."""
    if name == "retain":
        return "retain_proposed"
    if name == "deliver" and form.given().get("meaning") == "read_out":
        return "read_out"
    return "dismissal_proposed" if _dismisses(viewer, page, name) else "step"


def _take(viewer: Viewer, at: datetime, page: OnePage, name: str, form: StepForm, sent: Sent) -> bool:
    """One action for the step; those with more than a flow have their own. True where the matter is held now."""
    given, seen, matter_id = form.given(), form.seen(), page.matter.id
    common: dict[str, Any] = {"by": viewer, "at": at, "matter_id": matter_id, "seen": seen}
    match name:
        case "extend":
            extensions.ask(**common, amount=_number(given.get("amount", "")), reason=given.get("reason", ""))
        case "deliver" if given.get("meaning") == "read_out":
            reading_out.read_out(**common, second=given.get("second"), note=given.get("note", ""))
        case "deliver":
            feedback.deliver(**common, meaning=given.get("meaning", ""), note=given.get("note", ""))
        case "reopen":
            feedback.reopen(**common, note=given.get("note", ""))
        case "close":
            feedback.close_unreached(**common)
        case _:
            return _go(page, name, common, given, sent)
    return False


def _go(page: OnePage, name: str, common: dict[str, Any], given: dict[str, Any], sent: Sent) -> bool:
    """A way on which a second person, a leader or a number stands; else the flow's own step. True if it is held now."""
    match name:
        case "retain":
            retaining.propose(**common, given=given)
        case "instruct":
            shares.instruct(**common, given=given)
        case "send_back" if page.matter.state == "submitted":
            shares.give_back(**common, reason=given.get("reason", ""))
        case _ if _dismisses(common["by"], page, name):
            dismissing.propose(**common, step=name, given=given)
        case "number":
            supervision.number(**common, reason=given.get("reason", ""))
        case _:
            return take_step_with(**common, step=name, given=given, files=sent.files).held
    return False


def _dismisses(viewer: Viewer, page: OnePage, name: str) -> bool:
    """Whether a step ends a complaint without its being looked into: then it is a proposal."""
    return name in DISMISSES and is_complaint(viewer, page.matter)


def _ask(request: Asked, page: OnePage, found: Step, form: StepForm, *, status: int = 200, **more: Any) -> HttpResponse:
    # The next try is about the matter as this page shows it; what was typed stays.
    version = page.matter.version
    context = {
        "page": page,
        "matter": page.matter,
        "aside": page.matter.sealed,
        "step": found,
        "title": step_title(page, found),
        "form": form,
        "version": version,
        "stop": found.name in STOPS,
        "prose": [field for field in form if field.name != "seen"],
        "promise_open": any(form.data.get(name) or form.errors.get(name) for name in PROMISE),
        "texts": answering.texts(request.viewer, page, request.at) if "reply" in form.fields else (),
        "drafts": drafts.drafts(request.viewer, page) if found.name == "answer" else None,
        **more,
    }
    return show(request, "desk/step.html", context, status=status)


def _not_now(request: Asked, page: OnePage, name: str) -> HttpResponse:
    """The step is not open to this person now: a second press of a step just taken, or a sentence."""
    if request.method == "POST" and _mine(request, page, name):
        return redirect("desk:matter", page.matter.code)
    known = {step.name for step in page.rulebook.flow(page.matter.programme, page.matter.kind).steps}
    if name not in known:
        raise Missing
    refused = why_not(request.viewer, page, name) or Refused("step_not_allowed", step=name, state=page.matter.state)
    typed = [request.POST[key] for key in ("reply", "public_text", "reason", "note") if request.POST.get(key)]
    return render_matter(
        request,
        page.matter.code,
        status=422 if request.method == "POST" else 403,
        refused=refused.sentence(language()),
        typed=typed,
    )


def _mine(request: Asked, page: OnePage, name: str) -> bool:
    """Whether the last move is this very step, taken a moment ago by this person, in no other words than these."""
    last = page.moves[-1] if page.moves else None
    if last is None or last.step != name or last.by_id != request.viewer.person_id or request.at - last.at >= AGAIN:
        return False
    note = request.POST.get("note", "").split()
    return not note or not last.note or note == last.note.split()


def _calls(code: str) -> str:
    try:
        return reverse("desk:call", args=[code])
    except NoReverseMatch:
        return ""


def _number(text: str) -> int:
    found = typed.whole(text, digits=3)
    if found is None:
        raise Refused("not_a_number", field="amount")
    return found


@require_POST
@guarded
def decide(request: Asked, code: str, extension_id: UUID) -> HttpResponse:
    """Grant or refuse more time that a handler asked for."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    approve = request.POST.get("do") == "grant"
    page = one.by_code(viewer, code, at)
    if extension_id not in {asked.id for clock in page.clocks for asked in clock.extensions}:
        raise Missing
    try:
        extensions.decide(by=viewer, at=at, extension_id=extension_id, approve=approve)
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "already_done":
            return render_matter(request, code, status=422, refused=refused.sentence(language()))
        return redirect("desk:matter", code)
    messages.success(request, phrase("done", "extension_granted" if approve else "extension_refused", language()))
    return redirect("desk:matter", code)


@require_http_methods(["GET", "POST"])
@guarded
def recuse(request: Asked, code: str) -> HttpResponse:
    """Step back from a matter one stands too near to; afterwards it cannot be seen any more."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    theirs = matters.to_hand_back(viewer, code)
    found = theirs or one.by_code(viewer, code, at).matter
    if request.method == "GET" or viewer.person_id is None:
        return show(request, "desk/recuse.html", {"matter": found, "family": theirs is not None})
    if theirs:
        aside.hand_back(by=viewer, at=at, matter_id=found.id)
    else:
        aside.recuse(by=viewer, at=at, matter_id=found.id, person=viewer.person_id)
    messages.success(request, phrase("done", "recused", language()))
    return redirect("desk:today")


@require_POST
@guarded
def reasonable(request: Asked, code: str) -> HttpResponse:
    """Judge before the outcome whether an appeal is reasonable, or review that once, with a reason."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    page = one.by_code(viewer, code, at)
    said, reason = request.POST.get("reasonable", ""), request.POST.get("reason", "")
    try:
        if said not in ("yes", "no"):
            raise Refused("value_missing", field="reasonable")
        decide_it = judging.review if page.matter.reasonable is not None else judging.judge_reasonable
        decide_it(by=viewer, at=at, matter_id=page.matter.id, reasonable=said == "yes", reason=reason)
    except Missing:
        raise
    except Refused as refused:
        return render_matter(
            request, code, status=422, judge_refused=refused.sentence(language()), judge_said=said, judge_reason=reason
        )
    done = "reviewed" if page.matter.reasonable is not None else "reasonable"
    messages.success(request, phrase("done", done, language()))
    return redirect("desk:matter", code)

"""The promise register: what was promised and by when, and asking the resident whether it was kept."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions import aside
from huiyin.casework.actions import promises as actions
from huiyin.casework.queries import calls, pledges
from huiyin.casework.queries import promises as queries
from huiyin.casework.queries.promises import Asking
from huiyin.casework.rules import closing
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import reading
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Tab
from huiyin.interfaces.common.typed import identity
from huiyin.interfaces.desk.forms.calls import PromiseForm, ways
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase


@require_safe
@guarded
def promises(request: Asked) -> HttpResponse:
    """Promises by state, and how each body keeps them."""
    viewer, at = request.viewer, request.at
    viewer.need("matter.see")
    counted = queries.counts(viewer, at)
    state = request.GET.get("state", "")
    state = state if state in queries.STATES else next((one for one in ("due", "open") if counted[one]), "due")
    context = {
        "rows": queries.register(viewer, at, state, body=identity(request.GET.get("body", ""))),
        "state": state,
        "tabs": [
            Tab(
                label=label("promise", one, language()),
                href=f"{reverse('desk:promises')}?state={one}",
                count=counted[one],
                here=one == state,
            )
            for one in queries.STATES
        ],
        "bodies": queries.by_body(viewer, at),
        "pledges": pledges.pledges(viewer),
        "calls": viewer.may("matter.call_back"),
    }
    return show(request, "desk/promises/list.html", context)


@require_http_methods(["GET", "POST"])
@guarded
def promise(request: Asked, promise_id: UUID) -> HttpResponse:
    """Ask the resident about one promise; settled, it gives way to the list of calls."""
    viewer, at = request.viewer, request.at
    if request.method == "POST" and request.POST.get("do") != "ring" and not _waits(viewer, promise_id, at):
        return redirect("desk:calls")  # a second press, or somebody else was faster
    page = queries.asking(viewer, promise_id, at)
    reading.within(viewer, page.one, at)
    if request.method == "GET":
        return _page(request, page, PromiseForm())
    form = PromiseForm(request.POST)
    form.is_valid()
    if request.POST.get("do") == "ring":
        reason = label("todo", "promise", language())
        number = aside.reveal_to_ask(by=viewer, at=at, promise_id=promise_id, reason=reason)
        return _page(request, page, form, number=number)
    outcome = ways(page.one.rulebook, page.one.matter.programme).pressed(request.POST)
    try:
        ended = closing.ended(page.one.rulebook.replies(page.one.matter.programme).calls, outcome)
        if ended.meaning == closing.REACHED and not form.value("kept"):
            raise Refused("needs_kept", field="kept")
        actions.ask(
            by=viewer,
            at=at,
            promise_id=promise_id,
            outcome=outcome,
            kept=form.value("kept"),
            words=form.value("said"),
        )
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, page, form, status=422)
    messages.success(request, phrase("done", "promise_asked", language()))
    return redirect("desk:calls")


def _waits(viewer: Viewer, promise_id: UUID, at: datetime) -> bool:
    try:
        queries.asking(viewer, promise_id, at)
    except Missing:
        return False
    return True


def _page(request: Asked, page: Asking, form: PromiseForm, *, status: int = 200, number: str = "") -> HttpResponse:
    book, matter = page.one.rulebook, page.one.matter
    context = {
        "page": page,
        "matter": matter,
        "promise": page.promise,
        "form": form,
        "keys": form.keys(),
        "number": number,
        "rests": None if page.next_at else calls.rests(request.viewer, page.one, request.at),
        "county": current(request.at).rulebook.county,
        "ways": ways(book, matter.programme),
        "tries": [(one, book.outcome(matter.programme, one.outcome, one.code, language())) for one in page.tries],
    }
    return show(request, "desk/promises/ask.html", context, status=status)

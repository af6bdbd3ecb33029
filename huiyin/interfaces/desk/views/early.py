"""Looking early, at the desk: signals of problems that begin, briefs to those who decide, petition figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions import briefs as brief_actions
from huiyin.casework.actions import signals as signal_actions
from huiyin.casework.queries import briefs as brief_queries
from huiyin.casework.queries import petitions, signals
from huiyin.casework.queries.serving import serving
from huiyin.core.looks import look
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Chip
from huiyin.interfaces.common.typed import identity, known
from huiyin.interfaces.desk.forms.early import BriefForm, SignalForm
from huiyin.interfaces.desk.forms.fields import Once
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, labels, phrase
from huiyin.register.queries import finding, places, staff
from huiyin.register.queries.days import today

TABS = (
    ("signals", "desk:early", ""),
    ("disputes", "desk:disputes", ""),
    ("seeking", "desk:seeking", ""),
    ("petitions", "desk:petitions", "stats.see"),
    ("briefs", "desk:briefs", ""),
)
"""The pages of the section: name, address, and the verb that opens it."""


def tabs(request: Asked, here: str) -> list[dict[str, Any]]:
    """The pages of the section for who looks."""
    viewer = request.viewer
    return [
        {"label": label("early", name, language()), "href": reverse(address), "here": name == here}
        for name, address, verb in TABS
        if not verb or viewer.may(verb) or (name == "petitions" and petitions.keeps(viewer, request.at))
    ]


@guarded
@require_http_methods(["GET", "POST"])
def early(request: Asked) -> HttpResponse:
    """Signals; with `do` one of mark, end it does that first."""
    if request.method == "GET":
        return _signals(request)
    return _end(request) if request.POST.get("do") == "end" else _mark(request)


def _mark(request: Asked) -> HttpResponse:
    form, by, at = SignalForm(request.POST), request.viewer, request.at
    told, day = [], None
    try:
        day = form.day()
    except Refused as refused:
        told.append(refused)
    given: dict[str, Any] = {name: form.value(name) for name in ("place_code", "topic", "said", "plan")}
    given["owner"] = identity(form.value("owner"))
    told += signal_actions.faults(by, at, due_on=day, **given)
    _looked(request, told)

    def run() -> dict[str, Any]:
        return {"id": str(signal_actions.mark(by=by, at=at, due_on=form.day(), **given).id)}

    return sent(request, form, told, run, route="desk.signals", back="desk:early", again=_signals)


def _looked(request: Asked, told: Iterable[Refused]) -> None:
    """Whoever is told that a name is a resident's has looked somebody up (SG-49)."""
    if any(one.code == "speaks_of_resident" for one in told):
        look(request.viewer, kind=finding.KIND, subject="search:words", at=request.at)


def sent(
    request: Asked,
    form: Once,
    told: Sequence[Refused],
    run: Callable[[], dict[str, Any]],
    *,
    route: str,
    back: str,
    again: Callable[..., HttpResponse],
) -> HttpResponse:
    """Run a form once, or show it again with all that is wrong."""
    try:
        if told:
            raise told[0]
        sender, body = str(request.viewer.account_id), as_sent(request.POST)
        once_each(key=form.key_of(), route=route, sender=sender, body=body, at=request.at, run=run)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "not_allowed":
            raise
        for wrong in told or [refused]:
            form.refuse(wrong)
        return again(request, status=422, form=form)
    messages.success(request, phrase("done", "saved", language()))
    return redirect(back)


def _end(request: Asked) -> HttpResponse:
    by, at = request.viewer, request.at
    row = signals.one(by, known(request.POST.get("signal", "")))
    if row is None:
        raise Missing
    given: dict[str, Any] = {name: request.POST.get(name, "")[:10_000] for name in ("outcome", "result", "code")}
    given["issue"] = identity(request.POST.get("issue", ""))
    wrong = list(signal_actions.end_faults(by, at, row, **given))
    _looked(request, wrong)
    told = {one.field: one.sentence(language()) for one in wrong}
    if told:
        return _signals(request, status=422, wrong=row.id, told=told, typed=given)
    try:
        signal_actions.end(by=by, at=at, signal_id=row.id, **given)
    except Refused as refused:
        if refused.code != "already_done":
            raise
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:early")


def _signals(
    request: Asked,
    *,
    status: int = 200,
    form: SignalForm | None = None,
    wrong: UUID | None = None,
    told: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    viewer, at = request.viewer, request.at
    state = request.GET.get("show", "")
    state = state if state in signals.STATES else signals.STATES[0]
    found = signals.signals(viewer, state, today(viewer, at))
    may_mark = viewer.may("matter.open") or viewer.may("matter.accept") or viewer.may("matter.assign")
    form = form or SignalForm(initial={"key": str(uuid4())})
    if may_mark:
        own = begins_at(viewer, current(at).rulebook.county.code)
        topics = [(name, one.title) for name, one in programme_page(at).topics.items() if not one.held]
        form.lay_out(here(viewer, at), topics, people_of(viewer, at, own))
    context = {
        "tabs": tabs(request, "signals"),
        "found": found,
        "state": state,
        "states": [(name, found.counts[name], name == state) for name in signals.STATES],
        "topics": {name: one.title for name, one in programme_page(at).topics.items()},
        "outcomes": [(name, labels("signal_outcome", language())[name]) for name in signal_actions.OUTCOMES],
        "issues": signals.open_issues(viewer) if state != "ended" else (),
        "form": form,
        "may_mark": may_mark,
        "wrong": wrong,
        "told": told or {},
        "typed": typed or {},
    }
    return show(request, "desk/early/signals.html", context, status=status)


def here(viewer: Viewer, at: Any) -> list[tuple[str, str]]:
    """The towns and villages in sight, to choose from; a group's official chooses the village."""
    county = current(at).rulebook.county.code
    towns, villages = places.towns_and_villages(viewer, county)
    names = dict(towns)
    found = [(code, f"{names.get(town, '')} {name}".strip()) for code, name, town in villages if viewer.reaches(code)]
    return [*((code, name) for code, name in towns if viewer.sees(code)), *found]


def people_of(viewer: Viewer, at: Any, own: str) -> list[tuple[str, str]]:
    """Officials who serve in the place, each once."""
    if not viewer.scopes:
        return []
    return [(str(one.person_id), f"{one.name} · {one.body_name}") for one in serving(viewer, at, own)]


@guarded
@require_http_methods(["GET", "POST"])
def briefs(request: Asked) -> HttpResponse:
    """Briefs upward; with `do` one of write, read, answer it does that first."""
    if request.method == "GET":
        return _briefs(request)
    if request.POST.get("do") in ("read", "answer"):
        return _answered(request)
    form, by, at = BriefForm(request.POST), request.viewer, request.at
    given: dict[str, Any] = {name: form.value(name) for name in ("place_code", "title", "said", "undertaking")}
    given["to"] = identity(form.value("to"))
    told = list(brief_actions.faults(by, at, **given))

    def run() -> dict[str, Any]:
        return {"id": str(brief_actions.write(by=by, at=at, **given).id)}

    return sent(request, form, told, run, route="desk.briefs", back="desk:briefs", again=_briefs)


def _answered(request: Asked) -> HttpResponse:
    by, at, brief = request.viewer, request.at, known(request.POST.get("brief", ""))
    said = request.POST.get("answer", "")
    try:
        if request.POST.get("do") == "read":
            brief_actions.read(by=by, at=at, brief_id=brief)
        else:
            brief_actions.answer(by=by, at=at, brief_id=brief, said=said)
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "already_done":
            return _briefs(request, status=422, wrong=brief, why=refused.sentence(language()), typed=said)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:briefs")


def _briefs(
    request: Asked,
    *,
    status: int = 200,
    form: BriefForm | None = None,
    wrong: UUID | None = None,
    why: str = "",
    typed: str = "",
) -> HttpResponse:
    viewer, at = request.viewer, request.at
    form = form or BriefForm(initial={"key": str(uuid4())})
    may_write = viewer.official_id is not None and bool(viewer.scopes)
    known_ones = {name: one.title for name, one in current(at).rulebook.undertakings.items()}
    if may_write:
        leaders = staff.candidates(viewer, at, verb=brief_actions.DECIDES)
        others = [one for one in leaders if one.person_id not in viewer.persons]
        names = dict.fromkeys((str(one.person_id), f"{one.name} · {one.title}") for one in others)
        form.lay_out(here(viewer, at), names, known_ones.items())
    chosen = request.GET.get("undertaking", "")
    chosen = chosen if chosen in known_ones else ""
    rows = brief_queries.briefs(viewer, undertaking=chosen)
    context = {
        "tabs": tabs(request, "briefs"),
        "rows": [(one, known_ones.get(one.row.undertaking, one.row.undertaking)) for one in rows],
        "chips": _chips(known_ones, chosen),
        "form": form,
        "may_write": may_write,
        "wrong": wrong,
        "why": why,
        "typed": typed,
    }
    return show(request, "desk/early/briefs.html", context, status=status)


def _chips(undertakings: Mapping[str, str], chosen: str) -> list[Chip]:
    """The tasks and projects as links that narrow the list; none where the programmes name none."""
    return [
        Chip(label=title, href="?" if name == chosen else "?" + urlencode({"undertaking": name}), on=name == chosen)
        for name, title in undertakings.items()
    ]

"""Rosters at the desk: hand a list in, match its columns, see what it would do, decide, apply, take back."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.channels.queries import lines
from huiyin.core.looks import look
from huiyin.core.safe_cells import Cell
from huiyin.interfaces.common import downloads, typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Figure, Pager, Tab
from huiyin.interfaces.common.templatetags.hy import number
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.announced import tellings
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, labels, phrase, say
from huiyin.register.actions import roster_undo, roster_work
from huiyin.register.actions import rosters as act
from huiyin.register.queries import announcements
from huiyin.register.queries import rosters as ask
from huiyin.register.queries.rosters import RunRow
from huiyin.register.rules import headers
from huiyin.register.rules.consents import NOBODY, correction_of

VERDICTS = ("new", "changed", "same", "mended", "held", "refused")
PAGE, LINES, REPORTED = 20, 50, 100_000
HERE = "decision-"
REACHED = {
    "columns": ("reading", "staged"),
    "apply": ("applying",),
    "undo": ("undoing", "undone"),
    "abandon": ("abandoned",),
}
"""Where a run is once that was pressed."""


@csrf_exempt
def rosters(request: Asked) -> HttpResponse:
    """The door in front: a list may be larger than other files, so it goes to the disk while it arrives."""
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    return _rosters(request)


@csrf_protect
@guarded
@require_http_methods(["GET", "POST"])
def _rosters(request: Asked) -> HttpResponse:
    """Hand a list in; the newest imports below. Raises Missing for who may not import."""
    viewer, at = request.viewer, request.at
    if not viewer.may("register.import"):
        raise Missing
    problem, kind = "", request.POST.get("kind", "households")
    if request.method == "POST":
        try:
            run_id = _handed_in(request, kind)
            return redirect("desk:roster", run_id)
        except Refused as refused:
            problem = refused.sentence(language())
    context = {
        "runs": ask.runs(viewer),
        "kinds": labels("roster_kind", language()).items(),
        "kind": kind,
        "problem": problem,
        "at": at,
    }
    return show(request, "desk/rosters/list.html", context, status=422 if problem else 200)


def _handed_in(request: Asked, kind: str) -> UUID:
    file = request.FILES.get("file")
    if not isinstance(file, TemporaryUploadedFile):
        raise Refused("file_empty", field="file")
    return roster_work.hand_in(
        by=request.viewer,
        at=request.at,
        kind=kind,
        name=file.name or "",
        path=Path(file.temporary_file_path()),
        sheet=request.POST.get("sheet", "").strip(),
    )


@guarded
@require_http_methods(["GET", "POST"])
def roster(request: Asked, run_id: UUID) -> HttpResponse:
    """One import: its state says what is asked of whom."""
    viewer = request.viewer
    if not viewer.may("register.import"):
        raise Missing
    problem = ""
    if request.method == "POST":
        do = request.POST.get("do", "")
        try:
            _act(request, run_id, do)
            return redirect("desk:roster", run_id)
        except Missing:
            raise
        except Refused as refused:
            if refused.code == "import_state" and ask.run(viewer, run_id).state in REACHED.get(do, ()):
                return redirect("desk:roster", run_id)  # a second press
            problem = refused.sentence(language())
    return _page(request, ask.run(viewer, run_id), problem)


@guarded
@require_safe
def report(request: Asked, run_id: UUID) -> HttpResponse:
    """Every line that is not simply taken as a workbook, to be put right beside the list: once it is applied, what was
    read is erased. Numbers of lines, columns and reasons, which may name a word that nobody knows; it leaves a look."""
    viewer = request.viewer
    if not viewer.may("register.import") or ask.run(viewer, run_id).state != "staged":
        raise Missing
    look(by=viewer, at=request.at, kind="rosters.report", subject=f"import:{run_id}")
    header = [phrase("rosters", f"report_{name}", language()) for name in ("line", "verdict", "column", "reason")]
    return downloads.workbook(header, _reported(request, run_id), f"report-{run_id.hex[-8:]}", sheet=header[3])


def _reported(request: Asked, run_id: UUID) -> Iterator[list[Cell]]:
    for line in islice(ask.told_lines(request.viewer, run_id), REPORTED):
        column = label("roster_field", line.column, language()) if line.column else ""
        verdict = label("roster_verdict", line.verdict, language())
        yield [line.number, verdict, column, ask.reason(request.viewer, line, language())]


def _act(request: Asked, run_id: UUID, do: str) -> None:
    """One of: columns, decide, apply, abandon, retry, undo."""
    by, at = request.viewer, request.at
    match do:
        case "columns":
            act.choose_columns(by=by, at=at, run_id=run_id, columns=_columns(request, ask.run(by, run_id)))
        case "decide":
            for line, decision in _decisions(request):
                act.decide(by=by, at=at, run_id=run_id, line=line, decision=decision)
        case "apply":
            act.begin(by=by, at=at, run_id=run_id, tell=request.POST.get("tell", NOBODY))
        case "abandon" | "retry":
            {"abandon": act.abandon, "retry": act.retry}[do](by=by, at=at, run_id=run_id)
        case "undo":
            if not request.POST.get("sure"):
                raise Refused("import_not_sure", field="sure")
            roster_undo.begin_undo(by=by, at=at, run_id=run_id)
        case _:
            raise Refused("value_unknown")


def _decisions(request: Asked) -> list[tuple[int, str]]:
    """What was picked, by line."""
    picked = [
        (typed.whole(name.removeprefix(HERE)) or 0, str(value)) for name, value in request.POST.items() if HERE in name
    ]
    return [(line, decision) for line, decision in picked if line and decision]


def _columns(request: Asked, run: RunRow) -> dict[str, int]:
    """Field to column, as the selects beside the headers say. Raises Refused("column_twice")."""
    chosen: dict[str, int] = {}
    for at in range(len(run.header)):
        name = request.POST.get(f"column-{at}", "")
        if name and name in chosen:
            raise Refused("column_twice", field=name)
        if name:
            chosen[name] = at
    return chosen


def _page(request: Asked, run: RunRow, problem: str) -> HttpResponse:
    viewer, at = request.viewer, request.at
    context: dict[str, Any] = {"run": run, "problem": problem, "busy": run.busy}
    if run.busy:
        context["gone"], context["all"] = ask.progress(viewer, run)
    if run.state == "columns":
        context["columns"] = _choices(request, run)
    if run.state in ("staged", "applied") and run.waiting + run.decided:
        after = typed.whole(request.GET.get("after", "")) or 0
        look(viewer, kind="import.held", subject=f"import:{run.id}", at=at)
        held = ask.held_lines(viewer, run.id, after=after, most=PAGE)
        last = f"?after={held[-1].number}#held" if len(held) == PAGE else ""
        context |= {"held": held, "held_more": last}
    if run.kind == "links":
        context |= _told(request, run)
    if run.state == "staged":
        context["nothing"] = not any(run.counts.get(name) for name in ("new", "changed", "mended"))
        context |= _lines(request, run)
    if run.state == "undone":
        context["kept"] = ask.kept_rows(viewer, run.id)
    if run.state == "refused":
        context["why"] = say(run.refused, language())
    context["figures"] = _figures(run)
    return show(request, "desk/rosters/one.html", context, status=422 if problem else 200)


def _told(request: Asked, run: RunRow) -> dict[str, Any]:
    """Whom a list of links may tell by SMS, what became of telling them, and of telling them that it was taken back."""
    viewer, correction = request.viewer, correction_of(run.id)
    found = announcements.summed(viewer, [run.id, correction]) if viewer.may("register.see") else {}
    return {
        "tellings": tellings(request.POST.get("tell", NOBODY)),
        "sum": found.get(run.id),
        "correction": correction,
        "corrected": found.get(correction),
        "sms_on": lines.is_on(viewer, "sms"),
    }


def _lines(request: Asked, run: RunRow) -> dict[str, Any]:
    """Lines of one verdict; the first that has some by default."""
    some = [name for name in ("refused", "mended", "changed", "new", "same") if run.counts.get(name)]
    chosen = request.GET.get("show", "")
    verdict = chosen if chosen in some else (some[0] if some else "")
    after = typed.whole(request.GET.get("line", "")) or 0
    found = []
    for line in ask.told_lines(request.viewer, run.id, verdicts=[verdict], after=after) if verdict else ():
        column = label("roster_field", line.column, language()) if line.column else ""
        found.append((line.number, column, ask.reason(request.viewer, line, language())))
        if len(found) == LINES:
            break
    tabs = [
        Tab(
            label=label("roster_verdict", name, language()),
            href=f"?show={name}#lines",
            count=run.counts[name],
            here=name == verdict,
        )
        for name in some
    ]
    more = f"?show={verdict}&line={found[-1][0]}#lines" if len(found) == LINES else ""
    back = f"?show={verdict}#lines" if after else ""
    return {"lines": found, "tabs": tabs, "verdict": verdict, "lines_pager": Pager(before=back, after=more)}


def _choices(request: Asked, run: RunRow) -> list[dict[str, Any]]:
    """Each header with the fields it may be, and which it is taken for."""
    taken = {at: name for name, at in run.columns.items()}
    options = [
        (field.name, label("roster_field", field.name, language()), field.need) for field in headers.fields(run.kind)
    ]
    return [
        {
            "at": at,
            "header": text,
            "chosen": request.POST.get(f"column-{at}", taken.get(at, "")),
            "options": options,
        }
        for at, text in enumerate(run.header)
        if text.strip()
    ]


def _figures(run: RunRow) -> list[Figure]:
    prefix = "did_" if run.state in ("applying", "applied", "undoing", "undone") else ""
    found = []
    for name in VERDICTS:
        count = run.counts.get(prefix + name, 0)
        if name == "held":
            count = run.waiting
        found.append(Figure(value=str(number(count)), label=label("roster_verdict", name, language())))
    return found

"""The list as a file: at most 5,000 rows, every cell harmless, and a trace of who took it."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions.exports import ask_leave, decide_leave, export_elements, export_matters
from huiyin.casework.queries import leaves
from huiyin.casework.queries.matters import MatterRow
from huiyin.casework.rules import codes
from huiyin.core.safe_cells import Cell, write_csv
from huiyin.interfaces.common import downloads, typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import elements
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import has_label, label, phrase

COLUMNS = (
    "code",
    "title",
    "place",
    "state",
    "body",
    "handler_name",
    "channel",
    "topic",
    "nature",
    "opened_at",
    "due_at",
    "closed_at",
)


@require_POST
@guarded
def export(request: Asked) -> HttpResponse:
    """A file of what the filters show. Refused with a sentence when there are too many."""
    wanted = forms.read(request.GET)
    at = request.at
    common: dict[str, Any] = {"by": request.viewer, "at": at, "filters": wanted, "query": forms.write(wanted)}
    try:
        header, cells = _ten(**common) if request.POST.get("as") == "ten" else _listed(**common)
    except Refused as refused:
        if refused.code != "export_needs_leave" or wanted.text:
            raise
        return _ask(request, refused.sentence(language()), status=403)
    name = f"matters-{timezone.localtime(at):%Y%m%d}"
    if request.POST.get("format") != "csv":
        return downloads.workbook(header, cells, name, sheet=label("nav", "matters", language()))
    text = io.StringIO(newline="")
    write_csv(text, header, cells)
    # Excel reads Chinese only with the mark.
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_http_methods(["GET", "POST"])
@guarded
def exports(request: Asked) -> HttpResponse:
    """Leave to take long lists away: what waits for the viewer, what became of their own; asked for and decided."""
    request.viewer.need("matter.see")
    if request.method != "POST":
        return show(request, "desk/exports.html", {"rows": leaves.leaves(request.viewer, request.at)})
    wanted = forms.read(request.GET)
    try:
        if leave_id := typed.identity(request.POST.get("leave", "")):
            common: dict[str, Any] = {"by": request.viewer, "at": request.at, "leave_id": leave_id}
            decide_leave(**common, allow=request.POST.get("do") == "yes")
        else:
            asked: dict[str, Any] = {"by": request.viewer, "at": request.at, "filters": wanted}
            ask_leave(**asked, query=forms.write(wanted), reason=request.POST.get("reason", ""))
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "needs_reason":
            return _ask(request, refused.sentence(language()), status=422)
        if refused.code != "already_done":
            raise
    messages.success(request, phrase("done", "export_leave", language()))
    return redirect("desk:exports")


def _ask(request: Asked, problem: str, *, status: int) -> HttpResponse:
    query = forms.write(forms.read(request.GET))
    return show(request, "desk/exports.html", {"problem": problem, "query": query, "asks": True}, status=status)


def _listed(**common: Any) -> tuple[list[str], Iterator[list[Cell]]]:
    """The list as it stands on the page."""
    taken = export_matters(**common)
    header = [label("list", column, language()) for column in COLUMNS]
    return _numbered(taken.number, header, _cells(taken.rows, programme_page(common["at"])))


def _ten(**common: Any) -> tuple[list[str], Iterator[list[Cell]]]:
    """The ten elements of each (R-170), with its code and what it is about."""
    taken = export_elements(**common)
    header = [*(label("list", column, language()) for column in ("code", "title")), *elements.headers()]
    return _numbered(
        taken.number,
        header,
        ([codes.spoken(one.code), one.title, *elements.cells(one)] for one in taken.rows),
    )


def _numbered(number: str, header: list[str], rows: Iterable[list[Cell]]) -> tuple[list[str], Iterator[list[Cell]]]:
    """With the number of the taking on every row, so that a piece of a file says who took it when."""
    return [*header, label("list", "export_number", language())], ([*row, number] for row in rows)


def _cells(rows: Sequence[MatterRow], programme: Any) -> Iterator[list[Cell]]:
    spoken = language()
    for row in rows:
        yield [
            codes.spoken(row.code),
            row.title,
            row.place,
            label("state", row.state, spoken) if has_label("state", row.state) else row.state,
            row.body,
            row.handler,
            _title(programme.channels, row.channel),
            _title(programme.topics, row.topic),
            _title(programme.natures, row.nature),
            *(
                timezone.localtime(moment).replace(microsecond=0) if moment else None
                for moment in (row.opened_at, row.due_at, row.closed_at)
            ),
        ]


def _title(table: dict[str, Any], key: str) -> str:
    return str(table[key].title) if key in table else key

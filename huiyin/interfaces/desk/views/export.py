"""The list as a file: at most 5,000 rows, every cell harmless, and a trace of who took it."""

import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from huiyin.casework.actions.exports import export_elements, export_matters
from huiyin.casework.queries.matters import MatterRow
from huiyin.casework.rules import codes
from huiyin.core.safe_cells import Cell, write_csv, write_xlsx
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import elements
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.interfaces.desk.pages import Asked, guarded
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.words import has_label, label

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
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@require_POST
@guarded
def export(request: Asked) -> HttpResponse:
    """A file of what the filters show. Refused with a sentence when there are too many."""
    kind = "csv" if request.POST.get("format") == "csv" else "xlsx"
    wanted = forms.read(request.GET)
    at = request.at
    common: dict[str, Any] = {"by": request.viewer, "at": at, "filters": wanted, "query": forms.write(wanted)}
    header, cells = _ten(**common) if request.POST.get("as") == "ten" else _listed(**common)
    response = HttpResponse(content_type=KINDS[kind])
    day = timezone.localtime(at).strftime("%Y%m%d")
    response["Content-Disposition"] = f'attachment; filename="matters-{day}.{kind}"'
    if kind == "csv":
        text = io.StringIO(newline="")
        write_csv(text, header, cells)
        response.write(text.getvalue().encode("utf-8-sig"))  # Excel reads Chinese only with the mark
    else:
        file = io.BytesIO()
        write_xlsx(file, header, cells, sheet=label("nav", "matters", language()))
        response.write(file.getvalue())
    return response


def _listed(**common: Any) -> tuple[list[str], Iterator[list[Cell]]]:
    """The list as it stands on the page."""
    rows = export_matters(**common)
    return [label("list", column, language()) for column in COLUMNS], _cells(rows, programme_page(common["at"]))


def _ten(**common: Any) -> tuple[list[str], Iterator[list[Cell]]]:
    """The ten elements of each (R-170), with its code and what it is about."""
    rows = export_elements(**common)
    header = [label("list", column, language()) for column in ("code", "title")]
    return [*header, *elements.headers()], ([codes.spoken(one.code), one.title, *elements.cells(one)] for one in rows)


def _cells(rows: list[MatterRow], programme: Any) -> Iterator[list[Cell]]:
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

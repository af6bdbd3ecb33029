"""The list as a file: at most 5,000 rows, every cell harmless, and a trace of who took it."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from huiyin.casework.actions.exports import export_elements, export_matters
from huiyin.casework.queries.matters import MatterRow
from huiyin.casework.rules import codes
from huiyin.core.safe_cells import Cell, write_csv
from huiyin.interfaces.common import downloads
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


@require_POST
@guarded
def export(request: Asked) -> HttpResponse:
    """A file of what the filters show. Refused with a sentence when there are too many."""
    wanted = forms.read(request.GET)
    at = request.at
    common: dict[str, Any] = {"by": request.viewer, "at": at, "filters": wanted, "query": forms.write(wanted)}
    header, cells = _ten(**common) if request.POST.get("as") == "ten" else _listed(**common)
    name = f"matters-{timezone.localtime(at):%Y%m%d}"
    if request.POST.get("format") != "csv":
        return downloads.workbook(header, cells, name, sheet=label("nav", "matters", language()))
    text = io.StringIO(newline="")
    write_csv(text, header, cells)
    # Excel reads Chinese only with the mark.
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


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

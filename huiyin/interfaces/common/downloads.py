"""Files a page makes and hands out: papers to look at or keep, workbooks."""

import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from huiyin.core.safe_cells import Cell, write_xlsx

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pdf(data: bytes, name: str, *, keep: bool = False) -> HttpResponse:
    """A paper as the browser shows it, or with `keep` as it saves it. `name` is ours: letters, digits, dashes."""
    return _named(data, PDF, f'{"attachment" if keep else "inline"}; filename="{name}.pdf"')


def workbook(header: Sequence[str], rows: Iterable[Sequence[Cell]], name: str, *, sheet: str = "1") -> HttpResponse:
    """Rows as a workbook, every cell harmless."""
    file = io.BytesIO()
    write_xlsx(file, header, rows, sheet=sheet)
    return _named(file.getvalue(), XLSX, f'attachment; filename="{name}.xlsx"')


def _named(data: bytes, kind: str, how: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = how
    return answer

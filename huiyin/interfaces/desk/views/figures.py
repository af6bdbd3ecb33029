"""Figures about casework: each with its definition, base and the way down to its matters; by period and element."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions.exports import export_figures
from huiyin.casework.queries import figures as queries
from huiyin.casework.queries.figures import ELEMENTS
from huiyin.casework.rules import spans
from huiyin.casework.rules.figures import MEASURES, SHARES, score, share
from huiyin.casework.rules.spans import Behind, Line, Sums, Wanted
from huiyin.core.rulebook import current
from huiyin.core.safe_cells import Cell
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import downloads
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Chip, Link, Tab
from huiyin.interfaces.desk import figure_words as words
from huiyin.interfaces.desk.forms import figures as forms
from huiyin.interfaces.desk.forms.figures import Asked as Question
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing
from huiyin.programme.words import label, labels, phrase
from huiyin.register.queries import staff
from huiyin.register.queries.days import today

FEW = 40
"""Lines of one dimension a page shows; the file has all of them."""


@dataclass(frozen=True)
class Found:
    """What was asked and what was found: all lines by dimension, the sums of everything."""

    question: Question
    lines: dict[str, list[Line]]
    sums: Sums
    county: str


@require_safe
@guarded
def figures(request: Asked) -> HttpResponse:
    """The page. One question for all figures, whatever is shown."""
    found = _found(request)
    return show(request, "desk/figures/figures.html", _context(request, found))


@require_safe
@guarded
def printed(request: Asked) -> HttpResponse:
    """The same on paper, with all ten elements."""
    found = _found(request, by=forms.ALL)
    back = f"{reverse('desk:figures')}?{forms.write(found.question, found.county)}"
    return show(request, "desk/figures/print.html", {**_context(request, found), "back_url": back, "at": request.at})


@require_POST
@guarded
def export(request: Asked) -> HttpResponse:
    """A file of the figures: every measure and share of every value of every dimension. Who took it is written down."""
    found = _found(request, by=forms.ALL)
    asked = forms.write(found.question, found.county)
    lines = sum(map(len, found.lines.values()))
    export_figures(by=request.viewer, at=request.at, lines=lines, query=asked)
    spoken = language()
    header = [label("element", "place", spoken), *(label("figure_measure", one, spoken) for one in MEASURES)]
    header = [phrase("figures", "dimension", spoken), phrase("figures", "value", spoken), *header[1:]]
    header += [f"{label('figure_share', one, spoken)} %" for one in SHARES]
    name = f"figures-{timezone.localtime(request.at):%Y%m%d}"
    return downloads.workbook(header, _cells(request, found), name, sheet=phrase("figures", "sheet", spoken))


def _found(request: Asked, *, by: str = "") -> Found:
    viewer = request.viewer
    viewer.need("stats.see")
    book = current(request.at).rulebook
    county = book.county.code
    question = forms.read(request.GET, today(viewer, request.at), county)
    if not viewer.reaches(question.wanted.place):
        raise Missing
    by = by or question.by
    wanted = ELEMENTS if by == forms.ALL else dict.fromkeys(("day", by, "programme"))
    lines = queries.split(viewer, question.wanted, tuple(wanted))
    return Found(Question(question.wanted, question.step, by), lines, spans.total(lines["day"]), county)


def _context(request: Asked, found: Found) -> dict[str, Any]:
    viewer, question, wanted = request.viewer, found.question, found.question.wanted
    opens = words.opens_at(viewer)
    told = _told(request, found)
    series = spans.by_period(found.lines["day"], question.step, wanted.from_)
    name, crumbs = named(request, wanted.place, "desk:figures")
    points = score(found.sums)
    return {
        "question": question,
        "query": forms.write(question, found.county),
        "place": name,
        "crumbs": _crumbs(found, crumbs),
        "chips": _chips(viewer, found),
        "spans": _spans(request, found),
        "bases": _choices(found, "basis", "figure_basis", question.wanted.basis),
        "steps": _choices(found, "step", "figure_step", question.step),
        "bys": [*_choices(found, "by", "element", question.by), _all(found)],
        "hidden": [(key, value) for key, value in _hidden(found) if value],
        "until": wanted.until - timedelta(days=1),
        "sums": found.sums,
        "score": f"{points:.1f}" if points is not None else "",
        "shares": words.share_lines(wanted, found.sums, opens=opens),
        "common_href": words.common(wanted, found.sums, opens=opens),
        "collected_href": words.link(Behind(wanted, "collected"), opens) if found.sums["collected"] else "",
        "methods": words.methods(wanted, found.lines["programme"], told, opens=opens),
        **_beside(viewer, wanted, opens=opens),
        "series": [_period(line, question.step, wanted.until) for line in series],
        "chart": _chart(_drawn(request, series, question), question.step) if len(series) > 1 else {},
        "tables": [_table(found, name, told, opens) for name in _shown(question.by)],
        "columns": [label("figure_share", one, language()) for one in words.SHOWN],
    }


def _told(request: Asked, found: Found) -> dict[tuple[str, str], str]:
    """The words of every value; a method by the title it has now."""
    book = current(request.at).rulebook
    titles = {("programme", name): one.about.title for name, one in book.programmes.items()}
    return words.names(request.viewer, programme_page(request.at), found.lines) | titles


def _beside(viewer: Viewer, wanted: Wanted, *, opens: str) -> dict[str, Any]:
    """What staff asked for from their own numbers, told beside the figures it is not in."""
    many = queries.from_staff(viewer, wanted)
    href = words.link(Behind(spans.beside(wanted), "collected"), opens) if many else ""
    return {"from_staff": many, "from_staff_href": href}


def _shown(by: str) -> tuple[str, ...]:
    return tuple(one for one in ELEMENTS if one != "day") if by == forms.ALL else () if by == "day" else (by,)


def _table(found: Found, name: str, told: dict[tuple[str, str], str], opens: str) -> dict[str, Any]:
    question, lines = found.question, found.lines[name]
    return {
        "title": label("element", name, language()),
        "name": name,
        "rows": words.rows(name, lines[:FEW], told, question.wanted, opens=opens, deeper=_deeper(found, name)),
        "more": max(0, len(lines) - FEW),
    }


def _deeper(found: Found, name: str) -> Callable[[str], str]:
    """How a value narrows the page: a place and a body do; the others open their matters."""

    def address(value: str) -> str:
        if name == "place" and value != found.question.wanted.place and len(value) == 12:
            return f"?{forms.write(found.question, found.county, place=value)}"
        if name == "body" and value:
            return f"?{forms.write(found.question, found.county, body=value, by='topic')}"
        return ""

    return address


def _period(line: Line, step: str, until: date) -> dict[str, Any]:
    first = date.fromisoformat(line.value)
    after = min(until, spans.follows(spans.begins(first, step), step))
    return {
        "first": first,
        "last": after - timedelta(days=1),
        "sums": line.sums,
        "shares": [(label("figure_share", one, language()), words.percent(line.share(one))) for one in words.SHOWN],
    }


def _drawn(request: Asked, series: list[Line], question: Question) -> list[Line]:
    """The periods a plot shows: all that were asked about, as far as they have come."""
    until = min(question.wanted.until, today(request.viewer, request.at) + timedelta(days=1))
    return spans.without_gaps(series, question.step, question.wanted.from_, until)


def _chart(series: list[Line], step: str) -> dict[str, Any]:
    """What was received, answered and solved by period; the table below says the same."""
    cut = {"month": slice(0, 7), "year": slice(0, 4)}.get(step, slice(5, 10))
    spoken = language()
    return {
        "grid": {"left": 8, "right": 16, "top": 34, "bottom": 26, "containLabel": True},
        "legend": {"right": 0, "top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "category", "data": [line.value[cut] for line in series]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "name": label("figure_measure", one, spoken), "data": [line.sums[one] for line in series]}
            for one in ("collected", "answered", "solved")
        ],
    }


def _spans(request: Asked, found: Found) -> list[Tab]:
    now = today(request.viewer, request.at)
    wanted, tabs = found.question.wanted, []
    for name, title in labels("figure_span", language()).items():
        from_, until = forms.span(name, now)
        query = forms.write(found.question, found.county, from_=from_, until=until, step=_step(name))
        tabs.append(Tab(label=title, href=f"?{query}", here=(wanted.from_, wanted.until) == (from_, until)))
    return tabs


def _step(span: str) -> str:
    return {"week": "day", "month": "day", "last_month": "day", "quarter": "week"}.get(span, "month")


def _choices(found: Found, key: str, group: str, chosen: str) -> list[Tab]:
    return [
        Tab(label=title, href=f"?{forms.write(found.question, found.county, **{key: name})}", here=name == chosen)
        for name, title in labels(group, language()).items()
    ]


def _all(found: Found) -> Tab:
    title = phrase("figures", "all", language())
    query = forms.write(found.question, found.county, by=forms.ALL)
    return Tab(label=title, href=f"?{query}", here=found.question.by == forms.ALL)


def _chips(viewer: Viewer, found: Found) -> list[Chip]:
    """The body the figures are narrowed to; taking it away shows all again."""
    body = found.question.wanted.body
    if body is None:
        return []
    name = staff.body_names(viewer, [body]).get(body)
    if name is None:
        raise Missing
    query = forms.write(found.question, found.county, body=None)
    return [Chip(label=name, href=f"?{query}", on=True, icon="building")]


def _crumbs(found: Found, links: list[Link]) -> list[Link]:
    """The places above, each with what is asked otherwise kept."""
    kept = []
    for one in links:
        code = one.href.rpartition("=")[2]
        kept.append(Link(one.label, f"?{forms.write(found.question, found.county, place=code)}"))
    return kept


def _hidden(found: Found) -> list[tuple[str, str]]:
    question, wanted = found.question, found.question.wanted
    place = "" if wanted.place == found.county else wanted.place
    return [
        ("basis", wanted.basis),
        ("place", place),
        ("body", str(wanted.body or "")),
        ("by", question.by),
        ("step", question.step),
    ]


def _cells(request: Asked, found: Found) -> Any:
    told = _told(request, found)
    for name, lines in found.lines.items():
        for line in lines:
            small = name in words.PERSONS and line.sums["collected"] < words.LEAST
            value = line.value if name == "day" else told.get((name, line.value), line.value)
            row: list[Cell] = [label("element", name, language()), value]
            row += [line.sums[one] if not small or one in ("collected", "answered") else None for one in MEASURES]
            yield row + [None if small else _hundredth(line, one) for one in SHARES]


def _hundredth(line: Line, name: str) -> str | None:
    point = share(name, line.sums).point
    return None if point is None else f"{point * 100:.2f}"

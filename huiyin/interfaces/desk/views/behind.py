"""What a figure was made from, entry by entry and without a word of any: for who sees figures and reads no matters."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions.exports import export_behind
from huiyin.casework.queries import behind as queries
from huiyin.casework.queries.behind import Entry
from huiyin.casework.rules import codes
from huiyin.casework.rules.spans import Behind
from huiyin.core.safe_cells import Cell
from huiyin.interfaces.common import downloads
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk import figure_words as words
from huiyin.interfaces.desk.forms import figures as forms
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import has_label, label, phrase

COLUMNS = ("code", "opened_on", "answered_on", "closed_on", "place", "topic", "nature", "channel", "body", "state")
MARKS = ("limit", "result", "in_time", "reopened", "common")


@require_safe
@guarded
def behind(request: Asked) -> HttpResponse:
    """The entries of one figure; who reads matters gets their list instead. Raises Missing for what is no figure."""
    viewer, figure = request.viewer, _figure(request)
    if viewer.may("matter.see"):
        return redirect(words.link(figure, words.opens_at(viewer)))
    page = queries.entries(viewer, figure, after=request.GET.get("after", "")[:60])
    spelt = forms.spelt(figure)
    onward = urlencode({"figure": spelt, "after": page.after})
    context = {
        "figure": forms.told(figure, language()),
        "query": urlencode({"figure": spelt}),
        "rows": [_row(one, request.at) for one in page.rows],
        "total": page.total,
        "pager": Pager(after=f"?{onward}" if page.after else ""),
        "back_url": f"{reverse('desk:figures')}?{_around(figure)}",
    }
    return show(request, "desk/figures/behind.html", context)


@require_POST
@guarded
def export(request: Asked) -> HttpResponse:
    """The same as a file. Refused with a sentence where there are too many; who took it is written down."""
    figure = _figure(request)
    spelt = forms.spelt(figure)
    try:
        taken = export_behind(by=request.viewer, at=request.at, behind=figure, figure=spelt)
    except Refused as refused:
        if refused.code != "too_many_rows":
            raise
        messages.warning(request, refused.sentence(language()))
        return redirect(f"{reverse('desk:behind')}?{urlencode({'figure': spelt})}")
    spoken = language()
    header = [*(label("behind", one, spoken) for one in (*COLUMNS, *MARKS)), label("list", "export_number", spoken)]
    name = f"figure-{timezone.localtime(request.at):%Y%m%d}"
    return downloads.workbook(header, _cells(taken.rows, taken.number, request.at), name, sheet=_sheet())


def _figure(request: Asked) -> Behind:
    """The figure of the address. Raises Missing where it is none, or lies outside what the viewer reaches."""
    found = forms.behind(request.GET.get("figure", ""))
    if found is None:
        raise Missing
    if not (request.viewer.may("stats.see") and request.viewer.may("matter.trace")):
        raise Refused("not_allowed", verb="stats.see" if request.viewer.may("matter.trace") else "matter.trace")
    if not request.viewer.reaches(found.wanted.place):
        raise Missing
    return found


def _around(figure: Behind) -> str:
    """The page of figures this one stands on, as far as its address says."""
    wanted = figure.wanted
    given = {"from": wanted.from_.isoformat(), "until": _last(wanted.until).isoformat(), "basis": wanted.basis}
    return urlencode({**given, "place": wanted.place, **({"body": str(wanted.body)} if wanted.body else {})})


def _last(until: date) -> date:
    return date.fromordinal(until.toordinal() - 1)


def _sheet() -> str:
    return phrase("figures", "sheet", language())


def _row(one: Entry, at: datetime) -> dict[str, Any]:
    told = _told(one, at)
    traced = f"{reverse('desk:tracing')}?{urlencode({'code': one.code})}"
    return {"one": one, **told, "href": traced}


def _told(one: Entry, at: datetime) -> dict[str, str]:
    """The values of an entry in the words of the programme."""
    page, spoken = programme_page(at), language()
    told = {name: words.word(page, name, getattr(one, name)) for name in ("topic", "nature", "channel", "result")}
    told["limit"] = words.word(page, "limit", one.limit) if one.limit else ""
    told["state"] = label("state", one.state, spoken) if has_label("state", one.state) else one.state
    late = {None: "open", True: "in_time", False: "late"}[one.in_time]
    return {**told, "late": late, "in_time": label("behind_time", late, spoken)}


def _cells(rows: Sequence[Entry], number: str, at: datetime) -> Iterator[list[Cell]]:
    spoken = language()
    yes = {True: phrase("behind", "yes", spoken), False: ""}
    for one in rows:
        told = _told(one, at)
        plain: list[Cell] = [codes.spoken(one.code), one.opened_on, one.answered_on, one.closed_on, one.place]
        plain += [told["topic"], told["nature"], told["channel"], one.body, told["state"]]
        yield [*plain, told["limit"], told["result"], told["in_time"], yes[one.reopened], yes[one.common], number]

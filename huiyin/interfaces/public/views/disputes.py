"""Disputes in public: how many were registered in a month and how many of them settled; small numbers hidden."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.public.frame import Request, page
from huiyin.publication.queries import disputes as queries
from huiyin.publication.rules.months import before, following
from huiyin.register.queries.days import today

OLDEST = date(2000, 1, 1)


@require_safe
def disputes(request: Request) -> HttpResponse:
    """The last month that is over, or one before it."""
    newest = before(today(request.viewer, request.at).replace(day=1))
    month = min(max(_month(request.GET.get("month", "")) or newest, OLDEST), newest)
    context = {
        "month": month,
        "earlier": f"{before(month):%Y-%m}" if month > OLDEST else "",
        "later": f"{following(month):%Y-%m}" if month < newest else "",
        "found": queries.shown(request.viewer, request.at, month),
        "county": current(request.at).rulebook.county.name,
    }
    return page(request, "disputes", context)


def _month(typed: str) -> date | None:
    """2026-05 as its first day; None for anything else."""
    try:
        return date.fromisoformat(f"{typed[:7]}-01")
    except ValueError:
        return None

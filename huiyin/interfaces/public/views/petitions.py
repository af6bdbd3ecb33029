"""Petition figures in public: areas and half-years only, small numbers hidden."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.casework.rules.petitions import last_whole, read_half
from huiyin.core.rulebook import current
from huiyin.interfaces.public.frame import Request, page
from huiyin.publication.queries import petitions as queries
from huiyin.register.queries.days import today


@require_safe
def petitions(request: Request) -> HttpResponse:
    """The last half-year that is over, or one before it."""
    newest = last_whole(today(request.viewer, request.at))
    half = min(read_half(request.GET.get("half", "")[:10]) or newest, newest)
    context = {
        "half": half,
        "later": half.later if half < newest else None,
        "found": queries.shown(request.viewer, request.at, half),
        "county": current(request.at).rulebook.county.name,
    }
    return page(request, "petitions", context)

"""Days on which somebody in office can be met or rung: when, which office, where; to be printed too (AM-10)."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.public.frame import Request, page
from huiyin.publication.queries import meeting
from huiyin.publication.queries.meeting import WEEKS
from huiyin.register.queries.days import today


@require_safe
def meet(request: Request) -> HttpResponse:
    """The days of the next weeks."""
    context = {
        "found": meeting.coming(request.viewer, request.at),
        "weeks": WEEKS,
        "today": today(request.viewer, request.at),
        "county": current(request.at).rulebook.county,
    }
    return page(request, "meet", context)

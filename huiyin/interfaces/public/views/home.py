"""The first page: four ways in, what was late beside what was done."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.tongues import tongues
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.walls import cards
from huiyin.publication.queries import meeting, walls


@require_safe
def home(request: Request) -> HttpResponse:
    """What do you want to do?"""
    context = {
        "figures": walls.county_figures(request.viewer, request.at),
        "newest": cards(walls.newest(request.viewer, request.at)),
        "meets": meeting.any_days(request.viewer, request.at),
        "english": language() == "en",
        "tongues": tongues(current(request.at).rulebook.county),
    }
    return page(request, "home", context)

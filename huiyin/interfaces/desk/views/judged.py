"""Appeals found unreasonable whose residents ask that it be looked at again, and how often that turned it (SG-34)."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.casework.queries import judging
from huiyin.interfaces.desk.pages import Asked, guarded, show


@require_safe
@guarded
def judged(request: Asked) -> HttpResponse:
    """What waits for a review, and the figures with their denominators."""
    request.viewer.need("matter.approve")
    context = {"rows": judging.waiting(request.viewer), "figures": judging.figures(request.viewer)}
    return show(request, "desk/judged.html", context)

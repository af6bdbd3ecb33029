"""Finding somebody at the desk. What is typed is sent, never put into an address, and the look is written down."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from huiyin.core.rulebook import current
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Refused
from huiyin.register.actions import finding as act
from huiyin.register.queries.finding import Finding
from huiyin.register.rules.asked import LONGEST


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: Asked) -> HttpResponse:
    """One field for name, sound, telephone or door; who was found, with their official of today."""
    typed = request.POST.get("q", "")[:LONGEST]
    found, problem, status = None, "", 200
    if request.method == "POST":
        try:
            found = act.look_up(by=request.viewer, at=request.at, typed=typed)
        except Refused as refused:
            problem, status = refused.sentence(language()), 422
    return show(request, "desk/people/people.html", _context(request, typed, found, problem), status=status)


def _context(request: Asked, typed: str, found: Finding | None, problem: str) -> dict[str, object]:
    county = current(request.at).rulebook.county
    begin = request.at.astimezone(county.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    left = max(0, county.lookups_a_day - act.spent(request.viewer, begin))
    return {"typed": typed, "found": found, "problem": problem, "left": left, "spent": left == 0}

"""Finding somebody at the desk. What is typed is sent, never put into an address, and the look is written down."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.typed import sought
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Refused
from huiyin.register.actions import cards
from huiyin.register.actions import finding as act
from huiyin.register.queries import cards as ask_cards
from huiyin.register.queries import finding
from huiyin.register.queries.asked import LONGEST
from huiyin.register.queries.finding import Finding


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: Asked) -> HttpResponse:
    """One field for name, sound, telephone or door; who was found, with their official of today."""
    asked = sought(request.POST.get("q", ""), most=LONGEST)
    found, problem, status = None, asked.problem, 422 if asked.problem else 200
    if request.method == "POST" and not problem:
        try:
            found = act.look_up(by=request.viewer, at=request.at, typed=asked.words)
        except Refused as refused:
            problem, status = refused.sentence(language()), 422
    return show(request, "desk/people/people.html", _context(request, asked.words, found, problem), status=status)


@guarded
@require_POST
def enquiry(request: Asked, enquiry_id: UUID) -> HttpResponse:
    """Somebody who asked by telephone: see the number to ring, or say that they were told."""
    if request.POST.get("do") == "told":
        cards.told(by=request.viewer, at=request.at, enquiry_id=enquiry_id)
        return redirect("desk:people")
    numbers = cards.number_to_ring(by=request.viewer, at=request.at, enquiry_id=enquiry_id)
    context = _context(request, "", None, "") | {"ring": enquiry_id, "numbers": numbers}
    return show(request, "desk/people/people.html", context)


def _context(request: Asked, typed: str, found: Finding | None, problem: str) -> dict[str, object]:
    left = finding.left(request.viewer, request.at)
    sees = {"sees": request.viewer.may("register.see")}
    return (
        sees
        | {"typed": typed, "found": found, "problem": problem, "left": left, "spent": left == 0}
        | {"asking": ask_cards.enquiries(request.viewer, request.at)}
    )

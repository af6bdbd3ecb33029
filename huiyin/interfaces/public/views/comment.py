"""One's own comment under an entry of a wall, by the receipt that came with it (R-348)."""

from django.http import HttpResponse

from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.shown import last_day
from huiyin.publication.queries import comments


def own(request: Request, proof: str, *, first: bool = False, status: int = 200) -> HttpResponse:
    """A comment as its receipt opens it; `first` shows the receipt. Raises Missing."""
    found = comments.by_proof(request.viewer, proof, request.at)
    until = last_day(found.look_by if found.state == "waiting" else found.answer_by)
    parts = [proof[at : at + 4] for at in range(0, 16, 4)] if first else []
    return page(request, "comment", {"found": found, "until": until, "proof_parts": parts}, status=status)

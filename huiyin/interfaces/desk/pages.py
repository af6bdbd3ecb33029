"""How a page of the desk is answered: what the viewer may do at hand, refusals as sentences, absence as one page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import render

from huiyin.casework.queries.today import Tally
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import asked, pages
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Missing, Refused


class Asked(asked.Asked):
    """A request to the desk."""

    tally: Tally | None
    """Set by a view that has counted already what the frame shows; None where no counts are shown."""


P = ParamSpec("P")
View = Callable[Concatenate[Asked, P], HttpResponse]


def begins_at(viewer: Viewer, county: str) -> str:
    """The place a page begins at: the county for who sees all of it, else where the viewer's own scope begins."""
    own = county if viewer.sees(county) else next((low for low, _ in viewer.scopes), county)
    return own[:12].ljust(12, "0")


def show(request: Asked, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page, with `can.<last part of a verb>` for what the viewer may do."""
    verbs = request.viewer.verbs
    can = {verb.partition(".")[2]: True for verb in verbs if verb.startswith("matter.")}
    return render(request, template, {"can": can, **context}, status=status)


def guarded(view: View[P]) -> View[P]:
    """Absent, foreign and sealed are one page; any other refusal that a view did not show is a sentence (403)."""

    @wraps(view)
    def answered(request: Asked, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Missing:
            return pages.not_found(request)
        except Refused as refused:
            return pages.problem(request, 403, detail=refused.sentence(language()))

    return answered

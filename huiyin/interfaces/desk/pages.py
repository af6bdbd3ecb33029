"""How a page of the desk is answered: what the viewer may do at hand, refusals as sentences, absence as one page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huiyin.interfaces.common import pages
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Missing, Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page, with `can.<last part of a verb>` for what the viewer may do."""
    verbs = request.viewer.verbs  # type: ignore[attr-defined]  # set by our middleware
    can = {verb.partition(".")[2]: True for verb in verbs if verb.startswith("matter.")}
    return render(request, template, {"can": can, **context}, status=status)


def guarded(view: View[P]) -> View[P]:
    """Absent, foreign and sealed are one page; any other refusal that a view did not show is a sentence (403)."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Missing:
            return pages.not_found(request)
        except Refused as refused:
            return pages.problem(request, 403, detail=refused.sentence(language()))

    return answered

"""Questions and answers on policies and the law, to read, to search and to print (R-141)."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.interfaces.common import downloads
from huiyin.interfaces.common.pages import not_found
from huiyin.interfaces.common.paper import make
from huiyin.interfaces.common.typed import sought
from huiyin.interfaces.public.frame import Request, page
from huiyin.programme.refusal import Missing
from huiyin.register.queries import handbook as ask


@require_safe
def handbook(request: Request) -> HttpResponse:
    """What holds today, by chapter; with `q` the questions in which the words stand."""
    wanted = sought(request.GET.get("q", ""))
    found = ask.shown(request.viewer, request.at, words=wanted.usable)
    if found is None:
        return not_found(request)
    told = {"book": found, "q": wanted.words, "problem": wanted.problem}
    return page(request, "handbook", told, status=422 if wanted.problem else 200)


@require_safe
def pdf(request: Request) -> HttpResponse:
    """The handbook as PDF."""
    try:
        made = make.book_pdf(request.viewer, request.at, origin=request.build_absolute_uri("/").rstrip("/"))
    except Missing:
        return not_found(request)
    return downloads.pdf(made, "handbook")

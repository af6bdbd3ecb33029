"""Common issues as everybody reads them: what was found, who is responsible, what is planned, what became of it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.public.frame import Request, page
from huiyin.programme.words import label
from huiyin.publication.queries import issues as queries


@require_safe
def issues(request: Request) -> HttpResponse:
    """The page; the same for everybody."""
    told = queries.told(request.viewer, request.at)
    names = [label("decision", one, language()) for one in told.kinds]
    halves = [{"half": one, "rows": list(zip(names, one.many, strict=True))} for one in told.halves]
    return page(request, "issues", {"told": told, "halves": halves})

"""HEAD, OPTIONS and a wrong method, answered as HTTP has it (RFC 9110) and in the one shape of refusal."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from huiyin.interfaces.api.refusing import View, refuse
from huiyin.interfaces.common.phrases import language
from huiyin.programme.words import say


def mannerly(view: View) -> View:
    """The view, also for HEAD and OPTIONS; what it does not take is refused in words. A method is never overridden."""

    @wraps(view)
    def answer(request: HttpRequest, **values: Any) -> HttpResponse:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        response = view(request, **values)
        request.method = asked
        if isinstance(response, HttpResponseNotAllowed):
            return _not_taken(request, response.headers["Allow"])
        if asked == "HEAD":
            response.headers["Content-Length"] = str(len(response.content))
            response.content = b""
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # read by Django; machines bring a token, never a cookie
    return answer


def _not_taken(request: HttpRequest, taken: str) -> HttpResponse:
    methods = sorted({one.strip() for one in taken.split(",")} | {"OPTIONS"})
    if "GET" in methods:
        methods.append("HEAD")
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
    else:
        response = refuse(405, "method_wrong", say("method_wrong", language(), methods=", ".join(methods)))
    response.headers["Allow"] = ", ".join(methods)
    return response


def root(request: HttpRequest, **values: Any) -> HttpResponse:
    """`/api/` itself: to the description of the interface."""
    return HttpResponseRedirect(reverse("api:openapi-json"))

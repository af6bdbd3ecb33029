"""Pages for what went wrong: they say what to do, and reveal nothing (look.md §6)."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string

from huiyin.core.request_id import current_request_id
from huiyin.interfaces.common.phrases import language
from huiyin.programme.words import say

log = logging.getLogger("huiyin.pages")
IN_JSON = {400: "bad_request", 403: "not_allowed", 404: "not_found", 413: "body_too_large", 429: "too_many_tries"}


def problem(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """One of the designed pages: 400, 403, 404, 405, 413, 429, 500; as JSON under /api/."""
    if request.path.startswith("/api/"):
        code = IN_JSON.get(status, "fault")
        shape = {"error": code, "sentence": say(code, language()), "field": ""}
        return JsonResponse(shape, status=status, json_dumps_params={"ensure_ascii": False})
    template = "common/problem_desk.html" if request.path.startswith("/desk/") else "common/problem_public.html"
    return render(request, template, {"status": status, **context}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for a body that is too large; what could not be read is not read again for the page."""
    request.GET = QueryDict()
    return problem(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return problem(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form that stood open too long or came from elsewhere."""
    return problem(request, 403, stale=True)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent, foreign and sealed are one page."""
    return problem(request, 404)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """429 after too many wrong passwords of one account from one network."""
    answer = problem(request, 429, retry_after=900)
    answer.headers["Retry-After"] = "900"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with a number to tell on the telephone. Must work when the database does not."""
    reference = current_request_id()
    try:
        return problem(request, 500, reference=reference)
    except Exception:
        log.exception("the error page itself failed")
        # Without the request no context processor runs, so nothing asks the database.
        page = render_to_string("common/problem_public.html", {"status": 500, "reference": reference})
        return HttpResponse(page, status=500)

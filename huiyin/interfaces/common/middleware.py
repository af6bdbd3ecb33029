"""Once per request: the time, the request's id, who looks."""

import secrets
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from huiyin.core import rowlevel
from huiyin.core.now import now
from huiyin.core.request_id import set_request_id
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.pages import problem
from huiyin.interfaces.common.uploads import BODY_MOST
from huiyin.register.queries import staff

Answer = Callable[[HttpRequest], HttpResponse]


def edge(get_response: Answer) -> Answer:
    """Set `request.at` and the request id; keep every page out of shared and private caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = now()  # type: ignore[attr-defined]  # ours, read by every view
        set_request_id(secrets.token_hex(8))
        try:
            response = get_response(request)
        finally:
            set_request_id("")  # what is remembered for one request ends with it
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


def readable(get_response: Answer) -> Answer:
    """Turn away what no form of ours sends: bodies beyond measure, and addresses with a NUL, which no text holds and
    one of the two databases does not take."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in query:
            raise BadRequest("a NUL in the query")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > BODY_MOST:
            raise RequestDataTooBig("a body larger than any form")
        return _in_words(request, get_response(request))

    return middleware


def _in_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A method that a page does not take is refused by a page too (405), not by an empty one."""
    if response.status_code != 405 or response.content or request.path.startswith("/api/"):
        return response
    told = problem(request, 405)
    told.headers["Allow"] = response.headers.get("Allow", "GET, HEAD")
    return told


def viewer(get_response: Answer) -> Answer:
    """Set `request.viewer`: computed at first use, from today's posts."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))  # type: ignore[attr-defined]  # ours
        if request.path == "/health/live":  # answers also when the database does not
            return get_response(request)
        with rowlevel.one_request():
            if request.path.startswith("/desk/"):
                # Now, not inside some action: what a transaction that fails has set would be taken back with it.
                request.viewer.may("")  # type: ignore[attr-defined]  # ours
            else:
                rowlevel.look_as(rowlevel.CLOSED)
            return get_response(request)

    return middleware


def viewer_of(request: HttpRequest) -> Viewer:
    """The signed-in person with what today's posts give, or a resident."""
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    if not request.user.is_authenticated:
        rowlevel.look_as(rowlevel.CLOSED)
        return Viewer.resident(language)
    found = staff.viewer_for(account=request.user, at=request.at, language=language)  # type: ignore[attr-defined]  # ours
    rowlevel.look_as(sight_of(found))
    return found


def sight_of(viewer: Viewer) -> str:
    """What the database shows a viewer of sealed matters: all to those who hold them, else only the viewer's own."""
    return rowlevel.OPEN if viewer.may("matter.held") else str(viewer.person_id)

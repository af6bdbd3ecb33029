"""Once per request: the time, the request's id, who looks."""

import secrets
from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import is_valid_path
from django.utils.functional import SimpleLazyObject

from huiyin.core import rowlevel
from huiyin.core.now import now
from huiyin.core.request_id import set_request_id
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.pages import problem
from huiyin.interfaces.common.uploads import BODY_MOST
from huiyin.register.queries import staff

ACTING_FOR = "huiyin_acting_for"
"""In the session: the id of the person whose lent powers are used."""

MACHINES = ("/api/", "/hooks/")
"""Where no person looks at what is answered."""
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
    """A method that a page does not take is refused by a page too (405), not by an empty one.

    An address that only takes what a form sends is asked for by a reload, the back button or after signing in: whoever
    asks is led to the page the form stands on.
    """
    if response.status_code != 405 or response.content or request.path.startswith(MACHINES):
        return response
    if request.method == "GET":
        return redirect(_above(request))
    told = problem(request, 405)
    told.headers["Allow"] = response.headers.get("Allow", "GET, HEAD")
    return told


def _above(request: HttpRequest) -> str:
    """The nearest address above that is a page's; what stands behind the question mark goes along. It has one at least:
    the first page."""
    parts = request.path_info.strip("/").split("/")
    for many in range(len(parts) - 1, 0, -1):
        address = f"/{'/'.join(parts[:many])}/"
        if is_valid_path(address):
            break
    else:
        address = "/"
    query = request.META.get("QUERY_STRING", "")
    return f"{quote(address)}?{query}" if query else quote(address)


def viewer(get_response: Answer) -> Answer:
    """Set `request.viewer`: computed at first use, from today's posts."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))  # type: ignore[attr-defined]  # ours
        if request.path == "/health/live":  # answers also when the database does not
            return get_response(request)
        with rowlevel.one_request():
            rowlevel.look_as(rowlevel.CLOSED if not request.path.startswith("/desk/") else _sight(request))
            return get_response(request)

    return middleware


def viewer_of(request: HttpRequest) -> Viewer:
    """The signed-in person with what today's posts give, or a resident."""
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    if not request.user.is_authenticated:
        return staff.under_edition(Viewer.resident(language), request.at)  # type: ignore[attr-defined]  # set by our middleware
    return _staff(request, language, _acting_for(request))


def _sight(request: HttpRequest) -> str:
    """What the desk's database shows, said before any transaction: one that fails would take it back with it.

    Other pages stay closed, whoever is signed in; a machine's token says its own.
    """
    found: Viewer = request.viewer  # type: ignore[attr-defined]  # ours
    return sight_of(found) if request.user.is_authenticated else rowlevel.CLOSED


def _staff(request: HttpRequest, language: str, acting_for: UUID | None) -> Viewer:
    """The account's own posts, or those lent by whom it chose to act for; back to its own once nothing is lent."""
    at = request.at  # type: ignore[attr-defined]  # set by our middleware
    found = staff.viewer_for(request.user, at, language, acting_for)  # type: ignore[arg-type]  # signed in
    if acting_for is not None and found.on_behalf_of != acting_for:
        del request.session[ACTING_FOR]
        found = staff.viewer_for(request.user, at, language)  # type: ignore[arg-type]  # signed in
    return found


def _acting_for(request: HttpRequest) -> UUID | None:
    """Whom somebody at the desk chose to act for in this session."""
    chosen = request.session.get(ACTING_FOR) if request.path.startswith("/desk/") else None
    return UUID(chosen) if chosen else None


def sight_of(viewer: Viewer) -> str:
    """What the database shows a viewer of sealed matters: all to those who hold them, else only the viewer's own."""
    return rowlevel.OPEN if viewer.may("matter.held") else str(viewer.person_id)

"""Switching language and type size: a cookie each, and back to where one was."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

A_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Show pages in another language from now on. An unknown language is not found."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    return _back(request, settings.LANGUAGE_COOKIE_NAME, code)


@require_http_methods(["GET", "HEAD", "POST"])
def big(request: HttpRequest) -> HttpResponse:
    """Larger type, or the ordinary size again."""
    return _back(request, "huiyin_big", "" if request.COOKIES.get("huiyin_big") == "1" else "1")


def _back(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """To the page one came from, never to another site."""
    wanted = request.GET.get("next") or request.POST.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    answer = HttpResponseRedirect(wanted if safe else "/")
    options = {"samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE, "httponly": True}
    if value:
        answer.set_cookie(cookie, value, max_age=A_YEAR, **options)  # type: ignore[arg-type]  # the cookie's own options
    else:
        answer.delete_cookie(cookie, samesite="Lax")
    return answer

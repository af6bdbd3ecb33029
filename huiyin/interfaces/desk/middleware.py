"""At the door of the desk: signed in, with a second factor; and what stands around each page."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from huiyin.interfaces.desk.frame import frame_of
from huiyin.interfaces.desk.signin import has_second_factor

Answer = Callable[[HttpRequest], HttpResponse]

ENROLLING = frozenset(
    {
        "account_login",
        "account_logout",
        "account_first",
        "account_inactive",
        "account_reauthenticate",
        "account_link",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
    }
)
"""Pages for somebody who has no second factor yet."""


def guard(get_response: Answer) -> Answer:
    """Let nobody to the desk who is not signed in, nor further than enrolment without a second factor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        desk, account = request.path.startswith("/desk/"), request.path.startswith("/account/")
        if not (desk or account):
            return get_response(request)
        if desk and not request.user.is_authenticated:
            return _away(request, f"{reverse('account_login')}?{urlencode({'next': _back(request)})}")
        if request.user.is_authenticated and not has_second_factor(request) and _name(request) not in ENROLLING:
            return _to_second_factor(request)
        request.frame = SimpleLazyObject(lambda: frame_of(request))  # type: ignore[attr-defined]  # read by `house`
        return get_response(request)

    return middleware


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """Enrol; or sign in anew, where the account has a second factor that this session did not show."""
    from allauth.mfa.utils import is_mfa_enabled

    if is_mfa_enabled(request.user):
        logout(request)
        return _away(request, reverse("account_login"))
    return _away(request, reverse("mfa_activate_totp"))


def _back(request: HttpRequest) -> str:
    """Where to go after signing in: a page, never the target of a form."""
    return request.get_full_path() if request.method == "GET" else "/desk/"


def _away(request: HttpRequest, address: str) -> HttpResponse:
    """A whole page, also when htmx asked for a part."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""

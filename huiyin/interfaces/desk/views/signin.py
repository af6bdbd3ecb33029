"""Before the door: the single-use link of the demo, and the first key, with which people set their own password.

The token of a link stands behind `#`, so that no log and no history of a server holds it.
"""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.core import signin as keys
from huiyin.core.marks import is_demo
from huiyin.core.throttle import Wait, allow, full
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.asked import Asked
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.pages import not_found
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import signin
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase, say
from huiyin.register.actions import access

TRIES, CEILING, WINDOW = 10, 300, timedelta(hours=1)
"""Wrong keys for a name, from one network and from everywhere: whoever tries out somebody else's name from elsewhere
does not hold the owner up (A4), and a thousand networks together still guess nothing."""
A_MINUTE = 30
FROM_HERE, FROM_ANYWHERE = "first_key.name_here", "first_key.name"
DOOR = Viewer.system("signin")
"""Nobody has signed in yet where a password is set by a first key."""


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Show the page whose script posts what stands behind `#`; without script it is pasted into a field."""
    if not is_demo():
        return not_found(request)
    if request.method == "GET":
        return render(request, "desk/link.html")
    try:
        signin.open_link(request, request.POST.get("token", "")[:100].strip().lstrip("#"))
    except Refused as refused:
        return render(request, "desk/link.html", {"refused": refused.sentence(language())}, status=422)
    return redirect("desk:today")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: Asked) -> HttpResponse:
    """Name, key from the slip, one's own password; then one signs in as ever, and binds the second factor there."""
    if request.method != "POST":
        return render(request, "desk/first.html")
    told = {name: request.POST.get(name, "")[:most].strip() for name, most in (("username", 60), ("first_key", 40))}
    at = request.at
    if wait := _too_many(request, told["username"]):
        said = Refused("first_key_wait", minutes=-(-wait.seconds // 60)).sentence(language())
        answer = render(request, "desk/first.html", {**told, "refused": said}, status=429)
        answer["Retry-After"] = str(wait.seconds)
        return answer
    try:
        account = keys.account_of_first_key(told["username"], told["first_key"], at)
        if request.viewer.person_id is not None and request.viewer.person_id == keys.made_by(account):
            raise Refused("first_key_own", field="first_key")
        form = SetPasswordForm(account, request.POST)
        form.error_messages = form.error_messages | {"password_mismatch": say("password_differs", language())}
        if form.is_valid():
            access.use_first_key(by=DOOR, at=at, account=account, password=form.cleaned_data["new_password1"])
            messages.success(request, phrase("done", "password_set", language()))
            return redirect("account_login")
        context = {**told, "form": form}
    except Refused as refused:
        if refused.code == "first_key_wrong":
            _count(request, told["username"])
        context = {**told, "refused": refused.sentence(language())}
    return render(request, "desk/first.html", context, status=422)


def _too_many(request: Asked, name: str) -> Wait | None:
    """A wrong key is tried a few times for a name from a network, and keys so many a minute from it: who knows half of
    one gets no further by guessing."""
    at, address = request.at, client_address(request)
    wait = allow("first_key.network", address, limit=A_MINUTE, window=timedelta(minutes=1), at=at)
    wait = wait or full(FROM_HERE, _here(request, name), limit=TRIES - 1, window=WINDOW, at=at)
    return wait or full(FROM_ANYWHERE, name.casefold(), limit=CEILING - 1, window=WINDOW, at=at)


def _count(request: Asked, name: str) -> None:
    """A key was wrong for a name."""
    allow(FROM_HERE, _here(request, name), limit=TRIES, window=WINDOW, at=request.at)
    allow(FROM_ANYWHERE, name.casefold(), limit=CEILING, window=WINDOW, at=request.at)


def _here(request: Asked, name: str) -> str:
    """A name as it is tried from a network."""
    return f"{name.casefold()} {client_address(request)}"

"""Passkeys of the sealed compartment at the desk: what the page's script asks for, opening, adding, taking away."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions import passkeys
from huiyin.casework.queries.passkeys import MOST, PasskeyRow, own_passkeys
from huiyin.core.passkeys import Site
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import opened
from huiyin.interfaces.desk.forms.sealed import AddPasskeyForm, PasskeyForm, RemovePasskeyForm, UnlockForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.sealed import back_to, door_with
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase


@guarded
@require_POST
def ask(request: Asked) -> HttpResponse:
    """What the browser needs to make a passkey or to use one, as JSON; 422 where the form itself says why not."""
    common: dict[str, Any] = {"by": request.viewer, "at": request.at, "session": _session(request)}
    try:
        common["site"] = _site(request)
        if request.POST.get("what") == passkeys.OPEN:
            return JsonResponse(passkeys.ask_to_open(**common))
        if opened.by_passphrase(request) is None:
            raise Refused("passkey_by_passphrase")
        name, called = request.POST.get("name", ""), request.user.get_username()
        return JsonResponse(passkeys.ask_to_add(**common, called=called, name=name))
    except Refused as refused:
        return JsonResponse({"refused": refused.code}, status=422)


@sensitive_post_parameters()
@guarded
@require_POST
def unlock(request: Asked) -> HttpResponse:
    """Open the compartment here with one of one's own passkeys, and go on to the matter one came for."""
    form, viewer, at = PasskeyForm(request.POST), request.viewer, request.at
    typed_in = UnlockForm({"code": request.POST.get("code", "")})
    form.is_valid()
    try:
        shown = form.value("shown")
        taken = _take(request, passkeys.OPEN, shown)
        opened.count_try(request)  # whoever turned back has tried nothing
        mine = passkeys.open_own(by=viewer, at=at, taken=taken, shown=shown, output=form.bytes_of())
    except Refused as refused:
        typed_in.refuse(refused)
        return show(request, "desk/sealed/unlock.html", door_with(request, typed_in), status=422)
    answer = back_to(request, typed_in.value("code"))
    opened.keep(request, answer, mine, opened.PASSKEY)
    return answer


@sensitive_post_parameters()
@guarded
@require_http_methods(["GET", "POST"])
def page(request: Asked) -> HttpResponse:
    """One's own passkeys: which there are; one is added while it is open by the passphrase, or taken away with it."""
    rows = own_passkeys(request.viewer)
    if request.method != "POST":
        return _page(request, rows)
    removing = request.POST.get("do") == "remove"
    form = _remove_form(rows, request.POST) if removing else AddPasskeyForm(request.POST)
    form.is_valid()
    try:
        if isinstance(form, RemovePasskeyForm):
            _remove(request, form)
        else:
            _add(request, form)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, rows, form, status=422)
    messages.success(request, phrase("done", "passkey_removed" if removing else "passkey_added", language()))
    return redirect("desk:sealed_passkeys")


def _add(request: Asked, form: AddPasskeyForm) -> None:
    mine = opened.by_passphrase(request)
    if mine is None:
        raise Refused("passkey_by_passphrase")
    name, made, shown = (form.value(one) for one in ("name", "made", "shown"))
    taken = _take(request, passkeys.ADD, made, name)
    said: dict[str, Any] = {"name": name, "made": made, "shown": shown, "output": form.bytes_of()}
    passkeys.add(by=request.viewer, at=request.at, taken=taken, secret=mine, **said)


def _remove(request: Asked, form: RemovePasskeyForm) -> None:
    opened.count_try(request)
    passkey = typed.chosen(form.value("passkey"), "passkey_chosen", field="passkey")
    passphrase = form.value("passphrase")[:400]
    passkeys.remove(by=request.viewer, at=request.at, passkey_id=passkey, passphrase=passphrase)


def _page(
    request: Asked,
    rows: Sequence[PasskeyRow],
    form: AddPasskeyForm | RemovePasskeyForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    adding = form if isinstance(form, AddPasskeyForm) else AddPasskeyForm()
    removing = form if isinstance(form, RemovePasskeyForm) else _remove_form(rows)
    context = {
        "rows": rows,
        "site": opened.site_of_page(request),
        "most": MOST,
        "form": form or adding,
        "adding": adding,
        "removing": removing,
        **door_with(request, UnlockForm(initial={"code": ""})),
    }
    return show(request, "desk/sealed/passkeys.html", context, status=status)


def _remove_form(rows: Sequence[PasskeyRow], *given: Any) -> RemovePasskeyForm:
    choices = [(str(row.id), row.name) for row in rows]
    return RemovePasskeyForm(*given, passkeys=choices if len(choices) == 1 else [("", ""), *choices])


def _take(request: Asked, purpose: str, answer: str, name: str | None = None) -> passkeys.Taken:
    """The challenge an answer is for, used up. Raises Refused, as `actions.passkeys.take`."""
    common: dict[str, Any] = {"by": request.viewer, "at": request.at, "session": _session(request)}
    return passkeys.take(**common, purpose=purpose, site=_site(request), answer=answer, name=name)


def _site(request: Asked) -> Site:
    """Where passkeys of this page are used. Raises Refused("passkey_not_here")."""
    site = opened.site_of_page(request)
    if site is None:
        raise Refused("passkey_not_here")
    return site


def _session(request: Asked) -> bytes:
    """Which session this is, without what would let somebody have it."""
    return hashlib.sha256((request.session.session_key or "").encode()).digest()

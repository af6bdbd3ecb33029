"""The sealed compartment at the desk: opening it, what one may read there, one's keys, who else holds some."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.actions import keyholders
from huiyin.casework.queries import compartment as queries
from huiyin.casework.queries import watch as watching
from huiyin.casework.rules.codes import read_code
from huiyin.core.looks import look_each
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk import opened
from huiyin.interfaces.desk.forms.sealed import ChangeForm, PairForm, UnlockForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import staff


@guarded
@require_safe
def sealed(request: Asked) -> HttpResponse:
    """What one holds keys of or handles there, without a subject line, and the register that counts it."""
    viewer = request.viewer
    found = queries.held_keys(viewer, after=request.GET.get("after", "")[:80])
    context = {
        "rows": found.rows,
        "pager": Pager(after=f"?{urlencode({'after': found.after})}" if found.after else ""),
        "register": queries.register(viewer) if viewer.may("matter.held") else None,
        "holds": queries.holder_of(viewer, viewer.person_id) is not None,
        **door_with(request, UnlockForm(initial={"code": ""})),
    }
    return show(request, "desk/sealed/list.html", context)


@guarded
@require_safe
def watch(request: Asked) -> HttpResponse:
    """What happened to households after they complained, for whoever has the compartment open here; leaves looks."""
    viewer, at = request.viewer, request.at
    rows = watching.watched(viewer, opened.own(request), at)
    request.tally = None
    look_each(viewer, kind="matter.watched", subjects=[str(row.id) for row in rows if row.signals], at=at)
    return show(
        request, "desk/sealed/watch.html", {"rows": rows, **door_with(request, UnlockForm(initial={"code": ""}))}
    )


@sensitive_post_parameters()
@guarded
@require_http_methods(["GET", "POST"])
def unlock(request: Asked) -> HttpResponse:
    """Open the compartment here with one's own passphrase, and go on to the matter one came for."""
    if request.method != "POST":
        return redirect("desk:sealed")
    form = UnlockForm(request.POST)
    form.is_valid()
    try:
        opened.count_try(request)
        mine = queries.unlock(request.viewer, form.value("passphrase")[:400])
    except Refused as refused:
        form.refuse(refused)
        return show(request, "desk/sealed/unlock.html", door_with(request, form), status=422)
    answer = back_to(request, form.value("code"))
    opened.keep(request, answer, mine, opened.PASSPHRASE)
    return answer


@guarded
@require_POST
def shut(request: Asked) -> HttpResponse:
    """Close it again."""
    answer = redirect("desk:sealed")
    opened.close(request, answer)
    messages.success(request, phrase("done", "shut", language()))
    return answer


@sensitive_post_parameters()
@guarded
@require_http_methods(["GET", "POST"])
def keys(request: Asked) -> HttpResponse:
    """One's own keys; for custodians also who else holds some, and what one does for them."""
    if request.method != "POST":
        return _keys(request)
    form = _FORMS.get(request.POST.get("do", ""), PairForm)(request.POST)
    form.is_valid()
    try:
        done = _act(request, form, request.POST.get("do", ""))
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _keys(request, form, status=422)
    messages.success(request, phrase("done", done, language()))
    return redirect("desk:sealed_keys")


_FORMS: dict[str, type[PairForm]] = {"make": PairForm, "change": ChangeForm}


def _act(request: Asked, form: PairForm, do: str) -> str:
    """One of: make, change, appoint, give, end. Returns the key of what to say."""
    viewer, at = request.viewer, request.at
    common: dict[str, Any] = {"by": viewer, "at": at}
    if do == "make":
        passphrase = form.chosen()
        # The key of the form alone makes two presses one: of what it says no trace is kept.
        once_each(
            key=form.key_of(),
            route="desk.sealed_keys",
            sender=str(viewer.account_id),
            body=b"",
            at=at,
            run=lambda: {"id": str(keyholders.make_pair(**common, passphrase=passphrase).id)},
        )
        return "keys_made"
    if do == "change":
        new = form.chosen()
        opened.count_try(request)
        keyholders.change_passphrase(**common, old=form.value("old")[:400], new=new)
        return "passphrase_changed"
    person = _person(request)
    if do == "end":
        keyholders.end(**common, person_id=person)
        return "keys_ended"
    mine = opened.own(request)
    if mine is None:
        raise Refused("sealed_not_open")
    if do == "appoint":
        keyholders.appoint(**common, person_id=person, secret=mine)
        return "custodian_added"
    if do == "give":
        keyholders.give_again(**common, person_id=person, secret=mine)
        return "keys_given"
    raise Refused("value_unknown")


def _keys(request: Asked, form: PairForm | None = None, *, status: int = 200) -> HttpResponse:
    viewer = request.viewer
    rows = queries.holders(viewer)
    mine = next((row for row in rows if row.person_id == viewer.person_id), None)
    custodian = mine is not None and mine.custodian
    shown = [row for row in rows if custodian and row.person_id != viewer.person_id]
    context = {
        "may": viewer.on_behalf_of is None and (viewer.may("matter.accept") or viewer.may("matter.held")),
        "mine": mine,
        "custodian": custodian,
        "custodians": sum(row.custodian for row in rows),
        "others": shown,
        "names": staff.persons(viewer, [row.person_id for row in shown]),
        "form": form if form is not None else (ChangeForm if mine else PairForm)(initial={"key": str(uuid4())}),
        **door_with(request, UnlockForm(initial={"code": ""})),
    }
    return show(request, "desk/sealed/keys.html", context, status=status)


def door_with(request: Asked, form: UnlockForm) -> dict[str, Any]:
    """Whether it is open here, until when, and the form that opens it."""
    return {"unlock": form, **opened.door(request)}


def back_to(request: Asked, code: str) -> HttpResponse:
    """To the matter one came for: among the held ones, or one's own."""
    known = read_code(code)
    if known is None:
        return redirect("desk:sealed")
    return redirect("desk:held_one" if request.viewer.may("matter.held") else "desk:matter", known)


def _person(request: Asked) -> UUID:
    """Somebody chosen on the page. Raises Refused("value_unknown")."""
    return typed.chosen(request.POST.get("person", ""), "value_unknown")

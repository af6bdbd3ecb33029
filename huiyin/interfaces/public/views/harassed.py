"""Somebody is harassed or forced: a short form that always goes the confidential way (SG-24).

A published number can be used to harass whoever answers it, and an official can lean on a household. Whoever tells of
it is nobody here, also where a member of staff is signed in; it lies with the county, not with any place's own line.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions.intake import faults, open_matter
from huiyin.casework.queries import track
from huiyin.casework.queries.compartment import locks
from huiyin.core.throttle import allow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.public.forms import NAMES, SLIP, HarassedForm, fresh, key_of
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.views.ask import A_MINUTE, SENDER, apart, receipt, said
from huiyin.interfaces.public.waiting import later
from huiyin.programme.refusal import Refused
from huiyin.register.queries import staff


@require_http_methods(["GET", "HEAD", "POST"])
def harassed(request: Request) -> HttpResponse:
    """The form, and the receipt as its answer."""
    if request.method != "POST":
        return _form(request, HarassedForm(initial={"who": "resident", "disclosure": "confidential", **fresh()}))
    typed = request.POST.copy()
    if not SLIP.fullmatch(typed.get("slip", "")):
        typed["slip"] = fresh()["slip"]
    form = HarassedForm(typed)
    form.is_valid()
    address = client_address(request)
    if wait := allow("public.ask", address, limit=A_MINUTE, window=timedelta(minutes=1), at=request.at):
        return later(request, "harassed", wait, form, says="wait_minute", locks=locks(request.viewer))
    by = staff.under_edition(Viewer.resident(request.viewer.language), request.at)
    words = form.words(apart(request))

    def run() -> dict[str, Any]:
        return {"id": str(open_matter(by=by, at=request.at, words=words).matter.id)}

    key = key_of(form.cleaned_data["key"])
    try:
        once_each(key=key, route="public.harassed", sender=SENDER, body=said(form), at=request.at, run=run)
    except Refused as refused:
        for one in faults(by, words, request.at) or [refused]:
            form.refuse(one, NAMES)
        if refused.code == "form_used":  # the next press sends it as another one
            form.data = {**typed.dict(), **fresh()}
        return _form(request, form, status=422)
    return receipt(request, track.proof_of(request.viewer, words.slip))


def _form(request: Request, form: HarassedForm, status: int = 200) -> HttpResponse:
    return page(request, "harassed", {"form": form, "locks": locks(request.viewer)}, status=status)

"""A side of a dispute, opened with the proof of its own slip: where it stands, its own words, the agreement (R-221)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from huiyin.casework.actions import sides as actions
from huiyin.casework.queries import sides
from huiyin.casework.queries.sides import SidePage
from huiyin.casework.rules.codes import read_proof
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.public.forms import TrackForm, TurnForm, fresh, key_of
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.words import word
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels

SENDER = "public"


@require_POST
def more(request: Request) -> HttpResponse:
    """The side adds to its own version."""
    return _act(request, "public.side_more", actions.add, said="added")


@require_POST
def objection(request: Request) -> HttpResponse:
    """The side did not agree so: it is mediated again."""
    return _act(request, "public.side_objection", actions.object_to, said="objected")


def shown(
    request: Request, proof: str, *, found: SidePage, said: str = "", form: TurnForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of one side; without a proof only where it stands."""
    again = fresh()["key"]
    form = form or TurnForm(initial={"proof": proof, "again": again})
    form["words"].label = word("side_objection" if found.may_object else "side_more")
    told = labels("side_word", language())
    days = [(one, told.get(one.word, "") if found.full else "") for one in found.days]
    context = {"days": days, "found": found, "said": said, "proof": proof, "form": form, "again": again}
    return page(request, "side", context, status=status)


def _act(request: Request, route: str, run: Callable[..., Any], *, said: str) -> HttpResponse:
    """Do one thing for the side of a proof, once for each form, and show its page again."""
    form = TurnForm(request.POST)
    form.is_valid()
    proof = read_proof(form.cleaned_data["proof"][:40]) or ""
    try:
        found = sides.by_proof(request.viewer, proof, request.at)

        def once() -> dict[str, Any]:
            words = form.cleaned_data["words"]
            return {"id": str(run(by=request.viewer, at=request.at, side_id=found.side_id, words=words).id)}

        key, body = key_of(form.cleaned_data["again"]), as_sent(request.POST)
        once_each(key=key, route=route, sender=SENDER, body=body, at=request.at, run=once)
        return shown(request, proof, found=sides.by_proof(request.viewer, proof, request.at), said=said)
    except Missing:
        # What was said may have been about somebody in office: then it opens to no side any more (SG-01).
        return page(request, "track_form", {"form": TrackForm(), "missing": True}, status=404)
    except Refused as refused:
        form.refuse(refused)
        found = sides.by_proof(request.viewer, proof, request.at)
        return shown(request, proof, found=found, form=form, status=422)

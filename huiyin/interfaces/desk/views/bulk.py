"""Several matters at once: what the rules allow for each, shown before it is done, and told after it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin.casework.actions.steps import take_step
from huiyin.casework.queries import several
from huiyin.casework.queries.several import Prospect
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.interfaces.desk.forms.bulk import VERBS, BulkForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase

MOST = 50


@dataclass(frozen=True)
class Wanted:
    """What is to be done, with which matters, and where one goes afterwards."""

    step: str
    codes: Sequence[str]
    back: str

    @property
    def address(self) -> str:
        """The list as it was left."""
        return f"{reverse('desk:matters')}?{self.back}"


@require_POST
@guarded
def bulk(request: Asked) -> HttpResponse:
    """Accept, classify or assign several: choose, see what would happen to each, do it; each stands by itself."""
    viewer: Viewer = request.viewer
    step = request.POST.get("step", "accept")
    if step not in VERBS:
        raise Missing
    viewer.need(VERBS[step])
    back = forms.write(forms.read(QueryDict(request.POST.get("back", "")[:2000])))
    wanted = Wanted(step, request.POST.getlist("code")[:MOST], back)
    do = request.POST.get("do", "")
    bare = several.prospects(viewer, wanted.codes, step, {}, request.at)
    if not bare:
        messages.warning(request, Refused("none_chosen").sentence(language()))
        return redirect(wanted.address)
    people = several.candidates(viewer, [one.row for one in bare], request.at) if step == "assign" else ((), ())
    chosen = do in (step, "look") or step == "accept"
    form = BulkForm(request.POST if chosen else None, step=step, programme=programme_page(request.at), people=people)
    if not chosen:
        return _page(request, wanted, form, bare, stage="choose")
    if wrong := form.wrong():
        for one in wrong:
            form.refuse(one)
        return _page(request, wanted, form, bare, stage="choose", status=422)
    given = form.given()
    told = several.prospects(viewer, wanted.codes, step, given, request.at)
    if do != step:
        return _page(request, wanted, form, told, stage="look")
    return _done(request, wanted, form, told, given)


def _done(
    request: Asked, wanted: Wanted, form: BulkForm, told: Sequence[Prospect], given: Mapping[str, Any]
) -> HttpResponse:
    """Take the step for each that may have it, in a transaction of its own; what was refused is named."""
    after = [_take(request, wanted.step, one, given) for one in told]
    refused = [one for one in after if one.refused]
    done = len([one for one in after if not one.refused and not one.already])
    if refused:
        return _page(request, wanted, form, after, stage="done", status=422)
    if done:
        title = label("step", wanted.step, language())
        messages.success(request, phrase("done", "several", language(), step=title, count=done))
    return redirect(wanted.address)


def _take(request: Asked, step: str, one: Prospect, given: Mapping[str, Any]) -> Prospect:
    if one.refused or one.already:
        return one
    try:
        seen = _seen(request, one)
        take_step(by=request.viewer, at=request.at, matter_id=one.row.id, step=step, given=given, seen=seen)
    except Refused as refused:
        return Prospect(one.row, one.seen, refused)
    return one


def _seen(request: Asked, one: Prospect) -> int:
    """The version that the preview showed; where it showed none, the one of now."""
    seen = typed.whole(request.POST.get(f"seen-{one.row.code}", ""))
    return one.seen if seen is None else seen


def _page(
    request: Asked, wanted: Wanted, form: BulkForm, told: Sequence[Prospect], *, stage: str, status: int = 200
) -> HttpResponse:
    """`stage` is choose, look or done."""
    spoken = language()
    context = {
        "stage": stage,
        "step": wanted.step,
        "title": label("step", wanted.step, spoken),
        "form": form,
        "chosen": form.chosen() if stage == "look" else [],
        "ready": [one for one in told if not one.refused and not one.already],
        "already": [one for one in told if one.already],
        "refused": [{"row": one.row, "why": one.refused.sentence(spoken)} for one in told if one.refused],
        "all": told,
        "back": wanted.back,
        "address": wanted.address,
    }
    return show(request, "desk/bulk.html", context, status=status)

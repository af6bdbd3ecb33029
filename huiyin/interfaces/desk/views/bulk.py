"""Several matters at once: what the rules allow for each, shown before it is done, and told after it was."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin.casework.actions.together import SLICE, take_together
from huiyin.casework.queries import matters, several
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

MOST = 500
"""So many matters at once; the list offers what it shows, or all that its filters find."""


@dataclass(frozen=True)
class Wanted:
    """What is to be done, with which matters and in which versions, how far it is, and where one goes afterwards."""

    step: str
    codes: Sequence[str]
    back: str
    seen: Mapping[str, int] = field(default_factory=dict)
    done: int = 0
    failed: tuple[str, ...] = ()
    total: int = 0

    @property
    def address(self) -> str:
        """The list as it was left."""
        return f"{reverse('desk:matters')}?{self.back}"


@require_POST
@guarded
def bulk(request: Asked) -> HttpResponse:
    """Accept, classify or assign up to 500: choose, see what would happen to each, do it; each stands by itself.

    More than a slice are done slice by slice, each a request of its own, so that the page shows how far it is and what
    is done stays done wherever it stops.
    """
    viewer: Viewer = request.viewer
    step = request.POST.get("step", "accept")
    if step not in VERBS:
        raise Missing
    viewer.need(VERBS[step])
    wanted = _wanted(request, step)
    do = request.POST.get("do", "")
    if do == step:
        # Whom it could be given to was offered before; doing it asks of nothing but the next slice.
        form = BulkForm(request.POST, step=step, programme=programme_page(request.at), people=((), ()))
        if not form.wrong():
            return _do(request, wanted, form, form.given())
    bare = several.prospects(viewer, wanted.codes, step, {}, request.at)
    if not bare:
        return _none(request, wanted)
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
    told = several.prospects(viewer, wanted.codes, step, given, request.at) if given else bare
    return _page(request, wanted, form, told, stage="look")


def _none(request: Asked, wanted: Wanted) -> HttpResponse:
    """Nothing was chosen, or nothing that is in sight."""
    messages.warning(request, Refused("none_chosen").sentence(language()))
    return redirect(wanted.address)


def _wanted(request: Asked, step: str) -> Wanted:
    """What the page sent: codes that were ticked, codes with versions as the preview showed them, or all of a list."""
    back = forms.write(forms.read(QueryDict(request.POST.get("back", "")[:2000])))
    codes = request.POST.getlist("code")[:MOST]
    if request.POST.get("all"):
        filters = forms.read(QueryDict(back))
        codes = [row.code for row in matters.all_rows(request.viewer, filters, request.at, most=MOST)]
    seen: dict[str, int] = {}
    for one in request.POST.get("picked", "")[: MOST * 24].split()[:MOST]:
        code, _, version = one.partition(":")
        codes.append(code)
        if (number := typed.whole(version)) is not None:
            seen[code] = number
    return Wanted(
        step,
        list(dict.fromkeys(codes))[:MOST],
        back,
        seen,
        done=typed.whole(request.POST.get("done", "")) or 0,
        failed=tuple(request.POST.get("failed", "")[: MOST * 12].split()[:MOST]),
        total=typed.whole(request.POST.get("total", "")) or 0,
    )


def _do(request: Asked, wanted: Wanted, form: BulkForm, given: Mapping[str, Any]) -> HttpResponse:
    """Take the step for the next slice; then go on, or tell how it ended. What was refused is named."""
    told = several.prospects(request.viewer, wanted.codes[:SLICE], wanted.step, given, request.at)
    if not (told or wanted.done or wanted.failed or wanted.codes[SLICE:]):
        return _none(request, wanted)
    after = _take(request, wanted, told, given)
    refused = [one for one in after if one.refused]
    rest = replace(
        wanted,
        codes=wanted.codes[SLICE:],
        done=wanted.done + len([one for one in after if not one.refused and not one.already]),
        failed=(*wanted.failed, *(one.row.code for one in refused)),
        total=wanted.total or len(wanted.codes),
    )
    if rest.codes:
        return _page(request, rest, form, after, stage="doing")
    if rest.failed:
        earlier = several.prospects(request.viewer, wanted.failed, wanted.step, given, request.at)
        told = [one if one.refused else replace(one, refused=Refused("stale")) for one in earlier]
        return _page(request, rest, form, [*told, *after], stage="done", status=422)
    if rest.done:
        title = label("step", wanted.step, language())
        messages.success(request, phrase("done", "several", language(), step=title, count=rest.done))
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": wanted.address})
    return redirect(wanted.address)


def _take(request: Asked, wanted: Wanted, told: Sequence[Prospect], given: Mapping[str, Any]) -> list[Prospect]:
    """What became of a slice; the version that the preview showed counts, where it showed none the one of now."""
    ready = {one.row.id: wanted.seen.get(one.row.code, one.seen) for one in told if not one.refused and not one.already}
    if not ready:
        return list(told)
    step, by, at = wanted.step, request.viewer, request.at
    after = take_together(by=by, at=at, wanted=list(ready.items()), step=step, given=given)
    return [replace(one, refused=after[one.row.id]) if after.get(one.row.id) else one for one in told]


def _page(
    request: Asked, wanted: Wanted, form: BulkForm, told: Sequence[Prospect], *, stage: str, status: int = 200
) -> HttpResponse:
    """`stage` is choose, look, doing or done."""
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
        "picked": " ".join(_picked(wanted, told, stage)),
        "wanted": wanted,
        "done": wanted.done,
        "gone": wanted.done + len(wanted.failed),
        "back": wanted.back,
        "address": wanted.address,
    }
    if request.headers.get("HX-Request"):
        return show(request, "desk/bulk.html#whole", context)
    return show(request, "desk/bulk.html", context, status=status)


def _picked(wanted: Wanted, told: Sequence[Prospect], stage: str) -> Iterator[str]:
    """Which matters go on, in one field: a form may not have thousands."""
    if stage == "doing":
        yield from (f"{code}:{wanted.seen[code]}" if code in wanted.seen else code for code in wanted.codes)
    elif stage == "look":
        yield from (f"{one.row.code}:{one.seen}" for one in told if not one.refused and not one.already)
    else:
        yield from (one.row.code for one in told)

"""A place that ends or is called otherwise: joined, divided, renamed, recoded; looked at first, then carried out."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.casework.queries.at_places import open_at
from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once
from huiyin.interfaces.desk.forms.place_changes import PARTS, ChangeForm
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked as Request
from huiyin.interfaces.desk.pages import begins_at, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, labels, phrase
from huiyin.register.actions import place_changes as act
from huiyin.register.actions import place_undo
from huiyin.register.queries import place_history, place_plan, places
from huiyin.register.queries.days import today
from huiyin.register.queries.places import PlaceRow
from huiyin.register.rules import codes

KINDS = ("merged", "split", "renamed", "recoded")
FIRST, MORE = 2, 4
SHOWN_AT = {"merged": "into", "renamed": "name", "recoded": "name"}
"""Where it is shown that what a place becomes is wrong; on top where there are several parts."""


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request) -> HttpResponse:
    """The form of one kind of change; what it would do; doing it."""
    viewer = request.viewer
    viewer.need("register.edit")
    given = request.POST if request.method == "POST" else request.GET
    under = (given.get("under") or begins_at(viewer, current(request.at).rulebook.county.code))[:15]
    if not codes.is_code(under):
        raise Missing
    here, below = places.with_children(viewer, under)
    pressed = request.method == "POST" and request.POST.get("do") == "change"  # a second press finds it ended
    if (here.until is not None and not pressed) or not (viewer.sees(under) and viewer.sees(here.parent_code)):
        raise Missing
    divided = bool(place_plan.remainders(viewer, [under]))
    kinds = ("placed", *KINDS) if divided else KINDS
    kind = given.get("kind", kinds[0])
    if kind not in (*kinds, "placed" if pressed else ""):
        raise Missing
    form = ChangeForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    beside = [one for one in places.children(viewer, here.parent_code) if one.code != under]
    form.offer("into", [("", "—"), *((one.code, one.name) for one in beside)])
    if request.method == "POST" and request.POST.get("do") != "back":
        try:
            return _answered(request, form, kind, here)
        except Missing:
            raise
        except Refused as refused:
            field = SHOWN_AT.get(kind, "") if refused.field == "into" else refused.field
            form.refuse(Refused(refused.code, field=field, **refused.values))
    return _page(request, form, kind, kinds, here, below, beside)


def _answered(request: Request, form: ChangeForm, kind: str, here: PlaceRow) -> HttpResponse:
    """Done, or what would be done; what cannot be is raised."""
    ending = request.POST.getlist("ending")[:200]
    asked = form.asked(kind, here.code, ending)
    if request.POST.get("do") != "change":
        return _look(request, form, kind, here, place_plan.plan(request.viewer, request.at, asked))
    seen = typed.whole(request.POST.get("seen", ""))

    def run() -> dict[str, Any]:
        made = act.change(by=request.viewer, at=request.at, asked=asked, seen=-1 if seen is None else seen)
        return {"change": str(made)}

    done, wrong = once(request, form, "desk.place_change", run)
    for refused in wrong:
        raise refused
    return redirect("desk:place_changed", done["change"]) if done else redirect("desk:about_places")


def _look(request: Request, form: ChangeForm, kind: str, here: PlaceRow, plan: place_plan.Plan) -> HttpResponse:
    viewer, at = request.viewer, request.at
    homes: dict[str, int] = {}
    for code in plan.homes.values():
        part = next((one.code for one in plan.parts if code.startswith(one.code)), code)
        homes[part] = homes.get(part, 0) + 1
    begun = {one.code for one in plan.begins}
    context = {
        "here": here,
        "kind": kind,
        "what": label("place_change", kind, language()),
        "plan": plan,
        "touched": place_plan.touched(viewer, at, plan),
        "matters": open_at(viewer, [one.code for one in plan.olds]),
        "parts": [(one, homes.get(one.code, 0), one.code in begun) for one in plan.parts],
        "below": [(old, plan.became[old]) for old in sorted(plan.became) if old not in {one.code for one in plan.olds}],
        "names": {one.code: one.name for one in plan.begins},
        "hidden": form.again(),
        "key": str(uuid4()),
        "seen": len(plan.homes),
        "ending": plan.asked.ending,
    }
    return show(request, "desk/places/change_look.html", context)


def _page(
    request: Request,
    form: ChangeForm,
    kind: str,
    kinds: tuple[str, ...],
    here: PlaceRow,
    below: tuple[PlaceRow, ...],
    beside: list[PlaceRow],
) -> HttpResponse:
    words, address = labels("place_change", language()), reverse("desk:place_change")
    count = min(PARTS, max(FIRST if kind == "split" else 1, len(form.parts()), _wanted(request)))
    context = {
        "form": form,
        "here": here,
        "kind": kind,
        "kinds": [(one, words[one], f"{address}?{urlencode({'under': here.code, 'kind': one})}") for one in kinds],
        "what": words[kind],
        "place": places.path_names(request.viewer, here.code),
        "below": below,
        "beside": beside,
        "others": set(form.sent().getlist("others")),
        "parts": [(number, form.part(number)) for number in range(1, count + 1)],
        "more": count + 1 if kind in ("split", "placed") and count < PARTS else 0,
        "today": today(request.viewer, request.at).isoformat(),
        "more_url": f"{address}?{urlencode({'under': here.code, 'kind': kind, 'parts': min(PARTS, count + MORE)})}",
    }
    return show(request, "desk/places/change.html", context, status=422 if form.errors else 200)


def _wanted(request: Request) -> int:
    wanted = request.GET.get("parts", "")[:2]
    return int(wanted) if wanted.isdecimal() else 0


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def changed(request: Request, change_id: UUID) -> HttpResponse:
    """A change as it was carried out; as long as nothing is built on it, it can be taken back."""
    viewer, at, problem = request.viewer, request.at, ""
    row = place_history.one(viewer, change_id)
    if request.method == "POST":
        form = Once(request.POST)

        def run() -> dict[str, Any]:
            return {"households": place_undo.take_back(by=viewer, at=at, change_id=change_id)}

        done, wrong = once(request, form, f"desk.place_undo.{change_id}", run)
        if not wrong:
            if done:
                messages.success(request, phrase("place_says", "undone", language(), count=done["households"]))
            return redirect("desk:place_changed", change_id)
        problem = wrong[0].sentence(language())
    may = place_history.may_take_back(viewer, row)
    context = {
        "row": row,
        "what": label("place_change", row.kind, language()),
        "may": may,
        "problem": problem,
        "key": str(uuid4()),
        "rest": sorted(place_plan.remainders(viewer, [code for code, _ in row.old])) if may else (),
    }
    return show(request, "desk/places/changed.html", context, status=422 if problem else 200)

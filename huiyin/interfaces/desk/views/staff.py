"""Bodies and who serves in them, today or as of a day: the list, a body with its posts, an official."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.forms.fields import Once, Plain
from huiyin.interfaces.desk.looking_back import asked_day, day_context, looked
from huiyin.interfaces.desk.once import carried_out
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, labels, phrase
from huiyin.register.actions import staff as act
from huiyin.register.queries import bodies, body_states, kit, portraits, remits
from huiyin.register.rules import codes


@guarded
@require_safe
def listed(request: Asked) -> HttpResponse:
    """Bodies at or under a place; a day in the past shows those that stood then, as they were called."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    county = current(at).rulebook.county.code
    under = (request.GET.get("under") or begins_at(viewer, county))[:15]
    back = looked(request)
    place, crumbs = named(request, under, "desk:staff", back=back)
    day, problem = back.day, back.problem
    state = request.GET.get("state", "")[:10]
    words, after = request.GET.get("q", "").strip()[:40], request.GET.get("after", "")[:60]
    system = request.GET.get("system", "")[:60]
    page = bodies.listed(back.viewer, at, under=under, day=day, after=after, state=state, words=words, system=system)
    kept = {"under": under, "day": day.isoformat() if day else "", "q": words, "system": system}
    more = kept | {"state": state, "after": page.after}
    context = {
        "rows": page.rows,
        "under": under,
        "place": place,
        "crumbs": crumbs,
        "may_edit": viewer.may("register.edit") and viewer.sees(under),
        "state": state,
        "q": words,
        "system": system,
        "systems": bodies.words_of(viewer, "system"),
        "kept": urlencode(kept),
        "states": [(one, label("body_state", one, language())) for one in body_states.TROUBLED],
        "county": codes.width(under) <= codes.WIDTHS[2],
        "pager": Pager(after=f"?{urlencode(more)}" if page.after else ""),
        **day_context(day, problem, under=under, state=state, q=words, system=system),
    }
    return show(request, "desk/staff/list.html", context, status=422 if problem else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def body(request: Asked, body_id: UUID) -> HttpResponse:
    """A body with its posts, today or as of a day; whoever edits the register there gives it another name."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    problem, at_field, name = "", "name", request.POST.get("name", "")[:200]
    if request.method == "POST":
        try:
            if request.POST.get("do") == "classify":
                told = {one: request.POST.get(one, "")[:200] for one in ("system", "industry")}
                act.classify_body(by=viewer, at=at, body_id=body_id, system=told["system"], industry=told["industry"])
            else:
                on = typed.dated(request.POST.get("on", ""), field="on")
                act.rename_body(by=viewer, at=at, body_id=body_id, name=name, on=on)
            messages.success(request, phrase("done", "saved", language()))
            return redirect("desk:body", body_id)
        except Missing:
            raise
        except Refused as refused:
            problem, at_field = refused.sentence(language()), refused.field or "name"
    back = looked(request)
    day, wrong = back.day, back.problem
    found = bodies.one(back.viewer, at, body_id, day=day)
    context = {
        "body": found,
        "following": body_states.following(viewer, at, body_id) if found.stated and day is None else None,
        "remits": remits.of(back.viewer, body_id, found.day),
        "problem": problem,
        "at_field": at_field,
        "name": name,
        "on": request.POST.get("on", "")[:10],
        "classes": [
            (
                one,
                label("roster_field", one, language()),
                request.POST.get(one, getattr(found, one))[:200],
                bodies.words_of(viewer, one),
            )
            for one in bodies.CLASSES
        ],
        "may_edit": day is None and viewer.may("register.edit") and viewer.sees(found.place_code),
        **day_context(day, wrong),
    }
    return show(request, "desk/staff/body.html", context, status=422 if problem or wrong else 200)


class EndForm(Once):
    """Which post ends, and from which day on it gives nothing any more."""

    post = Plain(forms.Select())
    until = Plain(forms.DateInput(attrs={"type": "date"}))


class ClassForm(Once):
    """What kind of personnel an official is, of which tier, how they stand in service."""

    kind = Plain(forms.Select())
    tier = Plain(forms.Select())
    status = Plain(forms.Select())
    on = Plain(forms.DateInput(attrs={"type": "date"}))


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def official(request: Asked, person_id: UUID) -> HttpResponse:
    """An official: the posts of the day and all others, the households led that day; where a post ends it is said."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    day, problem = asked_day(request)
    found = bodies.official(viewer, at, person_id, day=day)
    sent = "classify" if request.POST.get("do") == "classify" else "end"
    form = None if day else _ending(request, found, sent=request.method == "POST" and sent == "end")
    classes = _classes(request, found, sent=request.method == "POST" and sent == "classify") if form else None
    if request.method == "POST":
        if form is None or classes is None:
            raise Missing
        if _classified(request, classes, person_id) if sent == "classify" else _ended(request, form, person_id):
            return redirect("desk:official", person_id)
    tiers = current(at).rulebook.county.tiers
    photo = portraits.shown(viewer, [found.official_id], at).get(found.official_id) if day is None else None
    context = {
        "one": found,
        "more": found.led - len(found.homes),
        "photo": photo,
        "photos": day is None and portraits.rules(viewer, at) is not None and (viewer.may("register.edit") or photo),
        "offices": kit.offices(viewer, at, found.official_id) if day is None else (),
        "kit": _kit(request, found) if day is None else None,
        "may_edit": viewer.may("register.edit"),
        "mine": _mine(request, found) if day is None else frozenset(),
        "moving": [one for one in found.posts if viewer.sees(one.place_code)] if form is not None else (),
        "may_photo": viewer.may("register.edit") or viewer.person_id == person_id,
        "ending": form,
        "classes": classes,
        "tier": tiers.get(found.tier, found.tier),
        "before": [(one, tiers.get(one.tier, one.tier)) for one in found.before] if day is None else (),
        **day_context(day, problem),
    }
    wrong = problem or any(one is not None and one.is_bound for one in (form, classes))
    return show(request, "desk/staff/official.html", context, status=422 if wrong else 200)


def _kit(request: Asked, found: bodies.OfficialDay) -> kit.OwnKit | None:
    """The kit of who serves today."""
    if not found.posts:
        return None
    return kit.of_official(request.viewer, request.at, found.official_id, found.posts[0].duty_phone)


def _mine(request: Asked, found: bodies.OfficialDay) -> frozenset[UUID]:
    """The posts, of today and others, that the viewer may put right; their own never."""
    viewer = request.viewer
    if not viewer.may("register.edit") or found.person_id in viewer.persons:
        return frozenset()
    return frozenset(one.id for one in (*found.posts, *found.others) if viewer.sees(one.place_code))


def _classes(request: Asked, found: bodies.OfficialDay, *, sent: bool) -> ClassForm:
    """The form for what an official is, as it stands."""
    before = {"key": str(uuid4()), "kind": found.kind, "tier": found.tier, "status": found.status}
    form = ClassForm(request.POST if sent else None, initial=before, auto_id="id_class_%s")
    tiers = current(request.at).rulebook.county.tiers
    form.offer("kind", labels("personnel", language()).items())
    form.offer("tier", [("", "—"), *tiers.items()])
    form.offer("status", labels("official_status", language()).items())
    return form


def _classified(request: Asked, form: ClassForm, person_id: UUID) -> bool:
    """Write down what the official is; False leaves what was refused in the form."""

    def run() -> dict[str, Any]:
        told = {name: form.value(name) for name in ("kind", "tier", "status")}
        day = typed.dated(form.value("on"), field="on")
        act.classify_official(by=request.viewer, at=request.at, person_id=person_id, on=day, **told)
        return {}

    made = carried_out(request, form, "desk.official_class", run)
    return made is not None


def _ending(request: Asked, found: bodies.OfficialDay, *, sent: bool) -> EndForm | None:
    """The form for posts the viewer keeps the register of; nobody ends their own, and then is nowhere."""
    viewer, posted = request.viewer, request.method == "POST"
    some = [one for one in found.posts if viewer.sees(one.place_code)]
    if not viewer.may("register.edit") or found.person_id in viewer.persons or not (some or posted):
        return None
    form = EndForm(request.POST if sent else None, initial={"key": str(uuid4())})
    form.offer("post", [(str(one.id), f"{one.body} · {one.title}") for one in some])
    return form


def _ended(request: Asked, form: EndForm, person_id: UUID) -> bool:
    """End the post that was chosen; False leaves what was refused in the form."""

    def run() -> dict[str, Any]:
        post = typed.chosen(form.value("post"), "value_unknown", field="post")
        until = typed.dated(form.value("until"), field="until")
        act.end_post(by=request.viewer, at=request.at, post_id=post, until=until)
        return {}

    made = carried_out(request, form, "desk.post_end", run)
    return made is not None

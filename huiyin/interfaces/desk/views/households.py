"""Households at the desk: the list, one household's file, putting it right, its key, its prints."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.actions.objecting import object_to
from huiyin.casework.queries import matters
from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.qr import qr
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.common.typed import sought
from huiyin.interfaces.desk.forms.households import BUTTONS, ButtonForm, CorrectForm, EnterForm, ObjectForm
from huiyin.interfaces.desk.looking_back import day_context, looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.people import Category
from huiyin.programme.words import label, labels, phrase
from huiyin.register.actions import categories as put
from huiyin.register.actions import departures, erasure, links, people
from huiyin.register.actions import household_file as act
from huiyin.register.actions.people import Revealed
from huiyin.register.queries import consents, one_person, overlays, places, relief, served, staff
from huiyin.register.queries import erasure as ask_erasure
from huiyin.register.queries import household_file as ask
from huiyin.register.queries.days import today
from huiyin.register.queries.household_file import HouseholdFile, MembershipRow
from huiyin.register.queries.whereabouts import ENDS


@guarded
@require_safe
def households(request: Asked) -> HttpResponse:
    """Households in scope by place and number; what waits: objections, reviews; how many are in which category."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    place, asked = request.GET.get("place", "")[:15], sought(request.GET.get("code", ""), most=40)
    code = asked.words
    lead = typed.known(request.GET["lead"]) if request.GET.get("lead") else None
    back, after = looked(request), request.GET.get("after", "")[:60]
    page = ask.listed(viewer, at, place_code=place, code=code, after=after, lead=lead, day=back.day)
    county = current(at).rulebook.county.code
    towns = [one for one in places.towns_and_villages(viewer, county)[0] if viewer.sees(one[0])]
    first = not (place or code or lead or after)  # what waits stands where one comes in
    kept = {"place": place, "code": code, "lead": str(lead or "")}
    more = urlencode(kept | back.kept | {"after": page.after})
    context = {
        "rows": page.rows,
        "pager": Pager(after=f"?{more}" if page.after else ""),
        "place": place,
        "place_name": dict(towns).get(place) or (places.path_names(back.viewer, place) if place else ""),
        "code": code,
        "lead": staff.posts_of(back.viewer, [lead], at)[:1] if lead else (),
        "problem": asked.problem,
        "towns": towns,
        "objections": ask.open_objections(viewer, at) if first and back.day is None else (),
        "reviews": [(_titled(request, one), home) for one, home in ask.due_reviews(viewer, at)]
        if first and back.day is None
        else [],
        "counted": [(_title(request, *one[:2]), one[2]) for one in ask.counted(back.viewer, at)] if first else [],
        "served": [(_title(request, *one[:2]), *one[2:]) for one in served.counted_by_body(back.viewer, at)]
        if first
        else [],
        "may_erase": viewer.may("register.erase"),
        "may_look": viewer.may("register.correct"),
        **back.context(**kept),
        "may_edit": viewer.may("register.edit"),
    }
    return show(request, "desk/households/list.html", context, status=back.status)


APART = "objection_apart"
"""In the session until the next page: of which household words just became a matter of their own."""


@dataclass(frozen=True)
class Shown:
    """What the page shows on top of the file: a refusal, what was asked for, what was revealed this once."""

    problem: str = ""
    do: str = ""
    revealed: Revealed | None = None
    apart: bool = False
    refused: Refused | None = None


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def household(request: Asked, household_id: UUID) -> HttpResponse:
    """One household's file, today or as of a day; each button is one action."""
    if request.method != "POST":
        return _looked_back(request, household_id)
    do = request.POST.get("do", "")
    try:
        if do == "reveal":
            reason = request.POST.get("reason", "")
            seen = people.reveal_household(by=request.viewer, at=request.at, household_id=household_id, reason=reason)
            return _page(request, household_id, Shown(do=do, revealed=seen))
        done = _act(request, household_id, do)
    except Missing:
        raise
    except Refused as refused:
        return _page(request, household_id, Shown(refused.sentence(language()), do, refused=refused), status=422)
    there = reverse("desk:household", args=[household_id])
    if done:
        # An address stays in histories and logs of machines, and would say which household complained (SG-01).
        request.session[APART] = str(household_id)
        return redirect(f"{there}#objections")
    _saved(request)
    return redirect(there)


def _looked_back(request: Asked, household_id: UUID) -> HttpResponse:
    """The file as of the day asked for; where there is none of that day, today's with the reason."""
    shown = Shown(apart=request.session.pop(APART, "") == str(household_id))
    try:
        day = typed.dated(request.GET.get("day", ""), field="day")
        return _page(request, household_id, shown, day=day)
    except Missing:
        raise
    except Refused as refused:
        return _page(request, household_id, Shown(do="day", refused=refused), status=422)


def _saved(request: Asked) -> None:
    messages.success(request, phrase("done", "saved", language()))


def _act(request: Asked, household_id: UUID, do: str) -> str:
    """One of: enter, object and the small forms. Gives `apart` where words became a matter of their own."""
    if do == "object":
        return _object(request, household_id)
    if do == "enter":
        _enter(request, household_id)
        return ""
    if do not in BUTTONS:
        raise Refused("value_unknown")
    form, by, at = ButtonForm(request.POST), request.viewer, request.at

    def run() -> dict[str, Any]:
        _press(request, household_id, do)
        return {}

    key, body = form.key_of(), form.body(household_id, do)
    once_each(key=key, route=f"desk.household.{do}", sender=str(by.account_id), body=body, at=at, run=run)
    return ""


def _press(request: Asked, household_id: UUID, do: str) -> None:
    """One of: review, leave, remove, answer, wish, back, reopen, erase."""
    by, at, post = request.viewer, request.at, request.POST
    match do:
        case "review":
            found, paper = typed.chosen(post.get("membership", ""), "value_unknown"), post.get("paper", "")
            put.review(by=by, at=at, membership_id=found, paper_until=typed.dated(paper, field="paper"))
        case "remove":
            found = typed.chosen(post.get("membership", ""), "value_unknown")
            told, heard = (typed.dated(post.get(name, ""), field=name) for name in ("noticed", "heard"))
            why = put.Heard(told, heard, post.get("reason", ""))
            put.remove(by=by, at=at, membership_id=found, heard=why)
        case "leave":
            put.leave(by=by, at=at, membership_id=typed.chosen(post.get("membership", ""), "value_unknown"))
        case "answer":
            found = typed.chosen(post.get("objection", ""), "value_unknown")
            act.answer(by=by, at=at, objection_id=found, outcome=post.get("outcome", ""), words=post.get("words", ""))
        case "wish":
            official = typed.chosen(post.get("official", ""), "value_unknown")
            links.wish(by=by, at=at, household_id=household_id, official_id=official)
        case "back":
            departures.back(by=by, at=at, departure_id=typed.chosen(post.get("departure", ""), "value_unknown"))
        case "reopen":
            departures.reopen(by=by, at=at, household_id=household_id)
        case _:
            person = typed.chosen(post.get("person", ""), "value_unknown")
            erasure.ask_erasure(by=by, at=at, person_id=person, reason=post.get("reason", ""))


def _object(request: Asked, household_id: UUID) -> str:
    """Keep an objection, once however often the button was pressed."""
    by, at = request.viewer, request.at
    form = ObjectForm(request.POST)

    def run() -> dict[str, Any]:
        given = {"about": form.value("about"), "words": form.value("words")}
        made = object_to(by=by, at=at, household_id=household_id, paper_on=form.paper_day(), **given)
        return {"apart": made is not None}

    body = form.body(household_id)
    done = once_each(key=form.key_of(), route="desk.objection", sender=str(by.account_id), body=body, at=at, run=run)
    return "apart" if done["apart"] else ""


def _enter(request: Asked, household_id: UUID) -> None:
    """Put into a category, once however often the button was pressed."""
    by, at = request.viewer, request.at
    form = EnterForm(request.POST)
    into = form.into(matters.ordinary(by, form.value("matter")))

    def run() -> dict[str, Any]:
        return {"membership": str(put.enter(by=by, at=at, household_id=household_id, into=into))}

    body = form.body(household_id)
    once_each(key=form.key_of(), route="desk.category", sender=str(by.account_id), body=body, at=at, run=run)


def _page(request: Asked, household_id: UUID, shown: Shown, status: int = 200, day: date | None = None) -> HttpResponse:
    viewer, at = request.viewer, request.at
    file = ask.household_file(viewer, household_id, at, day=day)
    may = viewer.may("register.correct") and file.at_home
    keeps = viewer.may("register.edit") and viewer.sees(file.page.place_code)
    open_ = _open(request) if may else []
    lives = [one.person_id for one in file.page.residents]
    context = {
        "file": file,
        "shown": shown,
        "people": [
            {"row": one, "number": shown.revealed.phones.get(one.person_id, "") if shown.revealed else ""}
            for one in file.page.residents
        ],
        "categories": [_ended_by(request, one) for one in file.categories],
        "sensitive": [_ended_by(request, one) for one in shown.revealed.categories] if shown.revealed else [],
        "may": may,
        "may_change": keeps and file.at_home,
        "may_reopen": keeps and file.ended and file.page.status in ENDS,
        "official_of_it": any(one.person_id in viewer.persons for one in file.page.links),
        "gone": one_person.gone(viewer, household_id) if keeps and (file.at_home or file.ended) else (),
        "changes": labels("household_change", language()),
        "may_high": viewer.may("register.sensitive"),
        "may_erase": viewer.may("register.erase") and file.at_home,
        "asked": ask_erasure.asked(viewer, lives) if viewer.may("register.erase") else frozenset(),
        "enter": _enter_form(request, file, shown, open_) if open_ else None,
        "sources": list(dict.fromkeys(one.source for _, one in open_)),
        "object": _object_form(request, shown),
        **day_context(
            day if day != today(viewer, at) else None,
            shown.refused.sentence(language()) if shown.do == "day" and shown.refused else "",
        ),
        "outcomes": labels("objection_outcome", language()),
        "reasons": labels("erase_reason", language()),
        "typed": request.POST if shown.problem else {},
        "numbers": {one.person_id: one for one in consents.of_file(viewer, file.page, at)} if file.at_home else {},
        "told": file.told if file.at_home else (),
        "grids": overlays.of_household(viewer, at, household_id, file.page.place_code, day or today(viewer, at)),
        "relief": relief.of_household(viewer, household_id, at) if file.at_home else (),
        "fresh": uuid4,  # each small form has a key of its own
    }
    return show(request, "desk/households/one.html", context, status=status)


def _enter_form(request: Asked, file: HouseholdFile, shown: Shown, open_: list[tuple[str, Category]]) -> EnterForm:
    """Empty with a key of its own, or as it was sent with a sentence at every field that is wrong."""
    refused = shown.refused if shown.do == "enter" else None
    form = EnterForm(request.POST if refused else None, initial={"key": str(uuid4())})
    lives = [(str(one.person_id), one.name) for one in file.page.residents]
    form.lay_out([(key_, one.title) for key_, one in open_], lives, label("file_member", "whole", language()))
    if refused:
        for one in form.missing(matters.ordinary(request.viewer, form.value("matter"))) or [refused]:
            form.refuse(one)
    return form


def _object_form(request: Asked, shown: Shown) -> ObjectForm:
    """Empty with a key of its own, or as it was sent with the sentence."""
    refused = shown.refused if shown.do == "object" else None
    form = ObjectForm(request.POST if refused else None, initial={"key": str(uuid4())})
    form.lay_out()
    if refused:
        form.refuse(refused)
    return form


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Asked, household_id: UUID) -> HttpResponse:
    """One fact or one section: what stands there, what is right, why. Who was slower sees the other's work first."""
    viewer, at = request.viewer, request.at
    viewer.need("register.correct")
    given = request.POST if request.method == "POST" else request.GET
    what, person = given.get("what", "")[:20], given.get("person", "")
    person_id = typed.chosen(person, "value_unknown") if person else None
    if what not in (*labels("file_fact", language()), *labels("file_section", language())):
        raise Missing
    form = CorrectForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    if request.method == "POST":
        try:
            _change(request, household_id, what, person_id, form)
        except Missing:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            _saved(request)
            return redirect(f"{reverse('desk:household', args=[household_id])}#{what}")
    file = ask.household_file(viewer, household_id, at)
    whose = next((one for one in file.page.residents if one.person_id == person_id), None)
    note = next((one for one in file.notes if one.section == what), None)
    context = {
        "file": file,
        "what": what,
        "note": note,
        "whose": whose,
        "now": _stands(file, what, whose),
        "value": form.value("words") if form.is_bound else (note.words if note else _chosen(what, whose)),
        "reason": form.value("reason"),
        "seen": ask.mark_of(viewer, household_id, what, person_id, at),
        "sources": {key: label("phone_source", key, language()) for key in ("desk", "self")} if what == "phone" else {},
        "choices": labels(what, language()) if what in ("relation", "sex") else {},
        "form": form,
    }
    return show(request, "desk/households/change.html", context, status=422 if form.is_bound else 200)


def _change(request: Asked, household_id: UUID, what: str, person_id: UUID | None, form: CorrectForm) -> None:
    """Put it right once however often the button was pressed."""
    by, at, value, seen = request.viewer, request.at, form.value("words"), request.POST.get("seen", "")[:2000]

    def run() -> dict[str, Any]:
        if what in labels("file_section", language()):
            told = {"section": what, "words": value, "seen": seen}
            act.write(by=by, at=at, household_id=household_id, paper_on=form.paper_day(), **told)
        else:
            source = form.value("source") or "desk"
            right = act.Right(what, value, form.value("reason"), seen, person_id, source)
            act.correct(by=by, at=at, household_id=household_id, right=right)
        return {}

    body = form.body(household_id, what, str(person_id or ""))
    once_each(key=form.key_of(), route="desk.correct", sender=str(by.account_id), body=body, at=at, run=run)


def _chosen(what: str, whose: Any) -> str:
    """What the list to choose from begins with: what stands, so that nobody becomes a head by saving too soon."""
    return str(whose.relation) if what == "relation" and whose is not None else ""


def _stands(file: HouseholdFile, what: str, whose: Any) -> str:
    """What stands there now, as the page may show it: telephones masked, doors not at all."""
    if what == "relation" and whose is not None:
        return str(labels("relation", language()).get(whose.relation, whose.relation))
    if what == "phone" and whose is not None:
        return str(whose.phone)
    if what == "name" and whose is not None:
        return str(whose.name)
    if what == "people_stated":
        return "" if file.people_stated is None else str(file.people_stated)
    return ""


@guarded
@require_safe
def history(request: Asked, household_id: UUID) -> HttpResponse:
    """What was put right, and who looked."""
    past = ask.history(request.viewer, household_id, request.at)
    removals = [(_title(request, one.programme, one.category), one) for one in past.removals]
    context = {"id": household_id, "past": past, "removals": removals}
    return show(request, "desk/households/history.html", context)


@guarded
@require_safe
def printed(request: Asked, household_id: UUID) -> HttpResponse:
    """The file on paper, masked as on the page, for the household to read and sign; as of the day looked back to."""
    back = looked(request)
    file = ask.household_file(request.viewer, household_id, request.at, day=back.day)
    context = {
        "file": file,
        "categories": [_titled(request, one) for one in file.categories],
        "relief": relief.of_household(request.viewer, household_id, request.at) if back.day is None else (),
        "at": request.at,
        "day": back.day,
    }
    return show(request, "desk/households/print.html", context, status=back.status)


@require_POST
@guarded
def key(request: Asked, household_id: UUID) -> HttpResponse:
    """A key for the household itself, on a slip, shown this once."""
    file = ask.household_file(request.viewer, household_id, request.at)
    made = act.make_key(by=request.viewer, at=request.at, household_id=household_id)
    address = request.build_absolute_uri(reverse("public:own_file"))
    context = {
        "file": file,
        "key": made,
        "address": address,
        "qr": qr(f"{address}#{made}"),
        "until": request.at + act.KEY_LIFE,
        "county": current(request.at).rulebook.county,
    }
    return show(request, "desk/households/key.html", context)


def _open(request: Asked) -> list[tuple[str, Category]]:
    """Categories the viewer may enter somebody in, by "programme.category"."""
    high = request.viewer.may("register.sensitive")
    return [
        (f"{name}.{key_}", one)
        for name, programme in current(request.at).rulebook.programmes.items()
        for key_, one in (programme.people.open().items() if programme.people else ())
        if high or one.sensitivity == "ordinary"
    ]


def _ended_by(request: Asked, row: MembershipRow) -> dict[str, Any]:
    """A category with the office that alone ends it, and whether the reader is of it."""
    office = served.office_of(request.viewer, request.at, row.programme, row.category)
    return {**_titled(request, row), "office": office, "of_it": staff.serves_in(request.viewer, office)}


def _titled(request: Asked, row: MembershipRow) -> dict[str, Any]:
    found = _kind(request, row.programme, row.category)
    return {"row": row, "title": found.title if found else row.category, "paper": found.paper if found else ""}


def _kind(request: Asked, programme: str, category: str) -> Category | None:
    """A category in the method of today."""
    found = current(request.at).rulebook.programmes.get(programme)
    page = found.people if found is not None else None
    return page.categories.get(category) if page is not None else None


def _title(request: Asked, programme: str, category: str) -> str:
    """A category's own words; its key where the method of today has it no longer."""
    found = _kind(request, programme, category)
    return found.title if found else category

"""Handing over: who has left and is still linked, whom each household goes to, seen whole before it happens."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from huiyin.casework.queries import passing
from huiyin.channels.queries import lines
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.announced import tellings
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, labels
from huiyin.register.actions import handovers as actions
from huiyin.register.queries import announcements, staff
from huiyin.register.queries import handover_checks as checks
from huiyin.register.queries import handovers as queries
from huiyin.register.queries.handovers import Candidate, Passing, Plan
from huiyin.register.rules.consents import MOVED


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request: Asked) -> HttpResponse:
    """Who left and still has households, what was handed over lately, and finding somebody who moves."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    back = looked(request)
    asked = typed.sought(request.POST.get("q", ""), needed=request.method == "POST")
    recent = queries.recent(back.viewer, at)
    context = {
        "left": queries.left(back.viewer, at),
        "recent": recent,
        "told": announcements.summed(viewer, [one.id for one in recent]) if back.day is None else {},
        "asked": asked,
        "people": staff.called(viewer, at, asked.usable),
        "may_edit": back.day is None and viewer.may("register.edit"),
        **back.context(),
    }
    return show(request, "desk/links/handovers.html", context, status=422 if asked.problem else back.status)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: Asked, official_id: UUID) -> HttpResponse:
    """An official's links, each with whom it is suggested for; looked at whole, then handed over in one transaction."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    do = request.POST.get("do", "")
    if request.method != "POST" or do in ("find", "back"):
        return _page(request, queries.plan(viewer, official_id, at), "")
    try:
        given = _given(request)
        if do == "look":
            return _preview(request, official_id, given)
        if do != "hand_over":
            raise Refused("value_unknown")
        _once(request, official_id, given)
    except Missing:
        raise
    except Refused as refused:
        return _page(request, queries.plan(viewer, official_id, at), refused.sentence(language()), status=422)
    return redirect(f"{reverse('desk:handovers')}#recent")


def _once(request: Asked, official_id: UUID, given: checks.GivenSome) -> None:
    """Hand over once however often the button was pressed."""
    by, at = request.viewer, request.at

    def run() -> dict[str, Any]:
        to, successor, why = given["to"], given["successor_id"], given["why"]
        tell = request.POST.get("tell", MOVED)
        if successor is None:
            actions.hand_over_some(by=by, at=at, official_id=official_id, to=to, why=why, tell=tell)
        else:
            actions.hand_over(by=by, at=at, official_id=official_id, to=to, successor_id=successor, why=why, tell=tell)
        return {}

    key, body = Once(request.POST).key_of(), as_sent(request.POST) + official_id.bytes
    once_each(key=key, route="desk.handover", sender=str(by.account_id), body=body, at=at, run=run)


def _given(request: Asked) -> checks.GivenSome:
    """What the form says; a link without a choice is left out: of some households it stays, of all the check says how
    many those are."""
    return {
        "to": {_official(link): _official(value) for link, value in _chosen(request) if value},
        "successor_id": None if _some(request) else _successor(_all(request) or request.POST.get("successor", "")),
        "why": request.POST.get("why", ""),
    }


def _some(request: Asked) -> bool:
    """Whether only some households pass, and everything else stays."""
    return (request.POST if request.method == "POST" else request.GET).get("some", "") == "1"


def _all(request: Asked) -> str:
    """Who takes everything, households and matters; empty where each household was chosen for."""
    return "" if _some(request) else request.POST.get("all", "")[:40]


def _successor(text: str) -> UUID:
    return typed.chosen(text, "official_unknown" if text.strip() else "handover_nobody", field="successor")


def _official(text: str) -> UUID:
    return typed.chosen(text, "official_unknown", field="successor")


def _chosen(request: Asked) -> Iterator[tuple[str, str]]:
    for key in request.POST:
        if key.startswith("to_"):
            yield key.removeprefix("to_"), _all(request) or request.POST.get(key, "")[:40]


def _preview(request: Asked, official_id: UUID, given: checks.GivenSome) -> HttpResponse:
    viewer = request.viewer
    found = checks.preview(viewer, request.at, official_id=official_id, **given)
    matters = (
        passing.by_taker(viewer, found.person_id, villages=found.villages, successor=found.successor)
        if viewer.may("matter.see")
        else {}
    )
    why = given["why"]
    context = {
        "found": found,
        "official_id": official_id,
        "receivers": [(one, matters.get(one.person_id, 0)) for one in found.receivers],
        "homes": sum(one.households for one in found.receivers),
        "why": label("handover_why", why, language()),
        "hidden": [
            *((f"to_{link}", value) for link, value in _chosen(request)),
            *([("all", everything)] if (everything := _all(request)) else []),
            *(("why", why), ("key", str(uuid4()))),
        ],
        "successor": given["successor_id"],
        "some": given["successor_id"] is None,
        "sms_on": lines.is_on(viewer, "sms"),
        "tellings": tellings(MOVED, of="handed"),
    }
    return show(request, "desk/links/handover_look.html", context)


def _page(request: Asked, plan: Plan, problem: str, status: int = 200) -> HttpResponse:
    post = request.POST
    called = staff.called(request.viewer, request.at, typed.sought(post.get("q", "")).usable)
    others = _others(request, called)
    everybody = {one.official_id: one for row in plan.links for one in row.candidates}
    words = {key: _words(one) for key, one in everybody.items()}
    rows = [
        {
            "row": one,
            "options": _options(
                post.get(f"to_{one.link_id}", str(_first(request, one) or "")),
                [(str(who.official_id), words[who.official_id]) for who in one.candidates],
                _beside(others, one.candidates),
            ),
        }
        for one in plan.links
    ]
    # Whom the plan puts first, then who reaches any household, then everybody; each where they stand first.
    first = {one.official_id: f"{one.name} {one.post}" for one in plan.main}
    for_all = others | words | first
    order = dict.fromkeys((*first, *words, *others))
    context = {
        "plan": plan,
        "rows": rows,
        "for_all": _options(post.get("all", ""), [(str(one), for_all[one]) for one in order]),
        "problem": problem or typed.sought(post.get("q", "")).problem,
        "others": others,
        "called": called,
        "others_main": _beside(others, plan.main),
        "query": typed.sought(post.get("q", "")).words,
        "some": _some(request),
        "whys": labels("handover_why", language()),
        "why": post.get("why", "transfer"),
        "successor": post.get("successor", str(plan.main[0].official_id) if plan.main else ""),
    }
    return show(request, "desk/links/handover.html", context, status=status)


def _first(request: Asked, one: Passing) -> UUID | None:
    """Whom a household is suggested for: each of all; of some only the one that was asked about."""
    if _some(request) and str(one.household_id) != request.GET.get("household", ""):
        return None
    return one.suggested


def _words(one: Candidate) -> str:
    return conditional_escape(f"{one.name}\uff08{one.households}\uff09{one.post}")


def _options(chosen: str, *groups: Iterable[tuple[str, str]]) -> SafeString:
    """Options of a choice. A page has four hundred of them, most of the same dozen people: their words are escaped
    once, where a template would resolve each again."""
    made = [
        f'<option value="{value}"{" selected" if value == chosen else ""}>{conditional_escape(words)}</option>'
        for some in groups
        for value, words in some
    ]
    return mark_safe("".join(made))  # noqa: S308 - values are ids of ours, words are escaped above


def _others(request: Asked, found: Iterable[staff.OfficialRow]) -> dict[UUID, str]:
    """Who else can be chosen: `found` by name now, or chosen before; with body and title."""
    values = {value for _, value in _chosen(request)} | {request.POST.get("successor", "")[:40]}
    ids = {one for one in map(typed.identity, values) if one is not None}
    before = staff.posts_of(request.viewer, ids, request.at)
    return {one.official_id: f"{one.name} {one.body_name} {one.title}" for one in (*found, *before)}


def _beside(others: dict[UUID, str], there: tuple[Candidate, ...]) -> list[tuple[str, str]]:
    known = {one.official_id for one in there}
    return [(str(one), words) for one, words in others.items() if one not in known]

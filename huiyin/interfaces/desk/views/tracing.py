"""Responsibility in retrospect: who held what when, in one page; asking needs a reason and leaves a trace (R-406)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions.archive import look_back
from huiyin.casework.queries import tracing as queries
from huiyin.casework.queries.tracing import Holder, Known, Sought, Traced
from huiyin.casework.rules import codes
from huiyin.casework.rules.hands import Hand
from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today

LONGEST = timedelta(days=1_100)
EARLIEST, LATEST = date(1990, 1, 1), date(2999, 1, 1)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def tracing(request: Asked) -> HttpResponse:
    """The form, and what was found once a reason was given."""
    viewer = request.viewer
    viewer.need("matter.trace")
    county = current(request.at).rulebook.county
    given = request.POST if request.method == "POST" else request.GET
    sought = _sought(given, county.code, today(viewer, request.at))
    if not (viewer.reaches(sought.place) and places.exists(viewer, sought.place)):
        raise Missing
    person_words = request.POST.get("person", "")[:60].strip()
    context: dict[str, Any] = {
        "sought": sought,
        "last": sought.until - timedelta(days=1),
        "place": places.path_names(viewer, sought.place),
        "topics": [(key, topic.title) for key, topic in programme_page(request.at).topics.items()],
        "towns": [(one.code, one.name) for one in places.children(viewer, county.code)],
        "county": county.code,
        "code": codes.spoken(sought.code),
        "reason": request.POST.get("reason", "")[:200],
        "person": person_words,
        "found": None,
        "problem": "",
        "looks_back": viewer.may("audit.see"),
    }
    if request.method != "POST":
        return show(request, "desk/figures/tracing.html", context)
    return _answered(request, sought, context)


def _answered(request: Asked, sought: Sought, context: dict[str, Any]) -> HttpResponse:
    viewer, at = request.viewer, request.at
    try:
        sought = _with_person(request, sought, context["person"])
        asked = {"place": sought.place, "topic": sought.topic, "code": sought.code}
        look_back(by=viewer, at=at, **asked, reason=context["reason"])
    except Refused as refused:
        if refused.code not in ("needs_reason", "official_unknown", "matter_not_here"):
            raise
        context["problem"] = refused.sentence(language())
        return show(request, "desk/figures/tracing.html", context, status=422)
    found = queries.trace(viewer, sought, at)
    context["found"] = {
        "matters": [_matter(one, request) for one in found.matters],
        "holders": [_holder(one) for one in found.holders],
        "more": found.more,
    }
    return show(request, "desk/figures/tracing.html", context)


def _with_person(request: Asked, sought: Sought, words: str) -> Sought:
    """The person meant by a name, if one was typed. Raises Refused("official_unknown") for none or several."""
    if not words:
        return sought
    found = {one.person_id for one in staff.called(request.viewer, request.at, words) if one.name == words}
    if len(found) != 1:
        raise Refused("official_unknown", field="person")
    return replace(sought, person=found.pop())


def _sought(given: QueryDict, county: str, now: date) -> Sought:
    place = given.get("place", "")
    until = min(typed.day(given.get("until", "")) or now, LATEST) + timedelta(days=1)
    from_ = min(max(typed.day(given.get("from", "")) or until - timedelta(days=90), EARLIEST), LATEST)
    until = min(max(until, from_ + timedelta(days=1)), from_ + LONGEST)
    topic = given.get("topic", "")[:60]
    code = place if place.isascii() and place.isdigit() and len(place) in (12, 15) else county
    number = given.get("code", "")[:40].strip()
    return Sought(place=code, from_=from_, until=until, topic=topic, code=(codes.read_code(number) or number)[:9])


def _matter(one: Traced, request: Asked) -> dict[str, Any]:
    topics = programme_page(request.at).topics  # who only audits reads the topic, not the resident's words
    return {
        "row": one.row,
        "topic": topics[one.row.topic].title if one.row.topic in topics else "",
        "hands": [_hand(hand, request) for hand in one.hands if hand.waits != "over"],
        "known": [_known(known) for known in one.known],
    }


def _hand(hand: Hand, request: Asked) -> dict[str, Any]:
    return {
        "who": " ".join(part for part in (hand.body, hand.person) if part),
        "waits": label("waits", hand.waits, language()),
        "from_": hand.from_,
        "until": hand.until,
        "days": int(hand.seconds(request.at) // 86_400),
        "missed": hand.missed,
    }


def _known(known: Known) -> dict[str, Any]:
    return {"at": known.at, "words": label("known", known.what, language()), "name": known.name}


def _holder(one: Holder) -> dict[str, Any]:
    return {"who": one.who, "matters": len(one.matters), "days": int(one.seconds // 86_400), "missed": len(one.missed)}

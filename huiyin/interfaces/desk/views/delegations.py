"""Lending powers: who acts for whom and until when; one's own post, and those in scope for who keeps the register."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.delegations import LendForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.posts import led_on
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase
from huiyin.register.actions.staff import delegate, end_delegation
from huiyin.register.queries import delegations as ask
from huiyin.register.queries import powers, staff
from huiyin.register.queries.days import today
from huiyin.register.queries.staff import OfficialRow

MOST_FOUND = 12


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: Asked) -> HttpResponse:
    """What is lent now and later, each to be taken back here; one's own posts to lend, and finding another's."""
    viewer, at = request.viewer, request.at
    if request.method == "POST" and request.POST.get("do") == "end":
        end_delegation(by=viewer, at=at, delegation_id=typed.known(request.POST.get("delegation", "")))
        messages.success(request, phrase("done", "taken_back", language()))
        return redirect("desk:delegations")
    asked = typed.sought(request.POST.get("q", ""), needed=request.method == "POST")
    edits = viewer.may("register.edit")
    posts = staff.officials(viewer, at, text=asked.usable, mine=True) if edits and asked.usable else ()
    rows = ask.delegations(viewer, at)
    states = powers.of_delegations(viewer, [one.id for one in rows])
    context = {
        "rows": [{"row": one, "verbs": _words(one.verbs), "power": states.get(one.id, "")} for one in rows],
        "own": _own(request),
        "edits": edits,
        "asked": asked,
        "people": posts[:MOST_FOUND],
    }
    return show(request, "desk/delegations/list.html", context, status=422 if asked.problem else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
@led_on
def lend(request: Asked, post_id: UUID) -> HttpResponse:
    """One post: to whom its powers go, from when until when, all of them or some."""
    viewer, at = request.viewer, request.at
    post = ask.lendable(viewer, post_id, at)
    if request.method != "POST":
        form = LendForm(initial={"key": str(uuid4()), "since": today(viewer, at).isoformat()})
        return _page(request, post, form)
    form = LendForm(request.POST)
    people = _found(request, form, post)
    form.lay_out(_offered(request, post), _choices(people))
    told = _wrong(request, form, people)
    if not told:
        try:
            _lend(request, form, post, people)
        except Missing:
            raise
        except Refused as refused:
            told = [refused]
    if told:
        for one in told:
            form.refuse(Refused(one.code, field=SHOWN_AT.get(one.field, one.field), **one.values))
        return _page(request, post, form, people, status=422)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:delegations")


SHOWN_AT = {"to_person_id": "to", "until": "last"}


def _lend(request: Asked, form: LendForm, post: OfficialRow, people: list[OfficialRow]) -> None:
    """Lend it, once however often the button was pressed."""
    viewer, at = request.viewer, request.at
    to = people[0].person_id if len(people) == 1 else UUID(form.value("person"))

    def run() -> dict[str, Any]:
        since, until = form.day("since"), form.day("last") + timedelta(days=1)
        verbs = form.chosen()
        made = delegate(by=viewer, at=at, post_id=post.post_id, to_person_id=to, since=since, until=until, verbs=verbs)
        return {"id": str(made)}

    body = form.body(post.post_id)
    once_each(key=form.key_of(), route="desk.lend", sender=str(viewer.account_id), body=body, at=at, run=run)


def _wrong(request: Asked, form: LendForm, people: list[OfficialRow]) -> list[Refused]:
    """All that is missing or wrong, to be told at once."""
    told: list[Refused] = []
    if not form.value("to").strip():
        told.append(Refused("lend_needs_person", field="to"))
    elif not people:
        told.append(Refused("official_unknown", field="to"))
    elif len(people) > 1 and form.value("person") not in {str(one.person_id) for one in people}:
        told.append(Refused("lend_several", field="person"))
    for name in ("since", "last"):
        try:
            if form.day(name) < today(request.viewer, request.at):
                told.append(Refused("date_in_past", field=name))
        except Refused as refused:
            told.append(refused)
    return told


def _found(request: Asked, form: LendForm, post: OfficialRow) -> list[OfficialRow]:
    """Officials who are called as typed, each once, without the one who lends; the exactly named before all others."""
    words = typed.sought(form.value("to")).usable
    if not words:
        return []
    rows = staff.officials(request.viewer, request.at, text=words)
    once = {one.person_id: one for one in rows if one.person_id != post.person_id}
    exact = [one for one in once.values() if one.name == words]
    return (exact or list(once.values()))[:MOST_FOUND]


def _choices(people: list[OfficialRow]) -> list[tuple[str, str]]:
    return [(str(one.person_id), f"{one.name} · {one.body_name} {one.title}") for one in people]


def _offered(request: Asked, post: OfficialRow) -> list[tuple[str, str]]:
    return [(one, label("verb", one, language())) for one in ask.verbs_of(request.viewer, post.role, request.at)]


def _page(
    request: Asked, post: OfficialRow, form: LendForm, people: list[OfficialRow] | None = None, status: int = 200
) -> HttpResponse:
    form.lay_out(_offered(request, post), _choices(people or []))
    roles = current(request.at).rulebook.county.roles
    context = {
        "post": post,
        "form": form,
        "several": len(people or []) > 1,
        "role": roles[post.role].title if post.role in roles else "",
        "mine": post.person_id == request.viewer.person_id,
    }
    return show(request, "desk/delegations/one.html", context, status=status)


def _own(request: Asked) -> tuple[OfficialRow, ...]:
    viewer = request.viewer
    if viewer.person_id is None or viewer.official_id is None:
        return ()
    return staff.official(viewer, viewer.person_id, request.at)


def _words(verbs: tuple[str, ...]) -> list[str]:
    return [label("verb", one, language()) for one in verbs]

"""One matter and those that go along with it: join, split, one more resident, and each one's own answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions import joining
from huiyin.casework.actions.joining import Another
from huiyin.casework.queries import joining as query
from huiyin.casework.queries import matters
from huiyin.casework.queries.joining import Family
from huiyin.core.rulebook import version
from huiyin.interfaces.common import reading
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.typed import identity
from huiyin.interfaces.desk.forms.twins import AnswerForm, JoinForm, ResidentForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.intake import DONE
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase

MOST = 50
"""So many are answered at one press."""


@guarded
@require_http_methods(["GET", "POST"])
def twins(request: Asked, code: str) -> HttpResponse:
    """The page; with `do` one of join, split, resident, answer it does that first."""
    found = query.family(request.viewer, code, alike=True)
    reading.within(request.viewer, found, request.at)
    if request.method == "GET":
        return _page(request, found)
    do = ACTS.get(request.POST.get("do", ""))
    if do is None:
        raise Missing
    return do(request, found)


def _join(request: Asked, found: Family) -> HttpResponse:
    """Let another matter follow this one, or this one another, as the clerk says."""
    form = JoinForm(request.POST)
    other = matters.ordinary(request.viewer, form.value("code"))
    if other is None:
        form.refuse(Refused("code_unknown", field="code"))
        return _page(request, found, join=form, status=422)
    lead, member = (other, found.matter.id) if form.value("way") == "under" else (found.matter.id, other)
    try:
        joining.join(
            by=request.viewer, at=request.at, lead_id=lead, member_id=member, reason=request.POST.get("reason", "")
        )
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "join_already" and _so(query.family(request.viewer, found.matter.code), other):
            return redirect("desk:twins", found.matter.code)
        form.refuse(refused)
        return _page(request, found, join=form, status=422)
    messages.success(request, phrase("done", "joined", language()))
    return redirect("desk:twins", found.matter.code)


def _so(now: Family, other: UUID) -> bool:
    """Whether it stands as wanted already: the button was pressed twice."""
    return any(one.row.id == other for one in now.members) or (now.lead is not None and now.lead.id == other)


def _split(request: Asked, found: Family) -> HttpResponse:
    member = matters.ordinary(request.viewer, request.POST.get("member", ""))
    if member is None:
        raise Missing
    try:
        joining.split(by=request.viewer, at=request.at, member_id=member, reason=request.POST.get("reason", ""))
    except Refused as refused:
        if refused.code == "not_joined":  # the second press
            return redirect("desk:twins", found.matter.code)
        said = refused.sentence(language())
        return _page(request, found, split_refused=said, split_code=request.POST.get("member", ""), status=422)
    messages.success(request, phrase("done", "split", language()))
    return redirect("desk:twins", found.matter.code)


def _bring(request: Asked, found: Family) -> HttpResponse:
    """Those that are with nobody come to this matter's people."""
    count = joining.bring(by=request.viewer, at=request.at, lead_id=found.matter.id)
    messages.success(request, phrase("done", "brought", language(), count=count))
    return redirect("desk:twins", found.matter.code)


def _resident(request: Asked, found: Family) -> HttpResponse:
    """One more resident with a number and a proof of their own, to be read out as after any intake."""
    form = ResidentForm(request.POST)
    key = identity(form.value("key"))
    if key is None:
        raise Missing
    lead_id = found.lead.id if found.lead else found.matter.id
    another = Another(
        name=form.value("name"),
        phone=form.value("phone"),
        disclosure=form.value("disclosure") or "named",
        channel=found.matter.channel,
        spokesperson=bool(form.value("spokesperson")),
        slip=str(key),
    )

    def run() -> dict[str, Any]:
        opened = joining.add_resident(by=request.viewer, at=request.at, lead_id=lead_id, another=another)
        return {"code": opened.matter.code, "held": opened.matter.held, "state": opened.matter.state}

    try:
        sender = str(request.viewer.account_id)
        result = once_each(
            key=key, route="desk.twins", sender=sender, body=as_sent(request.POST), at=request.at, run=run
        )
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, found, resident=form, status=422)
    request.session[DONE] = {**result, "key": str(key), "way": "", "phone": bool(another.phone.strip())}
    return redirect("desk:intake_done")


def _answer(request: Asked, found: Family) -> HttpResponse:
    """Each of the chosen gets the text as its own answer; what was refused is named and the rest stands."""
    form = AnswerForm(request.POST)
    if not form.value("reply").strip():
        form.refuse(Refused("needs_reply", field="reply"))
        return _page(request, found, answer=form, status=422)
    chosen = set(request.POST.getlist("member")[:MOST])
    if found.lead is not None:
        chosen = {found.matter.code}
    rows = {one.row.code: one.row.id for one in found.members} | {found.matter.code: found.matter.id}
    done, refused = 0, list[tuple[str, str]]()
    for code in sorted(chosen & set(rows)):
        try:
            joining.answer_member(
                by=request.viewer,
                at=request.at,
                member_id=rows[code],
                reply=form.value("reply"),
                public_text=form.value("public_text"),
                more=form.more(),
            )
            done += 1
        except Refused as why:
            refused.append((code, why.sentence(language())))
    if not chosen:
        form.refuse(Refused("none_chosen", field="reply"))
        return _page(request, found, answer=form, status=422)
    if done:
        messages.success(request, phrase("done", "members_answered", language(), count=done))
    if refused:
        again = query.family(request.viewer, found.matter.code, alike=True)
        return _page(request, again, answer=form, answers_refused=refused, status=422)
    return redirect("desk:twins", found.matter.code)


ACTS: dict[str, Callable[[Asked, Family], HttpResponse]] = {
    "join": _join,
    "split": _split,
    "bring": _bring,
    "resident": _resident,
    "answer": _answer,
}


def _page(request: Asked, found: Family, *, status: int = 200, **more: Any) -> HttpResponse:
    viewer, matter = request.viewer, found.matter
    may_join = (viewer.may("matter.classify") or viewer.may("matter.assign")) and matter.closed_at is None
    page = version(matter.rulebook_id).matters(matter.programme)
    context = {
        "family": found,
        "matter": matter,
        "may_join": may_join,
        "may_add": viewer.may("matter.open") and matter.closed_at is None,
        "crowded": len(found.members) + 1 >= page.joint.tell_from,
        "tell_from": page.joint.tell_from,
        "join": more.pop("join", None) or JoinForm(),
        "resident": more.pop("resident", None) or ResidentForm(initial={"key": str(uuid4()), "disclosure": "named"}),
        **more,
    }
    answer = more.get("answer") or AnswerForm(initial={"reply": found.lead_answer})
    spoken = language()
    asked = [(answer[name], label("need", name, spoken), label("need_hint", name, spoken)) for name in found.asks]
    context |= {"answer": answer, "asked": asked}
    return show(request, "desk/twins.html", context, status=status)

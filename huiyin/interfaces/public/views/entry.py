"""One entry of a wall: what was said under it, and saying something oneself, with neither account nor script (R-348).

What speaks about somebody in office is a held matter at once; what says that something published as done is not is
offered a number of its own. The receipt is the answer to the form, so no proof stands in an address.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.queries import track
from huiyin.core.throttle import allow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.pages import not_found
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.public.forms import SLIP, CommentForm, fresh, key_of
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.shown import last_day
from huiyin.interfaces.public.views import comment
from huiyin.interfaces.public.views.ask import A_MINUTE, SENDER, receipt
from huiyin.interfaces.public.views.ask import said as said_in
from huiyin.interfaces.public.waiting import later
from huiyin.interfaces.public.walls import card
from huiyin.interfaces.public.words import word
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.publication import Comments
from huiyin.programme.words import phrase
from huiyin.publication.actions import comments as actions
from huiyin.publication.queries import entries
from huiyin.publication.queries.entries import Entry
from huiyin.publication.rules.comments import says_undone
from huiyin.register.queries import staff


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: Request, notice_id: UUID) -> HttpResponse:
    """The entry with its comments; sent words become a comment, a matter, or a question which of the two."""
    try:
        found = entries.entry(request.viewer, notice_id, request.at, after=request.GET.get("after", "")[:100])
        if request.method != "POST" or found.page is None:
            return _page(request, found, _blank(found))
        return _said(request, found, found.page.longest)
    except Missing:
        return not_found(request)


def _said(request: Request, found: Entry, longest: int) -> HttpResponse:
    typed = request.POST.copy()
    if not SLIP.fullmatch(typed.get("slip", "")):
        typed["slip"] = fresh()["slip"]
    form = CommentForm(typed, longest=longest)
    form.is_valid()
    address = client_address(request)
    if wait := allow("public.comment", address, limit=A_MINUTE, window=timedelta(minutes=1), at=request.at):
        return later(request, "entry", wait, form, says="wait_minute", **_context(found))
    words = form.cleaned_data["text"]
    if not typed.get("do") and found.done and says_undone(words) and len(words) <= longest:
        return page(request, "undone", {**_context(found), "form": form, "text": words})
    try:
        told = _once(request, found, form, typed.get("do", ""))
    except Missing:
        raise
    except Refused as refused:
        form.refuse(_in_its_words(refused, typed.get("do", "")))
        if refused.code == "form_used":  # the next press sends it as another one
            form.data = {**typed.dict(), **fresh()}
        return _page(request, found, form, status=422)
    proof = track.proof_of(request.viewer, form.cleaned_data["slip"])
    if "comment" in told:
        with suppress(Missing):  # sent once more after it had become a matter
            return comment.own(request, proof, first=True, status=201)
    return receipt(request, proof, apart="apart" in told)


def _in_its_words(refused: Refused, do: str) -> Refused:
    """What is refused as a comment is not called a matter."""
    return Refused("comment_empty", field="text") if refused.code == "text_empty" and do != "matter" else refused


def _once(request: Request, found: Entry, form: CommentForm, do: str) -> dict[str, Any]:
    """Keep the words once, however often the button was pressed: as a comment, as a matter, or apart."""
    # Whoever writes is nobody here, also where a member of staff is signed in: theirs is said at the desk.
    by, at = staff.under_edition(Viewer.resident(request.viewer.language), request.at), request.at

    def run() -> dict[str, Any]:
        if do == "matter":
            return {"matter": str(open_matter(by=by, at=at, words=_words(found, form)).matter.id)}
        said, slip = form.cleaned_data["text"], form.cleaned_data["slip"]
        row = actions.say(by=by, at=at, notice_id=found.id, said=said, slip=slip)
        return {"comment": str(row.id)} if row else {"apart": True}

    key, body = key_of(form.cleaned_data["key"]), said_in(form, do=do, entry=str(found.id))
    return once_each(key=key, route="public.comment", sender=SENDER, body=body, at=at, run=run)


def _words(found: Entry, form: CommentForm) -> Words:
    """A matter of its own: that what stands here as done is not."""
    asked = found.item.asked[:40]
    about = phrase("comments", "undone", "zh-Hans", asked=asked) if form.cleaned_data["text"].strip() else ""
    return Words(
        text=form.cleaned_data["text"],
        subject=about,
        place_code=found.place_code,
        disclosure="anonymous",
        answer_by="code",
        slip=form.cleaned_data["slip"],
    )


def _blank(found: Entry) -> CommentForm | None:
    return CommentForm(initial=fresh(), longest=found.page.longest) if found.page else None


def _page(request: Request, found: Entry, form: CommentForm | None, status: int = 200) -> HttpResponse:
    return page(request, "entry", {**_context(found), "form": form}, status=status)


def _context(found: Entry) -> dict[str, Any]:
    return {
        "entry": found,
        "item": card(found.item),
        "english": language() == "en",
        "said": [(one, last_day(one.answer_by)) for one in found.comments],
        "more": Pager(after=f"?after={found.after}") if found.after else None,
        **(_rules(found.page) if found.page else {}),
    }


def _rules(page: Comments) -> dict[str, Any]:
    """What the programme promises, in words: within what a comment is looked at and answered, why one may not stand."""
    return {"look": _within(page.look_within), "answer": _within(page.answer_within), "reasons": page.reasons.values()}


def _within(limit: Limit) -> str:
    return word("within", amount=limit.amount, unit=word(f"unit_{limit.unit}"))

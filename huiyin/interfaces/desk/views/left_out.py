"""Who rounds leave out, with the reason: read by everybody who sees the register, ended and added to here."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label
from huiyin.register.actions import links as actions
from huiyin.register.queries import left_out as queries
from huiyin.register.queries import staff


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def left_out(request: Asked) -> HttpResponse:
    """Households and officials that rounds leave out; one comes back, an official is left out for a while."""
    request.viewer.need("register.see")
    if request.method != "POST" or request.POST.get("do") == "find":
        return _page(request, "")
    try:
        _act(request)
    except Missing:
        raise
    except Refused as refused:
        return _page(request, refused.sentence(language()), status=422)
    return redirect("desk:left_out")


def _act(request: Asked) -> None:
    by, at, post = request.viewer, request.at, request.POST
    match post.get("do"):
        case "end":
            actions.end_leave_out(by=by, at=at, exclusion_id=typed.known(post.get("exclusion", "")))
        case "leave_out":
            official, why = typed.official(post.get("official", "")), post.get("why", "")
            actions.leave_out(by=by, at=at, official_id=official, why=why, note=post.get("note", ""))
        case _:
            raise Refused("value_unknown")


def _page(request: Asked, problem: str, status: int = 200) -> HttpResponse:
    viewer, at, post = request.viewer, request.at, request.POST
    asked = typed.sought(post.get("q", ""))
    back = looked(request)
    page = queries.left_out(viewer, at, after=request.GET.get("after", ""), day=back.day)
    context = {
        "rows": [(row, label("excluded_why", row.why, language())) for row in page.rows],
        "pager": Pager(after=f"?{urlencode({'after': page.after, **back.kept})}" if page.after else ""),
        "problem": problem or asked.problem,
        "query": asked.words,
        "people": staff.called(viewer, at, asked.usable),
        "whys": [(why, label("excluded_why", why, language())) for why in queries.STAFF_WHY],
        "why": post.get("why", ""),
        "note": post.get("note", ""),
        "may_edit": back.day is None and viewer.may("register.edit"),
        **back.context(),
    }
    return show(request, "desk/links/left_out.html", context, status=max(status, back.status))

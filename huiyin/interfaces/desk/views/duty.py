"""When officials of public posts can be reached: what residents read in the directory, on cards and posters."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.actions.duty import MOST, WORK_MOST, set_hours
from huiyin.register.queries import places, portraits, staff


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: Asked) -> HttpResponse:
    """The public posts in scope, with their telephones and hours; whoever edits the register writes the hours."""
    viewer = request.viewer
    viewer.need("register.see")
    what = request.POST.get("what", "hours")[:8]
    problem, official, words = "", None, request.POST.get("words", "")[: 2 * WORK_MOST]
    if request.method == "POST":
        official = typed.known(request.POST.get("official", ""))
        try:
            set_hours(by=viewer, at=request.at, official_id=official, words=words, what=what)
        except Missing:
            raise
        except Refused as refused:
            problem = refused.sentence(language())
        else:
            messages.success(request, phrase("done", "saved", language()))
            return redirect("desk:duty")
    back = looked(request)
    rows = staff.listed(back.viewer, request.at)
    faces = portraits.shown(viewer, {row.official_id for row in rows}, request.at) if back.day is None else {}
    paths = places.paths(back.viewer, [row.place_code for row in rows])
    context = {
        "rows": [
            {
                "row": row,
                "path": paths[row.place_code],
                "photo": faces.get(row.official_id),
                "told": [
                    {
                        "what": name,
                        "words": words if (row.official_id, name) == (official, what) else said,
                        "wrong": bool(problem) and (row.official_id, name) == (official, what),
                        "most": MOST[name],
                    }
                    for name, said in (("hours", row.hours), ("work", row.work))
                ],
            }
            for row in rows
        ],
        "without": sum(not row.hours for row in rows),
        "photos": portraits.rules(request.viewer, request.at) if back.day is None else None,
        "faceless": sum(row.official_id not in faces for row in rows),
        "old": sum(one.due for one in faces.values()),
        "problem": problem,
        "may_edit": back.day is None and viewer.may("register.edit"),
        **back.context(),
    }
    return show(request, "desk/cards/duty.html", context, status=422 if problem else back.status)

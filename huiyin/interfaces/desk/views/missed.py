"""Who might have been left out of support: households that chance brought up, looked at one by one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.words import phrase
from huiyin.register.actions import need as act
from huiyin.register.queries import need


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def missed(request: Asked) -> HttpResponse:
    """The list; a household that needs nothing is ticked off here, one that does is entered on its own page."""
    viewer, at = request.viewer, request.at
    viewer.need("register.correct")
    if request.method == "POST":
        act.not_in_need(by=viewer, at=at, look_id=typed.known(request.POST.get("look", "")))
        messages.success(request, phrase("done", "saved", language()))
        return redirect("desk:missed")
    programmes = current(at).rulebook.programmes
    found = need.missed(viewer, at)
    rows = []
    for one in found.rows:
        page = programmes[one.programme].people if one.programme in programmes else None
        kind = page.categories.get(one.category) if page is not None else None
        rows.append({"look": one, "title": kind.title if kind else one.category})
    return show(request, "desk/households/missed.html", {"found": found, "rows": rows})

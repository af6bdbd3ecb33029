"""An official's photo at the desk: put up, looked at as residents see it, taken down, withdrawn by the official."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.core import files
from huiyin.core.files import MOST_MEGABYTES, PORTRAIT, Examined
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.uploads import OVER
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import portraits as act
from huiyin.register.queries import portraits

FIELD = "photo"


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: Asked) -> HttpResponse:
    """One's own photo, from the menu of one's name."""
    person_id = request.viewer.person_id
    if person_id is None:
        raise Missing
    return _page(request, person_id)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def portrait(request: Asked, person_id: UUID) -> HttpResponse:
    """The photo of an official with a public post, for themselves and for who keeps the register there."""
    return _page(request, person_id)


def _page(request: Asked, person_id: UUID) -> HttpResponse:
    viewer, problem = request.viewer, ""
    found = portraits.page(viewer, person_id, request.at)
    if request.method == "POST":
        try:
            _change(request, person_id)
        except Missing:
            raise
        except Refused as refused:
            problem = refused.sentence(language())
        else:
            messages.success(request, phrase("done", "saved", language()))
            return redirect("desk:portrait", person_id)
    context = {
        "one": found,
        "problem": problem,
        "width": PORTRAIT[0],
        "height": PORTRAIT[1],
        "most": MOST_MEGABYTES,
        "can_see": viewer.may("register.see"),
    }
    return show(request, "desk/staff/photo.html", context, status=422 if problem else 200)


def _change(request: Asked, person_id: UUID) -> None:
    viewer, at, what = request.viewer, request.at, request.POST.get("what", "")
    if what == "withdraw":
        act.withdraw(by=viewer, at=at, person_id=person_id)
    elif what == "down":
        act.take_down(by=viewer, at=at, person_id=person_id)
    else:
        act.put_up(by=viewer, at=at, person_id=person_id, picture=_picture(request))


def _picture(request: Asked) -> Examined:
    """What was sent, made small before any row is held. Raises Refused."""
    if getattr(request, OVER, ()):
        raise Refused("too_large", field=FIELD, most=MOST_MEGABYTES)
    sent = request.FILES.get(FIELD)
    if sent is None:
        raise Refused("photo_missing", field=FIELD)
    return files.portrait(sent.read())

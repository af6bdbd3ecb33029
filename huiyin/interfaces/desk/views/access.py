"""How an official gets into the desk: the account, and the slip with the key for the first time."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.core.rulebook import current
from huiyin.interfaces.desk.forms.posts import AccessForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import access as act
from huiyin.register.queries import access as ask
from huiyin.register.queries import bodies


@sensitive_post_parameters()
@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: Asked, person_id: UUID) -> HttpResponse:
    """How far somebody's account is; a key for them is shown on a slip, once. A second press makes the one key that is
    valid, so that the slip on the screen is always the right one."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    found = bodies.official(viewer, at, person_id, day=None)
    form = AccessForm(request.POST if request.method == "POST" else None, initial={"username": found.number})
    if request.method == "POST":
        try:
            made = act.give_first_key(by=viewer, at=at, person_id=person_id, username=form.value("username"))
        except Missing:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            context = {
                "one": found,
                "made": made,
                "address": request.build_absolute_uri(reverse("account_first")),
                "county": current(at).rulebook.county,
            }
            return show(request, "desk/staff/access_slip.html", context)
    context = {
        "one": found,
        "form": form,
        "standing": ask.of(viewer, person_id),
        "at": at,
        "own": person_id in viewer.persons,
    }
    return show(request, "desk/staff/access.html", context, status=422 if form.is_bound else 200)

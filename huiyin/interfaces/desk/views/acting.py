"""Acting for somebody who lent their powers, and back: chosen by hand, shown on every page, told with both names."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.middleware import ACTING_FOR
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing
from huiyin.register.queries import staff


@require_http_methods(["GET", "POST"])
@guarded
def acting(request: Asked) -> HttpResponse:
    """Whom one may act for today; with a form, the change to it or back to one's own posts."""
    lent = staff.may_act_for(request.viewer, request.at)
    if request.method == "GET":
        return show(request, "desk/acting.html", {"lent": lent, "principal": request.viewer.on_behalf_of})
    chosen = request.POST.get("person", "")
    if not chosen:
        request.session.pop(ACTING_FOR, None)
    elif (person := typed.known(chosen)) in {one.person_id for one in lent}:
        request.session[ACTING_FOR] = str(person)
    else:
        raise Missing
    return redirect("desk:today")

"""Powers over what is kept from whoever runs the system: a second person consents, a list's all at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import say
from huiyin.register.actions import powers as act
from huiyin.register.queries import powers as ask
from huiyin.register.queries.powers import GrantRow


@dataclass
class Batch:
    """What one person gave at once: a list's posts, or one post; `may` where the viewer may decide on all of it."""

    given_by: str
    list_name: str
    at: datetime
    lapses_at: datetime
    rows: list[GrantRow]

    @property
    def may(self) -> bool:
        """Whether nothing stands in the viewer's way."""
        return all(one.may for one in self.rows)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def powers(request: Asked) -> HttpResponse:
    """What waits for consent, by who gave it and with which list; what was decided; what nobody consented to."""
    viewer, problem = request.viewer, ""
    if request.method == "POST":
        try:
            _decide(request)
            return redirect("desk:powers")
        except Missing:  # the page is theirs to see: decided or lapsed since it was opened
            problem = say("power_not_waiting", language())
        except Refused as refused:
            problem = refused.sentence(language())
    rows = ask.listed(viewer, request.at)
    context = {
        "waiting": batches(one for one in rows if one.state == "asked"),
        "many": len({one.person_id for one in rows if one.state == "asked"}),
        "past": [one for one in rows if one.state != "asked" and not one.alone],
        "alone": [one for one in rows if one.alone],
        "problem": problem,
        "may_edit": viewer.may("register.edit"),
    }
    return show(request, "desk/staff/powers.html", context, status=422 if problem else 200)


def batches(rows: Iterable[GrantRow]) -> list[Batch]:
    """What waits, a list's together."""
    found: dict[UUID, Batch] = {}
    for row in rows:
        start = Batch(row.asked_by, row.list_name, row.asked_at, row.lapses_at, [])
        found.setdefault(row.run_id or row.id, start).rows.append(row)
    return list(found.values())


def _decide(request: Asked) -> None:
    """Yes or no to those that were shown. Raises Missing, Refused."""
    ids = [typed.known(one) for one in request.POST.getlist("grant")[: ask.MOST]]
    if request.POST.get("do") == "refuse":
        act.refuse(by=request.viewer, at=request.at, grant_ids=ids)
        return
    if not request.POST.get("sure"):
        raise Refused("power_not_sure")
    act.consent(by=request.viewer, at=request.at, grant_ids=ids)

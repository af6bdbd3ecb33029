"""Several matters at once: what the rules allow for each, shown before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin.casework.actions.steps import take_step
from huiyin.casework.queries import matters as queries
from huiyin.casework.queries.matters import MatterRow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase

MOST = 50


@dataclass(frozen=True)
class Outcome:
    """What became of one matter, or would."""

    row: MatterRow
    refused: str = ""


@require_POST
@guarded
def bulk(request: Asked) -> HttpResponse:
    """Accept several: first a page that says which, then each by itself; what was refused is named with its reason."""
    viewer: Viewer = request.viewer
    viewer.need("matter.classify")
    rows = queries.by_codes(viewer, request.POST.getlist("code")[:MOST])
    back = forms.write(forms.read(QueryDict(request.POST.get("back", "")[:2000])))
    address = f"{reverse('desk:matters')}?{back}"
    if not rows:
        return redirect(address)
    ready = [row for row in rows if row.state == "received"]
    if request.POST.get("do") != "accept":
        context: dict[str, Any] = {
            "ready": ready,
            "other": [row for row in rows if row.state != "received"],
            "back": back,
            "address": address,
        }
        return show(request, "desk/bulk.html", context)
    done = _accept(request, viewer, ready)
    refused = [outcome for outcome in done if outcome.refused]
    if refused:
        context = {"refused": refused, "done": len(done) - len(refused), "back": back, "address": address}
        return show(request, "desk/bulk.html", context, status=422)
    messages.success(request, phrase("done", "accepted", language(), count=len(done)))
    return redirect(address)


def _accept(request: Asked, viewer: Viewer, rows: Sequence[MatterRow]) -> list[Outcome]:
    """Each in a transaction of its own: one that is refused does not hold the others back."""
    found = []
    for row in rows:
        try:
            take_step(by=viewer, at=request.at, matter_id=row.id, step="accept", given={})
            found.append(Outcome(row))
        except Refused as refused:
            found.append(Outcome(row, refused.sentence(language())))
    return found

"""What the county says in public of a common issue: written, shown to everybody, taken down."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.casework.queries import issues
from huiyin.interfaces.desk.forms.issues import ShownForm
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.publication.actions import issues as actions
from huiyin.publication.queries import issues as queries
from huiyin.publication.queries.issues import FIELDS


@guarded
@require_http_methods(["GET", "POST"])
def shown(request: Asked, issue_id: UUID) -> HttpResponse:
    """The words for everybody; publishing refuses what still points at a person."""
    viewer, at = request.viewer, request.at
    viewer.need(actions.VERB)
    row, words = queries.draft(viewer, issue_id)
    if request.method == "GET":
        return _page(request, issue_id, ShownForm(initial={"key": str(uuid4()), **words}), row)
    form = ShownForm(request.POST)

    def run() -> dict[str, Any]:
        if request.POST.get("do") == "hide":
            actions.hide(by=viewer, at=at, issue_id=issue_id)
        else:
            said = {name: form.value(name) for name in FIELDS}
            actions.show(by=viewer, at=at, issue_id=issue_id, **said)
        return {}

    result, refused = once(request, form, "desk.issue_shown", run)
    if result is not None:
        return redirect("desk:issue_shown", issue_id)
    for one in refused:
        form.refuse(one)
    return _page(request, issue_id, form, row, status=422)


def _page(request: Asked, issue_id: UUID, form: ShownForm, row: Any, *, status: int = 200) -> HttpResponse:
    context = {
        "issue": issues.bare(request.viewer, issue_id),
        "form": form,
        "row": row if row is not None and row.withdrawn_at is None else None,
    }
    return show(request, "desk/issues/shown.html", context, status=status)

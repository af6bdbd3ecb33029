"""Saved views of the list: keep, rename, delete. One's own; shared with one's role if one says so."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.core import saved_views as store
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import PAGE
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase


@require_POST
@guarded
def views(request: Asked) -> HttpResponse:
    """Keep the list's present filters under a name."""
    viewer: Viewer = request.viewer
    name, typed = request.POST.get("name", "")[:200], request.POST.get("query", "")
    query = forms.write(forms.read(QueryDict(typed[:2000])))
    role = next(iter(sorted(viewer.roles)), "") if request.POST.get("share") else ""
    try:
        store.save_view(viewer, page=PAGE, name=name, query=query, role=role)
    except Refused as refused:
        return show(
            request,
            "desk/view.html",
            {"name": name, "query": query, "refused": refused.sentence(language()), "share": bool(role)},
            status=422,
        )
    messages.success(request, phrase("done", "saved", language()))
    return redirect(f"{reverse('desk:matters')}?{query}")


@require_http_methods(["GET", "POST"])
@guarded
def view(request: Asked, view_id: int) -> HttpResponse:
    """Rename or delete one's own view."""
    viewer: Viewer = request.viewer
    known = next((one for one in store.saved_views(viewer, PAGE) if one.id == view_id and one.own), None)
    if known is None:
        raise Missing
    if request.method == "GET":
        return show(request, "desk/view.html", {"name": known.name, "query": known.query, "known": known})
    name = request.POST.get("name", "")[:200]
    try:
        if request.POST.get("do") == "delete":
            store.delete_view(viewer, view_id)
            messages.success(request, phrase("done", "view_deleted", language()))
        else:
            store.rename_view(viewer, view_id, name)
            messages.success(request, phrase("done", "saved", language()))
    except Refused as refused:
        context = {"name": name, "query": known.query, "known": known, "refused": refused.sentence(language())}
        return show(request, "desk/view.html", context, status=422)
    return redirect(f"{reverse('desk:matters')}?{known.query}")

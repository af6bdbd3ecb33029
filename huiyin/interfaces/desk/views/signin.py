"""The single-use link of the demo: the token stands behind `#`, so that no log and no history of a server holds it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from huiyin.core.marks import is_demo
from huiyin.interfaces.common.pages import not_found
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import signin
from huiyin.programme.refusal import Refused


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Show the page whose script posts what stands behind `#`; without script it is pasted into a field."""
    if not is_demo():
        return not_found(request)
    if request.method == "GET":
        return render(request, "desk/link.html")
    try:
        signin.open_link(request, request.POST.get("token", "")[:100].strip().lstrip("#"))
    except Refused as refused:
        return render(request, "desk/link.html", {"refused": refused.sentence(language())}, status=422)
    return redirect("desk:today")

"""The common pages alone, for the tests of the look."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from huiyin.interfaces.common.pattern import pattern


def show(request: HttpRequest, template: str, status: int = 200) -> HttpResponse:
    """One template of the common set, with everything an error page may be given."""
    context: dict[str, Any] = {"status": status, "reference": "7f3a91", "retry_after": 40}
    return render(request, f"common/{template}.html", context)


urlpatterns = [
    path("pattern/", pattern),
    path("show/<slug:template>/<int:status>/", show),
]

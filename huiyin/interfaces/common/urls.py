"""Addresses shared by the doors: language, big type, and in development or the demo the pattern page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from huiyin.core.marks import is_demo
from huiyin.interfaces.common import language
from huiyin.interfaces.common.pattern import pattern


def shown_pattern(request: HttpRequest) -> HttpResponse:
    """The pattern page, where the county is invented or somebody is building."""
    if not (settings.HUIYIN_DEVELOPMENT or is_demo()):
        raise Http404
    return pattern(request)


app_name = "common"
urlpatterns = [
    path("language/<str:code>/", language.language, name="language"),
    path("big/", language.big, name="big"),
    path("pattern/", shown_pattern, name="pattern"),
]

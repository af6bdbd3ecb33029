"""Addresses shared by the doors: health, language, big type, and in development or the demo the pattern page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from huiyin.core.marks import is_demo
from huiyin.interfaces.common import health, language
from huiyin.interfaces.common.pattern import pattern


def shown_pattern(request: HttpRequest) -> HttpResponse:
    """The pattern page, where the county is invented or somebody is building."""
    if not (settings.HUIYIN_DEVELOPMENT or is_demo()):
        raise Http404
    return pattern(request)


app_name = "common"
urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("health/deep", health.deep, name="deep"),
    path("language/<str:code>/", language.language, name="language"),
    path("big/", language.big, name="big"),
    path("pattern/", shown_pattern, name="pattern"),
]

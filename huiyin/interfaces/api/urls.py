"""Addresses of the interface, each with the manners of HTTP."""

from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from huiyin.interfaces.api.api import api
from huiyin.interfaces.api.manners import mannerly, root

_patterns, _app, _namespace = api.urls
for _one in _patterns:
    if isinstance(_one, URLPattern):
        _own = root if _one.name == "api-root" else _one.callback
        _one.callback = mannerly(require_GET(_own) if _one.name in ("api-root", "openapi-json") else _own)

urlpatterns = [path("", (_patterns, _app, _namespace))]

"""Is it well? For a proxy (`live`), for who sends requests here (`ready`), for whoever is in charge (`deep`)."""

from dataclasses import asdict

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from huiyin.core import health
from huiyin.interfaces.common.phrases import language


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return _told(health.live())


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 while requests can be served, 503 with the part that is not well otherwise."""
    return _told(health.ready(request.at, language()))  # type: ignore[attr-defined]  # set by the edge


@require_safe
def deep(request: HttpRequest) -> JsonResponse:
    """Everything somebody in charge has to know; whoever may not see the log does not find the page."""
    if not request.viewer.may("audit.see"):  # type: ignore[attr-defined]  # set at the door
        raise Http404
    return _told(health.deep(request.at, language()))  # type: ignore[attr-defined]  # set by the edge


def _told(found: health.Health) -> JsonResponse:
    body = {"ok": found.ok, "parts": [asdict(part) for part in found.parts]}
    return JsonResponse(body, status=200 if found.ok else 503, json_dumps_params={"ensure_ascii": False})

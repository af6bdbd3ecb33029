"""Where a request comes from, taken from trusted hops only."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client: the socket's, or the hop that HUIYIN_PROXIES trusted proxies vouch for.

    `X-Forwarded-For` is read from the right; what a client writes on the left is never believed.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted: int = settings.HUIYIN_PROXIES
    return hops[-trusted] if 0 < trusted <= len(hops) else address

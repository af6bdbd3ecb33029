"""A request as our middleware leaves it, for the type checker: each door adds what its own middleware sets."""

from datetime import datetime

from django.http import HttpRequest

from huiyin.core.viewer import Viewer


class Asked(HttpRequest):
    """A request with the one moment it is about, and who looks."""

    at: datetime
    viewer: Viewer

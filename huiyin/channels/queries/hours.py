"""When the county may be told something."""

from datetime import datetime

from huiyin.channels.rules import pace
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer


def quiet(viewer: Viewer, at: datetime) -> bool:
    """Whether it is an hour in which the county sends nobody an SMS unasked; its method says which (county.toml)."""
    county = current(at).rulebook.county
    return pace.quiet(at, county.tz, county.quiet_from, county.quiet_until)

"""The county's local day of a moment."""

from datetime import date, datetime

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer


def today(viewer: Viewer, at: datetime) -> date:
    """The day it is in the county (its zone stands in county.toml); no query for the moment of the viewer."""
    if viewer.day is not None and viewer.at == at:
        return viewer.day
    return at.astimezone(rulebook.current(at).rulebook.county.tz).date()

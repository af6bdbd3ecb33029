"""Who serves in a place: whoever takes what is said there or handles it."""

from datetime import datetime

from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff
from huiyin.register.queries.staff import OfficialRow


def serving(viewer: Viewer, at: datetime, place_code: str) -> tuple[OfficialRow, ...]:
    """Officials whose post covers a place and takes or handles matters, the nearest first, each once. One query."""
    county = current(at).rulebook.county
    roles = {*county.roles_with("matter.accept"), *county.roles_with("matter.open")}
    rows = (row for row in staff.candidates(viewer, at, place_code=place_code) if row.role in roles)
    return tuple({row.person_id: row for row in rows}.values())

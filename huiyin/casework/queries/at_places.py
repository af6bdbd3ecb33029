"""How many matters are open at places that are about to end: a number for whoever keeps the register, and no matter."""

from collections.abc import Collection

from huiyin.casework.models import Matter
from huiyin.casework.models.matters import OPEN
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.register.queries.phones import any_few


def open_at(viewer: Viewer, place_codes: Collection[str]) -> int | None:
    """Open matters at or under some places in the viewer's scope; not counted are sealed and held ones, and those about
    the viewer or theirs, of which they do not learn that they are there.

    None where one of the places has so few households that the number would say who asked for something (SG-46).
    """
    viewer.need("register.edit")
    seen = [code for code in place_codes if viewer.sees(code)]
    if any_few(viewer, seen):
        return None
    return Matter.objects.filter(OPEN, at_or_under(seen)).unbound(viewer).count()

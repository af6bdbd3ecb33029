"""How many matters are open at places that are about to end: a number for whoever keeps the register, and no matter."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q

from huiyin.casework.models import Matter
from huiyin.casework.models.matters import OPEN
from huiyin.core.viewer import Viewer, subtree


def open_at(viewer: Viewer, place_codes: Collection[str]) -> int:
    """Open matters at or under some places in the viewer's scope; sealed and held ones are not counted."""
    viewer.need("register.edit")
    ranges = [subtree(code) for code in place_codes if viewer.sees(code)]
    here = reduce(or_, (Q(place_code__gte=low, place_code__lt=high) for low, high in ranges), Q(pk__in=[]))
    return Matter.objects.filter(OPEN, here).count()

"""Places, for senders that want to name one."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from ninja.params.models import Query

from huiyin.core.viewer import Viewer
from huiyin.interfaces.api.shapes import PlaceOut, Problem, plain
from huiyin.register.queries import places

Code = Annotated[str, Query("", pattern=r"^[0-9]{0,15}$")]
Typed = Annotated[str, Query("", max_length=60)]
router = Router(tags=["places"])


@router.get("", response={200: list[PlaceOut], 422: Problem})
def under(request: HttpRequest, under: Code = "", q: Typed = "") -> Any:
    """The places directly under a code, or those a name, its pinyin or initials find (at most 12)."""
    by = Viewer.resident()
    if q:
        found = places.search_places(by, q)
        return [plain(places.place(by, one.code), PlaceOut) for one in found]
    return [plain(row, PlaceOut) for row in places.children(by, under)]

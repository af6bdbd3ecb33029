"""What a machine may do for a member of staff: exactly what that account's posts of today allow."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Router
from ninja.decorators import decorate_view
from ninja.params.models import Query

from huiyin.casework.actions.steps import take_step
from huiyin.casework.queries import matters, one
from huiyin.core.viewer import Viewer
from huiyin.interfaces.api.refusing import takes_json
from huiyin.interfaces.api.shapes import MatterOut, MoveOut, PageOut, Problem, RowOut, StepIn, plain
from huiyin.interfaces.common import reading
from huiyin.interfaces.common.asked import Asked
from huiyin.programme.refusal import Refused

router = Router(tags=["staff"])
IDS = ("owner", "handler", "supervisor")


@router.get("/matters", response={200: PageOut, 401: Problem, 422: Problem})
def listed(
    request: Asked,
    q: Annotated[str, Query("", max_length=100)] = "",
    state: Annotated[list[str], Query([], max_length=20)] = [],  # noqa: B006 - ninja reads the default, nobody appends to it
    place: Annotated[str, Query("", pattern=r"^[0-9]{0,15}$")] = "",
    open_only: Annotated[bool, Query(True)] = True,  # noqa: FBT002 - a query parameter
    after: Annotated[str, Query("", max_length=80)] = "",
) -> Any:
    """Ordinary matters in sight, 25 a page: those still open first, the nearest due before the others, then those that
    ended, newest first."""
    viewer, at = _who(request)
    filters = matters.Filters(text=q, states=tuple(state), place=place, open_only=open_only)
    page = matters.matters(viewer, filters, at, after=after)
    return {"items": [plain(row, RowOut) for row in page.rows], "after": page.after}


@router.get("/matters/{code}", response={200: MatterOut, 401: Problem, 403: Problem, 404: Problem})
def shown(request: Asked, code: str) -> Any:
    """One matter; so many a day that are neither the account's own nor its body's."""
    viewer, at = _who(request)
    page = one.one(viewer, matters.by_code(viewer, code), at)
    reading.within(viewer, page, at)
    return _told(page)


@router.post(
    "/matters/{code}/steps/{step}",
    response={
        200: MatterOut,
        400: Problem,
        401: Problem,
        403: Problem,
        404: Problem,
        409: Problem,
        413: Problem,
        415: Problem,
        422: Problem,
    },
)
@decorate_view(takes_json)
def taken(request: Asked, code: str, step: str, given: StepIn) -> Any:
    """Take a matter one step along its flow."""
    viewer, at = _who(request)
    matter_id = matters.by_code(viewer, code)
    values: dict[str, Any] = given.model_dump(exclude={"version"}, exclude_defaults=True)
    for name in IDS:
        if name in values:
            values[name] = _id(name, values[name])
    take_step(by=viewer, at=at, matter_id=matter_id, step=step, given=values, seen=given.version)
    return _shown(viewer, matter_id, at)


def _shown(viewer: Viewer, matter_id: UUID, at: datetime) -> dict[str, Any]:
    return _told(one.one(viewer, matter_id, at))


def _told(page: one.OnePage) -> dict[str, Any]:
    shown = plain(page.matter, MatterOut)
    return shown | {
        "place": page.place,
        "body": page.body,
        "handler": page.names.get(page.matter.handler_id, "") if page.matter.handler_id else "",
        "moves": [plain(move, MoveOut) for move in page.moves],
        "steps": [step.name for step in page.steps],
    }


def _who(request: Asked) -> tuple[Viewer, datetime]:
    return request.viewer, request.at


def _id(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise Refused("value_wrong", field=name) from problem

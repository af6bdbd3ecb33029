"""Who is my official, for other doors of the county: by the code of a card, by a registered number, by place."""

from typing import Annotated, Any

from ninja import Router, Schema
from ninja.decorators import decorate_view
from ninja.params.models import Query
from ninja.responses import Status
from pydantic import ConfigDict, Field

from huiyin.core.viewer import Viewer
from huiyin.interfaces.api.refusing import later, takes_json
from huiyin.interfaces.api.shapes import Problem
from huiyin.interfaces.common.asked import Asked
from huiyin.interfaces.common.my_official import ask_back, card_wait, reach
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import cards, grid_heads, places, staff
from huiyin.register.queries.rows import OfficialRow

Code = Annotated[str, Query(..., pattern=r"^[0-9]{12,15}$")]
router = Router(tags=["officials"])


class MineIn(Schema):
    """One of the two: the code of a card, or a telephone number to be rung back at."""

    model_config = ConfigDict(extra="forbid")
    card: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)


class OfficialOut(Schema):
    """How to reach an official: duty telephones only; `hours` in words, empty where they said none."""

    name: str
    title: str
    unit: str
    duty_phone: str
    hours: str


class ListedOut(OfficialOut):
    """The same by place. `grid` is the grid they head, `groups` the groups of the village it lies over (none: all of
    it); both empty for a public post, `grid` also for a head named where no grid is laid."""

    grid: str = ""
    groups: list[str] = []


class ReachOut(Schema):
    """How to reach somebody else."""

    centre: str
    phone: str
    hours: str


class MineOut(Schema):
    """The officials of a card's household, the leading one first; whom else one can ring."""

    officials: list[OfficialOut]
    reach: ReachOut


class AskedOut(Schema):
    """The same whether anybody has the number or not."""

    asked: bool
    reach: ReachOut


@router.post(
    "/mine",
    response={200: MineOut, 202: AskedOut, 400: Problem, 404: Problem, 415: Problem, 422: Problem, 429: Problem},
)
@decorate_view(takes_json)
def mine(request: Asked, words: MineIn) -> Any:
    """The official of a card. With a number: a clerk rings it back if it is registered; the answer never says so."""
    at = request.at
    by = Viewer.resident(language())
    if not words.card.strip() and not words.phone.strip():
        raise Refused("card_or_phone", field="card")
    if words.card.strip():
        if (wait := card_wait(request, at)) is not None:
            return later(wait)
        _, found = cards.by_card(by, words.card, at)
        officials = [_official(one.name, one.title, one.unit, one.duty_phone, one.hours) for one in found]
        return {"officials": officials, "reach": reach(at)}
    if (wait := ask_back(request, by, words.phone, at)) is not None:
        return later(wait)
    return Status(202, {"asked": True, "reach": reach(at)})


@router.get("", response={200: list[ListedOut], 404: Problem, 422: Problem})
def directory(request: Asked, place: Code) -> Any:
    """Who heads the grids a village or a group lies in, the narrowest first; then the public posts of the place and
    above it, as they stand today."""
    at = request.at
    by = Viewer.resident(language())
    if not places.exists(by, place):
        raise Missing
    _, below = places.with_children(by, place)
    heads = grid_heads.of_address(by, at, place, below)
    rows = staff.directory(by, at, place_code=place)
    return [
        *({**_told(one.post), "grid": one.grid, "groups": list(one.groups)} for one in heads),
        *(_told(row) for row in rows),
    ]


def _told(row: OfficialRow) -> dict[str, Any]:
    return _official(row.name, row.title, row.body_name, row.duty_phone, row.hours)


def _official(name: str, title: str, unit: str, duty_phone: str, hours: str) -> dict[str, Any]:
    return {"name": name, "title": title, "unit": unit, "duty_phone": duty_phone, "hours": hours}

"""Why a matter is due when it is, and why somebody may or may not take a step: the rules' own reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.queries import one
from huiyin.casework.queries.books import actor_of, standing_of
from huiyin.casework.queries.one import ClockRow, OnePage
from huiyin.casework.rules import flow
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import of_method


@dataclass(frozen=True)
class Judged:
    """A step of the flow, and what stands against it for this viewer; `refusal` is None where nothing does.

    `asks` are refusals that only say what has to be in hand.
    """

    name: str
    title: str
    refusal: Refused | None
    asks: bool


@dataclass(frozen=True)
class Why:
    """Everything that can be said about one matter's dates, steps and who is kept from it. Clocks with their titles."""

    page: OnePage
    clocks: Sequence[tuple[str, ClockRow]]
    steps: Sequence[Judged]
    away: Sequence[tuple[str, str]]
    """Kind and name of whom the matter is kept from; empty for viewers who do not hold sealed matters."""


def why(viewer: Viewer, typed: str, at: datetime, language: str = "zh-Hans") -> Why:
    """One matter by what was typed as its code. Raises Missing for what the viewer may not see."""
    page = one.by_code(viewer, typed, at)
    known = page.rulebook.matters(page.matter.programme).clocks
    clocks = [
        (of_method("clock", row.name, known[row.name].title if row.name in known else row.name, language), row)
        for row in page.clocks
    ]
    return Why(page=page, clocks=clocks, steps=_judged(viewer, page), away=_away(viewer, page))


def why_not(viewer: Viewer, page: OnePage, name: str) -> Refused | None:
    """What stands against a step for this viewer; None where nothing does."""
    matters = page.rulebook.matters(page.matter.programme)
    try:
        flow.take_step(matters=matters, standing=standing_of(page.matter), name=name, actor=actor_of(viewer), given={})
    except Refused as refused:
        return refused
    return None


def _judged(viewer: Viewer, page: OnePage) -> list[Judged]:
    """Each step of the matter's flow once, in the flow's order."""
    steps = {step.name: step for step in page.rulebook.flow(page.matter.programme, page.matter.kind).steps}
    found = []
    for name, step in steps.items():
        refusal = why_not(viewer, page, name)
        asks = refusal is not None and refusal.code.startswith("needs_")
        found.append(Judged(name, step.title or "", refusal, asks=asks))
    return found


def _away(viewer: Viewer, page: OnePage) -> list[tuple[str, str]]:
    if not viewer.may("matter.held"):
        return []
    rows = page.matter.conflicts.order_by("at", "id").values_list("kind", "person_id")
    return [(kind, page.names.get(person, "")) for kind, person in rows]

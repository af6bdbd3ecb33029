"""appraisal.toml: how a programme says that units and people are appraised and who is present when; data, checked when
it is loaded. Nothing here decides about anybody: what follows from a score is proposed to a body, never done (SG-08).
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiyin.programme.schema.about import CONTEXT_ONLY
from huiyin.programme.schema.base import Name, Prose, Share, Strict, Title

Weight = Annotated[int, Field(ge=1, le=100)]
DayKind = Literal["working", "market", "holiday"]
WHOLE = 100


class Roster(Strict):
    """Who is present when: the least share of a body's people by kind of day (AM-49)."""

    title: Title
    min_share: Annotated[dict[DayKind, Share], Field(min_length=1)]
    rest_every_weeks: Annotated[int, Field(ge=1, le=8)] | None = None
    """Days off are taken together once in so many weeks."""


class Activity(Strict):
    """A kind of work in a village. `counts_for` names the quotas that one entry of it counts for, all at once: a visit
    on a duty day is one visit, and counts for both only where both are named (AM-54, AM-13)."""

    title: Title
    counts_for: tuple[Name, ...] = ()


class Basis(Strict):
    """Who is asked how satisfied they are with a unit: linked households, clients, or both by weights (AM-52)."""

    title: Title
    of: Annotated[dict[Literal["linked_households", "clients"], Weight], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(self.of.values()) != WHOLE:
            raise ValueError("weights_not_whole")
        return self


class Round(Strict):
    """One round of asking. One answer counts for each household, unless the instrument asks persons (AM-53)."""

    title: Title
    answer_of: Literal["household", "person"] = "household"


class Scorecard(Strict):
    """What a unit or person is appraised by. Weights have to be given and add up to 100 (AM-50); figures of petitions
    and emergency calls are none of its measures, whatever they are called (SG-03, SG-31)."""

    title: Title
    subject: Literal["unit", "individual"]
    weights: Annotated[dict[Name, Weight], Field(min_length=1)]
    measures: dict[Name, Title] = {}
    """What each measure is, in words."""
    note: Prose = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(self.weights.values()) != WHOLE:
            raise ValueError("weights_not_whole")
        return self

    @model_validator(mode="after")
    def _never_petitions(self) -> Self:
        words = " ".join([self.title, *self.weights, *self.measures.values()]).lower()
        if any(word in words for word in CONTEXT_ONLY):
            raise ValueError("goal_counts_petitions")
        return self


class Cut(Strict):
    """Where a rank is cut: the first or last so many of a scorecard. A tie at the edge is inside for a reward and
    outside for a sanction (AM-51, `ranks.inside`). What follows is proposed to a body that decides."""

    title: Title
    scorecard: Name
    end: Literal["first", "last"]
    many: Annotated[int, Field(ge=1, le=1000)]
    sanction: bool
    decided_by: Title
    """The body that decides; the engine never does (SG-08)."""


class Appraisal(Strict):
    """The page."""

    rosters: dict[Name, Roster] = {}
    activities: dict[Name, Activity] = {}
    basis: dict[Name, Basis] = {}
    rounds: dict[Name, Round] = {}
    scorecards: dict[Name, Scorecard] = {}
    cuts: dict[Name, Cut] = {}

    @model_validator(mode="after")
    def _known(self) -> Self:
        if any(one.scorecard not in self.scorecards for one in self.cuts.values()):
            raise ValueError("cut_without_scorecard")
        return self

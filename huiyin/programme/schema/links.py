"""links.toml: who looks after whom, how many, and how far from where they serve (R-063 to R-095)."""

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from huiyin.programme.schema.base import Count, Grown, Level, Name, Prose, Share, Strict, Title

WIDTHS: dict[str, int] = {"group": 15, "village": 12, "town": 9, "county": 6}
"""Digits of a code that name a place of a level."""

ANY = "any"
"""The load of whoever has a tier that is not named."""

Target = Literal["household", "group", "village", "town", "county", "project", "enterprise", "unit"]


class Load(Strict):
    """How many an official of one tier is linked to, and how far from their post (R-065, AM-34)."""

    least: Count = 0
    aim: Count
    """What is striven for; by default nobody is far from it."""
    most: Annotated[Count, Field(ge=1)]
    reach: Level = "county"
    """An official is linked only inside the group, village, town or county of their post."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        if not self.least <= self.aim <= self.most:
            raise ValueError("load_order")
        return self


class Must(Strict):
    """A composition every official's set must have (R-083): so many at least of a category."""

    category: Name
    least: Annotated[Count, Field(ge=1)]


class Pairing(Strict):
    """One kind of link: fixed pairs, key households, a contracted village."""

    title: Title
    purpose: Title
    """What it is for, in the words of the document: 抓示范, 抓帮扶, 抓服务."""
    link: Literal["lead", "supporting"] = "lead"
    """Each household has one lead in a programme; supporting links stand beside it (R-068)."""
    to: Target = "household"
    giver: Literal["official", "body", "household"] = "official"
    """Who links: an official, a body (a department's village, R-081, R-095), a household that leads others (R-084)."""
    each: Count = 0
    """How many of these one target has at most; 0: any number. One agent a village (R-087)."""
    categories: tuple[Name, ...] = ()
    """Only households in one of these; empty: all (R-066, R-069)."""
    loads: Annotated[dict[Name, Load], Field(min_length=1)]
    """By tier of the county page, `any` for all others; without it those are not in this pairing, and listed so."""
    covers: Share = 1
    """The share of households that is to have such a link (AM-45)."""
    kinship: bool = False
    """Called and kept as kinship (R-080)."""
    voluntary: bool = False
    """Personal help that nobody is owed or measured by (R-098)."""
    rotating: bool = False
    """Staff selected in batches who take turns in residence (R-071)."""
    turns: Share = 0
    """The share of those linked that is exchanged each year: a fifth (R-059, R-094); only where they take turns."""
    heads: bool = False
    """Whoever has it heads the grid of that place, and is one of those who lead households there (R-093)."""
    must: tuple[Must, ...] = ()
    functions: tuple[Title, ...] = ()
    """What those linked are to be (R-073 to R-075): 民意调查员, 政策宣传员 and so on."""
    note: Prose = ""

    def of_households(self) -> bool:
        """Whether it gives households officials, by rounds and hand-overs; all others are ties of their own."""
        return self.to == "household" and self.giver == "official" and not self.voluntary

    def bearing(self, tier: str) -> str | None:
        """Under which name of `loads` somebody of a tier bears; None where they are not in this pairing."""
        return tier if tier in self.loads else ANY if ANY in self.loads else None

    def capacity(self, officials: Mapping[str, int]) -> tuple[int, int]:
        """How many so many officials of each tier are linked to: at least and at most. Raises KeyError for a tier."""
        least = sum(self.loads[tier].least * count for tier, count in officials.items())
        return least, sum(self.loads[tier].most * count for tier, count in officials.items())

    def under(self, tier: str, post: str) -> str:
        """The beginning of every code a holder of a post at `post` may be linked in. Raises KeyError for a tier."""
        return seat(post)[: WIDTHS[self.loads[tier].reach]]

    def reaches(self, tier: str, post: str, place: str) -> bool:
        """Whether somebody of a tier with a post at one place may be linked at another."""
        return place.startswith(self.under(tier, post))

    def lacking(self, categories: Iterable[str]) -> tuple[Name, ...]:
        """What a set of linked households or persons lacks of its composition; each in the category it counts for."""
        given = list(categories)
        return tuple(one.category for one in self.must if given.count(one.category) < one.least)


def due(turns: float, standing: int, exchanged: int) -> int:
    """How many more are to be exchanged this year: of all who stand or stood there a share, rounded up."""
    return max(0, math.ceil(turns * standing - 1e-9) - exchanged)


class Item(Strict):
    """A piece of the kit every official who leads households holds (R-119)."""

    title: Title
    """As the document calls it: 服务承诺书, 便民服务卡."""
    shown_by: Literal["card", "letter", "book", "file", "phone", "hand"]
    """What shows that somebody has it: every household of theirs holds a card with their name; their letter or contact
    book was printed in every village of theirs since they came; every household's file has something in it; their duty
    telephone is known; or somebody writes down that it was handed over."""


class Links(Grown):
    """The page links.toml."""

    LATER: ClassVar[frozenset[str]] = frozenset({"kit"})
    without: tuple[Name, ...] = ()
    """Kinds of personnel who are not linked, listed openly (R-064, AM-32): 教师, 医生."""
    pairings: Annotated[dict[Name, Pairing], Field(min_length=1)]
    kit: dict[Name, Item] = {}
    """What each official who leads holds: the five items of 紫阳 and of 沂水."""

    def leads(self) -> tuple[str, ...]:
        """Pairings that give households their one official, in written order."""
        return tuple(name for name, one in self.pairings.items() if one.link == "lead" and one.of_households())


def heading(pages: Mapping[str, Links | None]) -> tuple[tuple[str, str, Pairing], ...]:
    """Programme, name and pairing of those that name the head of a grid."""
    found = ((name, page) for name, page in pages.items() if page is not None)
    return tuple((name, key, one) for name, page in found for key, one in page.pairings.items() if one.heads)


def seat(post: str) -> str:
    """The beginning of every code at or under the place of a post: zeros at its end name nothing."""
    for width in (6, 9):
        if set(post[width:12]) <= {"0"}:
            return post[:width]
    return post

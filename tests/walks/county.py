"""A county's flow as its pages have it, read with nothing but TOML: what the model of the walks goes by."""

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar

from tools.steps import ROOT

FIVE = ("zoucheng-2013", "yishui-2013", "hubin", "yongxing-2014", "ziyang-2014")
RUNGS = ("group", "village", "town", "county", "beyond")
PARTS = ("handler", "supervisor", "caller")
DIMENSIONS = ("topic", "nature", "intent", "heading", "handling")
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Step:
    """One line of a flow."""

    name: str
    sources: tuple[str, ...]
    target: str
    by: str
    part: str
    resident: bool
    needs: tuple[str, ...]


@dataclass(frozen=True)
class County:
    """One flow with all that bears on it."""

    name: str
    programme: str
    kind: str
    steps: tuple[Step, ...]
    final: tuple[str, ...]
    clocks: dict[str, dict[str, Any]]
    ways: dict[str, dict[str, Any]]
    held_natures: tuple[str, ...]
    requires: tuple[str, ...]
    handlings: dict[str, dict[str, Any]]
    classes: dict[str, tuple[str, ...]]
    verbs: dict[str, frozenset[str]]
    levels: dict[str, str]
    ladder: tuple[str, ...]
    first_visitor: bool
    max_transfers: int
    reopen_days: int
    gap: timedelta = field(default=timedelta(hours=3))

    def __deepcopy__(self, _known: object) -> "County":
        """Never changes, so never copied."""
        return self

    def taking(self, name: str, state: str) -> Step | None:
        """The line that takes a step from a state."""
        return next((one for one in self.steps if one.name == name and state in one.sources), None)

    def transitions(self) -> list[tuple[str, str]]:
        """Every (state, step) of the flow."""
        return sorted({(state, one.name) for one in self.steps for state in one.sources})

    def following(self, level: str) -> str | None:
        """The next rung above a level; what is below the ladder stands on its lowest rung."""
        height = max(RUNGS.index(level), RUNGS.index(self.ladder[0]))
        return next((one for one in self.ladder if RUNGS.index(one) > height), None)

    def stands(self, level: str) -> str:
        """The rung a matter of this level stands on."""
        return RUNGS[max(RUNGS.index(level), RUNGS.index(self.ladder[0]))]


@cache
def county(name: str) -> County:
    """One of the five, from its pages."""
    folder = ROOT / "huiyin" / "counties" / name
    own = tomllib.loads((folder / "county.toml").read_text(encoding="utf-8"))
    roles = own["roles"]
    (programme,) = (one.name for one in (folder / "programmes").iterdir() if one.name == own["intake"]["programme"])
    page = tomllib.loads((folder / "programmes" / programme / "matters.toml").read_text(encoding="utf-8"))
    kind = own["intake"]["kind"]
    flow = page["flows"][page["kinds"][kind]["flow"]]
    assert flow["reopen"]["within"]["unit"] == "calendar_days"
    assert not any(clock.get("special") for clock in page["clocks"].values())
    held = tuple(nature for nature, one in page["natures"].items() if one.get("held"))
    return County(
        name=name,
        programme=programme,
        kind=kind,
        steps=tuple(_step(one) for one in flow["steps"]),
        final=tuple(flow["final"]),
        clocks={one: page["clocks"][one] for one in flow.get("clocks", ())},
        ways=page["ways"],
        held_natures=held,
        requires=tuple(page["kinds"][kind].get("requires", ("topic", "nature", "way"))),
        handlings=page.get("handlings", {}),
        classes={
            "topic": _free(page["topics"]),
            "nature": tuple(one for one in page["natures"] if one not in held),
            "intent": tuple(page.get("intents", {})),
            "heading": _free(page.get("headings", {})),
            "handling": tuple(page.get("handlings", {})),
        },
        verbs={role: frozenset(one["verbs"]) for role, one in roles.items()},
        levels={role: one.get("level", "county") for role, one in roles.items()},
        ladder=tuple(own.get("ladder", ("village", "town", "county"))),
        first_visitor=flow.get("owner_rule") == "first_visitor_to_close",
        max_transfers=flow.get("max_transfers", 2),
        reopen_days=flow["reopen"]["within"]["amount"],
    )


def _step(one: dict[str, Any]) -> Step:
    return Step(
        name=one["name"],
        sources=tuple(one["source"]),
        target=one["target"],
        by=one.get("by", ""),
        part=one.get("part", ""),
        resident=one.get("resident", False),
        needs=tuple(one.get("needs", ())),
    )


def _free(table: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """The first few that are neither held nor kept from anybody."""
    return tuple(name for name, one in table.items() if not one.get("held") and not one.get("apart_from"))[:3]


def due(start: datetime, amount: int, unit: str) -> datetime:
    """When a limit ends: hours exactly; days from the day after on, with the last one's midnight."""
    if unit == "hours":
        return start + timedelta(hours=amount)
    day = start.astimezone(ZONE).date()
    for _ in range(amount):
        day += timedelta(days=1)
        while unit == "working_days" and not chinese_calendar.is_workday(day):
            day += timedelta(days=1)
    return midnight(day + timedelta(days=1))


def midnight(day: date) -> datetime:
    """The moment a day begins in the county."""
    return datetime.combine(day, time(0), tzinfo=ZONE).astimezone(UTC)

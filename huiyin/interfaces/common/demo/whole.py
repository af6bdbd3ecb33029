"""Make a planned county, step by step; a run that was killed goes on where it stood, because each step knows itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from huiyin.core import bulk, marks, rulebook
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.interfaces.common.demo import plan
from huiyin.interfaces.common.demo.families import Maker
from huiyin.interfaces.common.demo.plan import Plan
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from huiyin.register import ticks
from huiyin.register.actions import invented, places, rounds, staff
from huiyin.register.queries import rounds as ask
from huiyin.register.queries.invented import standing

MACHINE = Viewer.system("demo")
HISTORY = timedelta(days=190)
FAMILIES = 250
"""Households a transaction: about a thousand people with their keys."""
EVERY = 5.0  # seconds between two lines of progress
Say = Callable[[str], None]


@dataclass
class Making:
    """One run. `steps` are the seconds each step took."""

    made: Plan
    maker: Maker
    at: datetime
    say: Say
    steps: dict[str, float] = field(default_factory=dict)

    @property
    def since(self) -> date:
        """Since when the invented county is as it is."""
        zone = rulebook.current(self.at).rulebook.county.tz
        return (self.at - HISTORY).astimezone(zone).date()

    def run(self) -> None:
        """Everything, in its order; what stands already is passed over."""
        for name, step in (
            ("rulebook", self._rulebook),
            ("places", self._places),
            ("staff", self._staff),
            ("grids", self._grids),
            ("households", self._families),
            ("links", self._links),
            ("rounds", self._rounds),
            ("deliveries", self._deliveries),
        ):
            begun = time.monotonic()
            step()
            self.steps[name] = time.monotonic() - begun
            self.say(f"demo: {name} {self.steps[name]:.0f} s")

    def _rulebook(self) -> None:
        book = load_county(county_folder(self.made.table["folder"]))
        if rulebook.current(self.at).rulebook.county.code != book.county.code:
            for moment in (self.at - HISTORY, self.at):
                rulebook.activate(by=MACHINE, at=moment, rulebook=book, in_force_from=moment)

    def _places(self) -> None:
        lines = self.made.lines
        for start in range(0, len(lines), places.BATCH):
            places.import_places(by=MACHINE, at=self.at - HISTORY, lines=lines[start : start + places.BATCH])

    def _staff(self) -> None:
        """Bodies with everybody in them; then those who can sign in, by the action of an office."""
        ids: dict[tuple[str, str], UUID] = {}
        tell = _Teller(self.say, "bodies", len(self.made.units))
        for unit in self.made.units:
            ids[unit.name, unit.place_code] = invented.lay_unit(by=MACHINE, at=self.at, unit=unit, since=self.since)
            tell.more(1)
        seen: dict[str, int] = {}
        for unit, role, title, number, name, phone in self.made.named:
            seen[role] = seen.get(role, 0) + 1
            try:
                staff.appoint(
                    by=MACHINE,
                    at=self.at,
                    body_id=ids[unit.name, unit.place_code],
                    role=role,
                    title=title,
                    name=name,
                    number=number,
                    username=f"{role}{seen[role]}",
                    duty_phone=phone,
                    tier=self.made.table["named_tier"],
                    since=self.since,
                )
            except Refused as refused:
                if refused.code != "code_taken":  # appointed by the run that was killed
                    raise

    def _grids(self) -> None:
        for some in plan.grids(self.made):
            invented.lay_grids(by=MACHINE, at=self.at, grids=some, since=self.since)

    def _families(self) -> None:
        """Village by village, some households a transaction; a village whose last household stands is whole."""
        last = {homes.household(homes.households): homes for homes in self.made.homes if homes.households}
        whole = standing(MACHINE, last)
        left = [homes for code, homes in last.items() if code not in whole]
        tell = _Teller(self.say, "households", sum(homes.households for homes in left))
        for homes in left:
            found = self.maker.families(homes)
            while some := list(islice(found, FAMILIES)):
                invented.lay_families(
                    by=MACHINE,
                    at=self.at,
                    programme=self.made.table["programme"],
                    families=some,
                    since=self.since,
                )
                tell.more(len(some))
        bulk.learn()

    def _links(self) -> None:
        for link in self.made.table.get("links", ()):
            invented.lay_ties(
                by=MACHINE,
                at=self.at,
                programme=self.made.table["programme"],
                pairing=link["pairing"],
                pairs=plan.pairs(self.made, link),
                since=self.since,
            )

    def _rounds(self) -> None:
        """Households get their officials by rounds, as an office would ask for them."""
        for pairing in self.made.table["rounds"]:
            self._one_round(pairing)
        bulk.learn()

    def _one_round(self, pairing: str) -> None:
        """Through the states of a round, from where it stands. Raises Refused("round_gaps") where officials lack."""
        found, state = self._standing(pairing)
        if found is None:
            programme = self.made.table["programme"]
            found, state = rounds.ask(by=MACHINE, at=now(), programme=programme, pairing=pairing), "asked"
        if state == "asked":
            ticks.draw_up(found, now())
        if state in ("asked", "proposed"):
            rounds.confirm(by=MACHINE, at=now(), round_id=found)
        if state == "confirmed":
            return
        tell = _Teller(self.say, f"links ({pairing})", self.made.households)
        while some := rounds.carry_out(by=MACHINE, at=now(), round_id=found):
            tell.more(some)

    def _standing(self, pairing: str) -> tuple[UUID | None, str]:
        for state in ("confirmed", "confirming", "proposed", "asked"):
            for found in ask.in_state(MACHINE, state):
                if ask.one(MACHINE, found).row.pairing == pairing:
                    return found, state
        return None, ""

    def _deliveries(self) -> None:
        drain(now())


def make(made: Plan, *, names: str, at: datetime, say: Say) -> Making:
    """Make the county to its end, on a database that is empty or holds the first part of it.

    `names` is what the county is called in the mark: what has to be said again to go on. Raises Refused("not_empty").
    """
    if marks.begin_county(at, made.seed, names):
        say(f"demo: going on with {names}")
    maker = Maker(made.names, made.sizes, made.seed, at.year, made.words["door"])
    making = Making(made, maker, at, say)
    making.run()
    marks.county_made(now())
    begun = time.monotonic()
    seal_now(now())
    making.steps["seal"] = time.monotonic() - begun
    return making


class _Teller:
    """Progress, every few seconds and at the end."""

    def __init__(self, say: Say, what: str, total: int) -> None:
        self.say, self.what, self.total, self.done = say, what, total, 0
        self.begun = self.last = time.monotonic()

    def more(self, count: int) -> None:
        """So many more are done."""
        self.done += count
        moment = time.monotonic()
        if moment - self.last >= EVERY or self.done == self.total:
            self.last = moment
            speed = self.done / max(0.001, moment - self.begun)
            self.say(f"demo: {self.what} {self.done:,} of {self.total:,}, {speed:,.0f} a second")

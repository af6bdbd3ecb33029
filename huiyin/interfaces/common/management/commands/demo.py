"""`huiyin demo`: fill an empty database with an invented county and half a year of its matters (SG-42)."""

import random
import time
import tomllib
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core import marks, rulebook
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.interfaces.common.demo import people, portraits, story
from huiyin.interfaces.common.demo.outlines import outlines
from huiyin.interfaces.common.demo.plan import COUNTIES, plan
from huiyin.interfaces.common.demo.together import together
from huiyin.interfaces.common.demo.walls import said_on_walls
from huiyin.interfaces.common.demo.whole import make
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase, say
from huiyin.register.actions import shapes

MACHINE = Viewer.system("demo")
HISTORY = timedelta(days=190)
LEAST = 60
"""Households of the smallest county that has one of everything."""


class Command(BaseCommand):
    """Sets the demo mark, which nothing removes: the server binds to this machine only, and every page says so."""

    help = "fill an empty database with an invented county"

    def add_arguments(self, parser: CommandParser) -> None:
        """How many households and matters, and the seed of chance."""
        parser.add_argument("--households", type=int, default=360)
        parser.add_argument("--matters", type=int, default=150)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--county", choices=COUNTIES, help="a county of the data folder, its people invented")
        parser.add_argument("--full", action="store_true", help="that county at its real size")
        parser.add_argument("--if-empty", action="store_true", help="leave a database that holds something as it is")
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the county, tell its story, do what is owed because of it, seal."""
        at = now()
        if options["county"]:
            self._whole(at, options)
            return
        if options["full"]:
            raise CommandError(phrase("commands", "demo_full", options["language"]))
        if options["households"] < LEAST or options["matters"] < 0:
            raise CommandError(phrase("commands", "demo_households", options["language"], least=LEAST))
        try:
            marks.mark_demo(at, options["seed"])
        except Refused as refused:
            if options["if_empty"]:
                return
            raise CommandError(refused.sentence(options["language"])) from refused
        data = tomllib.loads((resources.files(people.__package__) / "wangchuan.toml").read_text(encoding="utf-8"))
        county = self._county(at, data, options)
        telling = self._story(at, data, county, options)
        together(telling)
        self._tell(options, "demo_wall", count=story.put_on_the_wall(telling))
        drain(at)
        self._tell(options, "demo_comments", count=said_on_walls(telling))
        drain(at)
        seal_now(now())
        self._tell(options, "demo_ready")

    def _county(self, at: datetime, data: dict[str, Any], options: dict[str, Any]) -> people.County:
        book = load_county(county_folder("wangchuan"))
        begin = at - HISTORY
        rulebook.activate(by=MACHINE, at=begin, rulebook=book, in_force_from=begin)
        # Also from now on: a migrated database has the general programme in force from a moment ago.
        rulebook.activate(by=MACHINE, at=at, rulebook=book, in_force_from=at)
        self._tell(options, "demo_begins", county=book.county.name, count=options["households"])
        made = people.settle(by=MACHINE, at=begin, data=data, households=options["households"], seed=options["seed"])
        drawn = list(outlines(data["county"]["code"], made.towns, made.villages, options["seed"]))
        shapes.import_shapes(by=MACHINE, at=begin, shapes=drawn, source="demo")
        portraits.hang(by=MACHINE, at=begin)
        return made

    def _whole(self, at: datetime, options: dict[str, Any]) -> None:
        """A county of the data folder, in small or at its real size; run again, it goes on where it was killed."""
        name, full = options["county"], options["full"]
        begun = time.monotonic()
        try:
            made = plan(name, settings.HUIYIN_DATA, full=full, seed=options["seed"])
            self.stdout.write(
                f"demo: {made.county.name}, {made.households:,} households, {made.residents:,} people,"
                f" {made.officials:,} in service, {len(made.villages):,} villages …"
            )
            again = f"{name}{' --full' if full else ''} --seed {options['seed']}"
            make(made, names=again, at=at, say=self._say)
        except FileNotFoundError as missing:
            raise CommandError(say("divisions_missing", options["language"], path=str(missing.filename))) from missing
        except Refused as refused:
            raise CommandError(refused.sentence(options["language"])) from refused
        self._tell(options, "demo_ready_in", seconds=round(time.monotonic() - begun))

    def _tell(self, options: dict[str, Any], key: str, **values: str | int) -> None:
        self.stdout.write(phrase("commands", key, options["language"], **values))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _story(
        self, at: datetime, data: dict[str, Any], county: people.County, options: dict[str, Any]
    ) -> story.Telling:
        chance = random.Random(options["seed"])  # noqa: S311 - the same story for the same seed
        zone = rulebook.current(at).rulebook.county.tz
        telling = story.Telling(county=county, data=data, chance=chance, zone=zone, now=at)
        total = options["matters"]

        def say(done: int) -> None:
            if done % 50 == 0 or done == total:
                self._tell(options, "demo_matters", done=done, total=total)

        story.tell(telling, total, say)
        return telling

"""`huiyin places merge|split|rename|recode|undo`: what becomes of places, in the name of a person (R-024).

Nothing is done without `--do`: the first run says what it would touch. Exit 0 done or said, 1 refused with a sentence,
2 wrong usage.
"""

import argparse
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import columns, decode, rows
from huiyin.programme.words import label, phrase
from huiyin.register.actions import place_changes, place_undo
from huiyin.register.queries import place_plan
from huiyin.register.queries.place_plan import Asked, Into, Plan
from huiyin.register.queries.staff import viewer_for

COLUMNS, LONGEST = ("code", "name", "takes", "household"), 1_000
ALL = "*"
"""In the column `takes`: all that no other line takes."""


class Command(BaseCommand):
    """Join, divide, rename or recode places, or take such a change back."""

    help = "Join, divide, rename or recode places; says what it would touch, and does it with --do."
    language = "zh-Hans"

    def add_arguments(self, parser: CommandParser) -> None:
        """Five commands."""
        commands = parser.add_subparsers(dest="what", required=True)
        merge = commands.add_parser("merge", help="places become part of another, or of a new one")
        merge.add_argument("codes", nargs="+", metavar="CODE", help="the places that end")
        _one_part(merge)
        split = commands.add_parser("split", help="a place becomes several; what no line takes stays, named so")
        split.add_argument("code", help="the place that is divided, or the rest of one that was")
        split.add_argument("file", type=Path, metavar="FILE", help=f"a CSV with the columns {', '.join(COLUMNS)}")
        rename = commands.add_parser("rename", help="a place is called otherwise under the same code")
        rename.add_argument("code")
        rename.add_argument("name")
        recode = commands.add_parser("recode", help="a place gets another code, and what lies under it too")
        recode.add_argument("code")
        _one_part(recode)
        undo = commands.add_parser("undo", help="take a change back, as long as nothing is built on it")
        undo.add_argument("key", type=UUID, help="the key that was said when it was done")
        for command in (merge, split, rename, recode, undo):
            command.add_argument("--by", required=True, metavar="USERNAME", help="whose act this is")
            add_language(command)
        for command in (merge, split, rename, recode):
            command.add_argument("--why", required=True, help="the reason")
            command.add_argument("--source", default="", help="the document it stands in")
            command.add_argument("--from", dest="on", type=_day, metavar="DATE", help="first day (default today)")
            command.add_argument("--do", action="store_true", help="do it; without this it is only said")

    def handle(self, *_: Any, **given: Any) -> None:
        """Run one of them."""
        self.language = given["language"]
        try:
            by = self.person(given["by"])
            if given["what"] == "undo":
                count = place_undo.take_back(by=by, at=now(), change_id=given["key"])
                self.say("undone", count=count)
            else:
                self.change(by, self.asked(by, given), do=given["do"])
        except Refused as refused:
            raise CommandError(refused.sentence(self.language)) from refused
        seal_now(now())

    def change(self, by: Viewer, asked: Asked, *, do: bool) -> None:
        """Say what it would touch, and do it where that is asked for."""
        found = place_plan.plan(by, now(), asked)
        touched = place_plan.touched(by, now(), found)
        said = {
            "what": label("place_change", asked.kind, self.language),
            "old": _named(found.olds),
            "new": _named(found.parts),
            "day": found.day.isoformat(),
        }
        counts = {name: len(getattr(touched, name)) for name in ("posts", "bodies", "areas")}
        counts |= {name: getattr(touched, name) for name in ("households", "places", "links", "ties")}
        if not do:
            self.say("seen", **said, **counts)
        else:
            made = place_changes.change(by=by, at=now(), asked=asked, seen=len(found.homes))
            self.say("done", **said, households=len(found.homes), key=str(made))
        self.rest(found)

    def rest(self, found: Plan) -> None:
        """What nobody has told apart."""
        if found.rest:
            self.say("rest_left", count=found.rest, name=found.stays)

    def asked(self, by: Viewer, given: dict[str, Any]) -> Asked:
        """The change as it was written on the command line."""
        kinds = {"merge": "merged", "rename": "renamed", "recode": "recoded", "split": "split"}
        kind, old = kinds[given["what"]], tuple(given.get("codes") or [given["code"]])
        if kind == "split":
            into = self.parts(given["file"])
            kind = "placed" if place_plan.remainders(by, old) else kind
        elif kind == "renamed":
            into = (Into(name=given["name"]),)
        else:
            into = (Into(code=given["into"] or "", name=given["name"] or ""),)
        return Asked(kind, old, into, why=given["why"], source=given["source"], on=given["on"])

    def parts(self, file: Path) -> tuple[Into, ...]:
        """The parts of a divided place: a line for each group or household, with the code or name of its part."""
        try:
            lines = rows(decode(file.read_bytes()), longest=LONGEST)
        except OSError as problem:
            reason = problem.strerror or ""
            raise CommandError(phrase("imports", "no_file", self.language, file=file.name, reason=reason)) from problem
        found: dict[tuple[str, str], Into] = {}
        _, header = next(lines, (1, None))
        at = columns(header or (), COLUMNS)
        for number, cells in lines:
            if cells is not None and not any(cells):
                continue
            code, name, takes, household = (cells[n].strip() if cells and n < len(cells) else "" for n in at)
            if not (code or name):
                reason = Refused("line_too_long" if cells is None else "value_missing").sentence(self.language)
                raise CommandError(phrase("place_says", "line_wrong", self.language, line=number, reason=reason))
            part = found.get((code, name), Into(code=code, name=name))
            found[code, name] = Into(
                code=code,
                name=name,
                takes=(*part.takes, takes) if takes and takes != ALL else part.takes,
                households=(*part.households, household) if household else part.households,
                rest=part.rest or takes == ALL,
            )
        return tuple(found.values())

    def person(self, username: str) -> Viewer:
        """Whose act it is."""
        account = Account.objects.filter(username=username, is_active=True, person__isnull=False).first()
        if account is None:
            raise CommandError(phrase("programmes", "nobody", self.language, name=username))
        return viewer_for(account, now(), self.language)

    def say(self, key: str, /, **values: str | int) -> None:
        """One sentence on stdout."""
        self.stdout.write(phrase("place_says", key, self.language, **values))


def _one_part(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--into", metavar="CODE", help="a place that stands, or the code of a new one")
    parser.add_argument("--name", help="the name of a new one")


def _named(some: Iterable[Any]) -> str:
    return ", ".join(f"{one.name} {one.code}" for one in some)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError("a day looks like 2026-11-18") from wrong

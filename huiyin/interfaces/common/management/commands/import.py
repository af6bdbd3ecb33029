"""`huiyin import KIND FILE`: take a list into the house. Exit 0 taken, 1 refused, 2 wrong usage.

Each kind of list is one entry of `LISTS`: its arguments, and the function that takes it. A command that writes seals
what it wrote before it ends.
"""

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.casework.actions import imports
from huiyin.casework.queries.topics import lost_topics
from huiyin.casework.rules import sheet as matters
from huiyin.core import rulebook
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import rosters
from huiyin.interfaces.common.taking import Bar, Taking
from huiyin.programme import topictree
from huiyin.programme.notices import read_days
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.sheets import Fault, decode
from huiyin.programme.words import phrase, say
from huiyin.register.actions import shapes
from huiyin.register.actions.places import BATCH, import_places
from huiyin.register.queries.shapes import codes_by_name
from huiyin.register.queries.staff import viewer_for
from huiyin.register.rules import codes
from huiyin.register.rules import shapes as outlines
from huiyin.register.rules.divisions import read
from huiyin.register.rules.lines import KINDS


def take_places(taking: Taking) -> None:
    """Places by code: columns code, name, level, parent_code. A second run changes nothing and says so."""
    county = taking.options["county"]
    if county and not codes.is_code(county):
        raise CommandError(say("code_wrong", taking.language))
    sheet = read(taking.data(), county=county)
    faults = list(sheet.faults)
    added = renamed = same = 0
    for start in range(0, len(sheet.lines), BATCH):
        batch = sheet.lines[start : start + BATCH]
        outcome = import_places(by=Viewer.system("import"), at=now(), lines=batch)
        added, renamed, same = added + outcome.added, renamed + outcome.renamed, same + outcome.same
        faults.extend(outcome.faults)
        if len(sheet.lines) > BATCH:
            taking.progress(start + len(batch), len(sheet.lines))
    taking.report(faults)
    counts: dict[str, str | int] = {"file": taking.file.name, "refused": len(faults)}
    if not added + renamed + same:
        raise CommandError(taking.phrase("nothing_taken", **counts))
    if added + renamed:
        taking.say(taking.phrase("places_done", added=added, renamed=renamed, same=same, **counts))
    else:
        taking.say(taking.phrase("places_same", same=same, **counts))


def places_arguments(parser: argparse.ArgumentParser) -> None:
    """What `import places` may be told."""
    parser.add_argument("--county", default="", metavar="CODE", help="take only this county and what stands above it")


def take_shapes(taking: Taking) -> None:
    """Outlines of places from GeoJSON, for maps. A second run changes nothing and says so."""
    county = current(now()).rulebook.county.code
    machine = Viewer.system("import")
    named = codes_by_name(machine, county)
    sheet = outlines.read(decode(taking.data()), named=named, key=taking.options["property"])
    faults, counts = list(sheet.faults), Counter[str]()
    for start in range(0, len(sheet.shapes), shapes.BATCH):
        some = sheet.shapes[start : start + shapes.BATCH]
        outcome = shapes.import_shapes(by=machine, at=now(), shapes=some, source=taking.file.name)
        counts.update(added=outcome.added, changed=outcome.changed, same=outcome.same)
        faults += outcome.faults
    taking.report(faults)
    said: dict[str, str | int] = {"file": taking.file.name, "refused": len(faults), **counts}
    if not counts.total():
        raise CommandError(taking.phrase("nothing_taken", file=taking.file.name, refused=len(faults)))
    taking.say(taking.phrase("shapes_done" if counts["added"] + counts["changed"] else "shapes_same", **said))


def shapes_arguments(parser: argparse.ArgumentParser) -> None:
    """What `import shapes` may be told."""
    parser.add_argument("--property", default="", metavar="NAME", help="the property that holds a place's code or name")


def take_matters(taking: Taking) -> None:
    """Matters of another system, line by line; a second run adds nothing. With --history silently and for good."""
    machine = Viewer.system("import")
    counts: Counter[str] = Counter()
    faults: list[Fault] = []
    found = list(matters.read(taking.data(), zone=current(now()).rulebook.county.tz, at=now()))
    faults += [one for one in found if isinstance(one, Fault)]
    lines = [one for one in found if not isinstance(one, Fault)]
    for start in range(0, len(lines), imports.BATCH):
        batch = lines[start : start + imports.BATCH]
        outcome = imports.import_matters(by=machine, at=now(), lines=batch, history=taking.options["history"])
        counts.update(opened=outcome.opened, known=outcome.known, left_out=outcome.left_out)
        faults += outcome.faults
        if len(lines) > imports.BATCH:
            taking.progress(start + len(batch), len(lines))
    taking.report(faults)
    said: dict[str, str | int] = {"file": taking.file.name, "refused": len(faults), **counts}
    if not counts["opened"] + counts["known"]:
        raise CommandError(taking.phrase("nothing_taken", file=taking.file.name, refused=len(faults)))
    taking.say(taking.phrase("matters_done" if counts["opened"] else "matters_same", **said))
    if counts["left_out"]:
        taking.say(taking.phrase("topics_only", left_out=counts["left_out"]))


def matters_arguments(parser: argparse.ArgumentParser) -> None:
    """What `import matters` may be told."""
    parser.add_argument("--history", action="store_true", help="matters of before: no notices, alerts or scores, ever")


def take_days(taking: Taking) -> None:
    """The working-day notice of a year, instead of what stood there: columns day, kind (holiday, makeup), name."""
    year, source = taking.options["year"], taking.file.name[:100]
    days, faults = read_days(taking.data(), year)
    taking.report(list(faults))
    if faults or not days:
        raise CommandError(taking.phrase("nothing_taken", file=taking.file.name, refused=len(faults)))
    count = rulebook.load_days(by=Viewer.system("import"), at=now(), year=year, days=days, source=source)
    taking.say(taking.phrase("days_done", file=taking.file.name, year=year, days=count))


def days_arguments(parser: argparse.ArgumentParser) -> None:
    """What `import days` is told."""
    parser.add_argument("--year", type=int, required=True, choices=range(2000, 2100), metavar="YEAR")


def take_topics(taking: Taking) -> None:
    """A tree of topics (columns code, name, parent_code) for a programme in force, by a named person (R-201)."""
    at = now()
    tree = topictree.read(decode(taking.data()), held=taking.options["held"])
    taking.report(list(tree.faults))
    if tree.faults or not tree.topics:
        raise CommandError(taking.phrase("nothing_taken", file=taking.file.name, refused=len(tree.faults)))
    book = current(at).rulebook
    name = taking.options["programme"] or book.county.intake.programme
    if name not in book.programmes:
        raise Refused("value_unknown", field="programme")
    page = book.programmes[name].matters
    own = {key: topic for key, topic in page.topics.items() if not topictree.listed(key)}
    try:
        whole = topictree.merged(page.model_copy(update={"topics": own}), tree.topics)
    except ValueError as ring:
        raise Refused("value_unknown", field="topics") from ring
    programme = book.programmes[name].model_copy(update={"matters": whole})
    new = Rulebook(county=book.county, words=book.words, programmes={**book.programmes, name: programme})
    if new.hash == book.hash:
        taking.say(taking.phrase("topics_same", file=taking.file.name))
        return
    lost = lost_topics(Viewer.system("import"), new)
    if lost:
        raise Refused("topics_in_use", topics=", ".join(lost))
    account = Account.objects.filter(username=taking.options["by"], is_active=True, person__isnull=False).first()
    if account is None:
        raise CommandError(phrase("programmes", "nobody", taking.language, name=taking.options["by"]))
    rulebook.activate(by=viewer_for(account, at), at=at, rulebook=new, in_force_from=at)
    counts = {"added": len(tree.topics), "kept": len(own)}
    taking.say(taking.phrase("topics_done", file=taking.file.name, hash=new.hash[:12], **counts))


def topics_arguments(parser: argparse.ArgumentParser) -> None:
    """What `import topics` may be told."""
    parser.add_argument("--by", required=True, metavar="USERNAME", help="whose act this is")
    parser.add_argument("--programme", default="", metavar="NAME", help="default: the one new words come under")
    parser.add_argument(
        "--held", action="append", default=[], metavar="CODE", help="a class about officials: it and all under it hold"
    )


LISTS: dict[str, tuple[Callable[[argparse.ArgumentParser], None], Callable[[Taking], None]]] = {
    "places": (places_arguments, take_places),
    "shapes": (shapes_arguments, take_shapes),
    "days": (days_arguments, take_days),
    "topics": (topics_arguments, take_topics),
    "matters": (matters_arguments, take_matters),
    **{kind: (rosters.arguments, rosters.take(kind)) for kind in KINDS},
    "links": (rosters.links_arguments, rosters.take("links")),
}


class Command(BaseCommand):
    """Take a list from a file."""

    help = "import a list: " + ", ".join(LISTS)

    def add_arguments(self, parser: CommandParser) -> None:
        """One sub-command for each kind of list."""
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="{" + ",".join(LISTS) + "}")
        for name, (arguments, take) in LISTS.items():
            kind = kinds.add_parser(name, help=(take.__doc__ or "").splitlines()[0])
            kind.add_argument("file", type=Path, metavar="FILE")
            add_language(kind)
            arguments(kind)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take the list, then seal what was written, also when the rest of it was refused."""
        _, take = LISTS[options["kind"]]
        bar = Bar(self.stderr.write, live=self.stderr.isatty())
        taking = Taking(options["file"], options["language"], options, self.stdout.write, self.stderr.write, bar)
        try:
            take(taking)
        except Refused as refused:
            raise taking.refusal(refused) from refused
        finally:
            bar.end()
            seal_now(now())

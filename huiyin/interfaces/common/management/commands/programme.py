"""`huiyin programme check|diff|try|replay|activate FOLDER`: a county's method from a folder into force (house.md §6.8).

Exit 0 done (or nothing to say against it), 1 refused with a sentence for each reason, 2 wrong usage.
"""

from argparse import ArgumentTypeError
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from huiyin.casework.queries.past import past
from huiyin.casework.queries.topics import lost_topics
from huiyin.core import rulebook
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.replaying import as_fact, tell_replay, write_lines
from huiyin.programme.clock import WorkingDays, seeded
from huiyin.programme.compare import compare
from huiyin.programme.examples import run_examples
from huiyin.programme.loader import counties, county_folder, load_county
from huiyin.programme.problems import Problem, ProgrammeError
from huiyin.programme.readiness import not_ready
from huiyin.programme.refusal import Refused
from huiyin.programme.replay import counted, replay
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.trial import Verdict, trial
from huiyin.programme.words import phrase
from huiyin.register.queries.staff import viewer_for

LATE_SHOWN = WORDS_SHOWN = 20
MORE = ("", " …")
FIRST_YEAR = 2012
"""The oldest documents speak of it."""


class Command(BaseCommand):
    """Check a county folder, compare it with what is in force, try it on the past, put it in force."""

    help = "Check a county folder, say what it changes, try it on the matters of the past, or put it in force."
    language = "zh-Hans"

    def add_arguments(self, parser: CommandParser) -> None:
        """Four commands, each on a folder or the name of a county that comes with the product."""
        commands = parser.add_subparsers(dest="what", required=True)
        for name, told in (
            ("check", "read every page and run the worked examples"),
            ("diff", "say what changes against the rulebook in force"),
            ("try", "count on the matters of the past how many would have been late"),
            ("replay", "go through last year's matters under both: due, late, given to whom, climbed; changes nothing"),
            ("activate", "put it in force from a day on, in the name of a person"),
        ):
            command = commands.add_parser(name, help=told)
            command.add_argument("folder", help=f"a county folder, or one of: {', '.join(counties())}")
            add_language(command)
            if name == "try":
                command.add_argument("--days", type=_days, default=90, help="how far back to look (default 90)")
            if name == "replay":
                command.add_argument("--since", type=_day, metavar="DATE", help="first day (default a year ago)")
                command.add_argument("--lines", metavar="FILE", help="write every matter that changes, as CSV")
            if name == "activate":
                command.add_argument("--by", required=True, metavar="USERNAME", help="whose act this is")
                command.add_argument("--from", dest="from_", type=_day, metavar="DATE", help="first day (default now)")

    def handle(self, *_: Any, **given: Any) -> None:
        """Run one of them."""
        self.language = given["language"]
        folder = self.folder(given["folder"])
        at = now()
        try:
            getattr(self, f"run_{given['what']}")(folder, self.read(folder), at, given)
        except Refused as refused:
            raise CommandError(refused.sentence(self.language)) from refused

    def run_check(self, folder: Path, book: Rulebook, at: datetime, given: dict[str, Any]) -> None:
        """Pages, rules across pages, worked examples."""
        days = self.days(at)
        count = self.examples(folder, book, days)
        self.say("checked", county=book.county.name, count=len(book.programmes), examples=count, hash=book.hash[:12])
        for problem in not_ready(book, days, self.day(book, at)):
            self.say("not_ready_yet", problem=problem.sentence(self.language))
        for key in ("without_english", "english_of_nothing"):
            words = getattr(book, key) if book.english else []
            if words:
                self.say(key, count=len(words), words=", ".join(words[:WORDS_SHOWN]) + MORE[len(words) > WORDS_SHOWN])

    def run_diff(self, folder: Path, book: Rulebook, at: datetime, given: dict[str, Any]) -> None:
        """What changes, a sentence a line."""
        changes = compare(rulebook.current(at).rulebook, book)
        for change in changes:
            self.stdout.write(change.sentence(self.language))
        if not changes:
            self.say("same")

    def run_try(self, folder: Path, book: Rulebook, at: datetime, given: dict[str, Any]) -> None:
        """The matters of the last days under both rulebooks."""
        old = rulebook.current(at).rulebook
        facts = list(past(Viewer.system("try"), since=at - timedelta(days=given["days"]), until=at))
        self.say("tried", count=len(facts), days=given["days"])
        for verdict in trial(old, book, facts, days=rulebook.working_days(), at=at):
            self.tell(verdict)

    def run_replay(self, folder: Path, book: Rulebook, at: datetime, given: dict[str, Any]) -> None:
        """Last year's matters under both rulebooks, one by one; only that it was done is written down."""
        old, machine = rulebook.current(at).rulebook, Viewer.system("replay")
        since = given["since"] or self.day(book, at) - timedelta(days=365)
        begins = datetime.combine(since, time(), book.county.tz)
        facts = list(past(machine, since=begins, until=at))
        lines = list(replay(old, book, facts, days=rulebook.working_days(), at=at))
        whole, classes, units = counted(lines)
        tell_replay(self.say, since, whole, classes, units)
        if left := len(facts) - whole.matters:
            self.say("replay_left", count=left)
        if given["lines"]:
            self.say("replay_lines", count=write_lines(Path(given["lines"]), lines), path=given["lines"])
        rulebook.note_replay(by=machine, at=at, fact=as_fact(book.hash, since, whole, classes, units))
        seal_now(now())

    def run_activate(self, folder: Path, book: Rulebook, at: datetime, given: dict[str, Any]) -> None:
        """Put in force; the act of a named person."""
        self.examples(folder, book, rulebook.working_days())
        start = datetime.combine(given["from_"], time(), book.county.tz) if given["from_"] else at
        self.refuse(not_ready(book, rulebook.working_days(), start.astimezone(book.county.tz).date()))
        lost = lost_topics(Viewer.system("activate"), book)
        if lost:
            raise Refused("topics_in_use", topics=", ".join(lost))
        if rulebook.current(start).rulebook.hash == book.hash:
            raise Refused("programme_same")
        by = self.person(given["by"], at)
        self.tell_replayed(book)
        rulebook.activate(by=by, at=at, rulebook=book, in_force_from=start)
        seal_now(now())
        day = start.astimezone(book.county.tz).strftime("%Y-%m-%d %H:%M")
        self.say("activated", county=book.county.name, hash=book.hash[:12], day=day, by=given["by"])

    # --- its parts ---------------------------------------------------------------------------------------------------

    def folder(self, given: str) -> Path:
        """The folder given, or the one of a county that comes with the product."""
        path = Path(given)
        if path.is_dir():
            return path
        if given in counties():
            return county_folder(given)
        raise CommandError(phrase("programmes", "no_folder", self.language, name=given, names=", ".join(counties())))

    def read(self, folder: Path) -> Rulebook:
        """The rulebook of a folder, or every mistake in it as a refusal."""
        try:
            return load_county(folder)
        except ProgrammeError as error:
            raise self.refusal(error.sentences(self.language)) from error

    def days(self, at: datetime) -> WorkingDays:
        """The county's working days; those that come with the product where there is no county yet to have its own."""
        try:
            return rulebook.working_days()
        except DatabaseError:
            return seeded(range(FIRST_YEAR, at.year + 2))

    def examples(self, folder: Path, book: Rulebook, days: WorkingDays) -> int:
        """How many worked examples there are; those that come out wrong are a refusal."""
        count, problems = run_examples(folder, book, days)
        self.refuse(problems)
        return count

    def refuse(self, problems: list[Problem]) -> None:
        """Raise CommandError when there is a problem."""
        if problems:
            raise self.refusal([problem.sentence(self.language) for problem in problems])

    def refusal(self, sentences: list[str]) -> CommandError:
        """All reasons, one a line, and how many there are."""
        count = Refused("programme_broken", count=len(sentences)).sentence(self.language)
        return CommandError("\n".join([*sentences, count]))

    def person(self, username: str, at: datetime) -> Viewer:
        """Who acts. Raises CommandError for a name that is no account of somebody in service."""
        account = Account.objects.filter(username=username, is_active=True, person__isnull=False).first()
        if account is None:
            raise CommandError(phrase("programmes", "nobody", self.language, name=username))
        return viewer_for(account, at)

    def tell_replayed(self, book: Rulebook) -> None:
        """Whether it was gone through on the past, and what that found."""
        gone = rulebook.replays(book.hash, most=1)
        if not gone:
            self.say("not_replayed")
            return
        day = gone[0].at.astimezone(book.county.tz).date().isoformat()
        self.say("was_replayed", **{**gone[0].found, "day": day})

    def day(self, book: Rulebook, at: datetime) -> date:
        """Today in the county of the rulebook."""
        return at.astimezone(book.county.tz).date()

    def tell(self, verdict: Verdict) -> None:
        """One clock under both rulebooks."""
        self.say(
            "clock",
            programme=verdict.programme,
            title=verdict.title,
            before=f"{verdict.late_before}/{verdict.counted_before}",
            after=f"{verdict.late_after}/{verdict.counted_after}",
        )
        if verdict.newly_late:
            shown = ", ".join(verdict.newly_late[:LATE_SHOWN])
            self.say("newly_late", count=len(verdict.newly_late), codes=shown)

    def say(self, key: str, **values: str | int) -> None:
        """A sentence of this command."""
        self.stdout.write(phrase("programmes", key, self.language, **values))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no date; write it as 2026-12-01") from error


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3660:
        raise ArgumentTypeError(f"{text} is no number of days from 1 to 3660")
    return int(text)

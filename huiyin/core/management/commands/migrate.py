"""`huiyin migrate`: Django's own, then what an empty database needs before a first word can come in."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from huiyin.core import accounts, rulebook
from huiyin.core.models import DayNotice, RulebookVersion
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import NotLoaded, seed_days
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.words import phrase

SYSTEM = Viewer.system("migrate")
YEARS_AHEAD = 2


class Command(migrate.Command):
    """Also loads the working-day notices that are known and activates the general programme where there is none."""

    def add_arguments(self, parser: CommandParser) -> None:
        """One more: tables without anything in them."""
        super().add_arguments(parser)
        parser.add_argument("--bare", action="store_true", help="make tables only; a backup is going to fill them")
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the tables up to date, then settle. Raises CommandError for a database that is too old to go on."""
        refuse_too_old()
        super().handle(*args, **options)
        if options["bare"] or options.get("plan") or options.get("check_unapplied") or options.get("migration_name"):
            return
        for said in settle(now(), options["language"]):
            self.stdout.write(said)


def refuse_too_old() -> None:
    """A database with some of the steps that one step stands for by now, and not with all, cannot go on from there:
    Django would fail in the midst of it. Raises CommandError.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    for (app, _), step in MigrationLoader(None).disk_migrations.items():
        lacking = [name for name in step.replaces if name not in applied]
        if lacking and len(lacking) < len(step.replaces):
            told = {"app": app, "name": lacking[0][1]}
            raise CommandError("\n".join(phrase("startup", "too_old", one, **told) for one in ("zh-Hans", "en")))


def settle(at: datetime, language: str) -> list[str]:
    """Load missing notices and a first rulebook; returns what was done, one line each."""
    done = []
    for year in range(2024, at.year + YEARS_AHEAD):
        if DayNotice.objects.filter(year=year).exists():
            continue
        try:
            days = seed_days(year)
        except NotLoaded:
            continue
        rulebook.load_days(by=SYSTEM, at=at, year=year, days=days, source="chinese-calendar")
        done.append(phrase("commands", "days_loaded", language, year=str(year), count=len(days)))
    if many := accounts.take_in(by=SYSTEM, at=at):
        done.append(phrase("commands", "accounts_taken_in", language, count=many))
    if not RulebookVersion.objects.exists():
        book = load_county(county_folder("general"))
        rulebook.activate(by=SYSTEM, at=at, rulebook=book, in_force_from=at)
        told = {"hash": book.hash[:12], "county": book.county.name}
        done.append(phrase("commands", "rulebook_in_force", language, **told))
    if done:
        seal_now(at)
    return done

"""`huiyin rosters list|work RUN|undo RUN`: imports under way. Exit 0 done, 1 refused, 2 wrong usage."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.rosters import telling
from huiyin.interfaces.common.taking import Bar
from huiyin.programme.refusal import Refused
from huiyin.programme.words import label, phrase
from huiyin.register.actions import roster_undo, roster_work
from huiyin.register.actions.roster_work import Job
from huiyin.register.queries import announcements
from huiyin.register.queries import rosters as ask
from huiyin.register.queries.staff import viewer_for
from huiyin.register.rules.consents import correction_of

MACHINE = Viewer.system("import")


class Command(BaseCommand):
    """Look at imports, go on with one, take one back."""

    help = "imports of rosters: list them, go on with one, take one back"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with which run."""
        parts = parser.add_subparsers(dest="part", required=True)
        add_language(parts.add_parser("list", help="the newest imports"))
        for name, text in (("work", "go on until a person is asked; the worker starts it"), ("undo", "take it back")):
            part = parts.add_parser(name, help=text)
            part.add_argument("run", type=UUID, metavar="RUN")
            add_language(part)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; seals what was written."""
        language = options["language"]
        if options["part"] == "list":
            for run in ask.runs(MACHINE):
                state = label("import_state", "parked" if run.parked else run.state, language)
                self.stdout.write(f"{run.id}  {run.added_at:%Y-%m-%d %H:%M}  {run.kind}  {state}  {run.file_name}")
            return
        try:
            self._go_on(options["run"], options["part"], language)
        except Refused as refused:
            raise CommandError(refused.sentence(language)) from refused
        finally:
            seal_now(now())

    def _go_on(self, run_id: UUID, part: str, language: str) -> None:
        by = acting(run_id)
        if part == "undo":
            roster_undo.begin_undo(by=by, at=now(), run_id=run_id, here=True)
        bar = Bar(self.stderr.write, live=self.stderr.isatty())
        # What `work` says goes where the worker, which starts it, writes: a line for every part is for people only.
        heard = [telling(bar, language)] if part == "undo" or self.stderr.isatty() else []
        try:
            state = roster_work.work(Job(by, now, run_id, *heard))
        finally:
            bar.end()
        found = ask.run(MACHINE, run_id)
        self.stdout.write(f"{run_id}  {label('import_state', state, language)}")
        if state == "undone":
            self.stdout.write(phrase("rosters", "undone", language, file=found.file_name, kept=found.kept))
            correction = correction_of(run_id)
            owed = announcements.summed(MACHINE, [correction]).get(correction)
            if owed is not None:
                self.stdout.write(phrase("rosters", "corrected", language, count=owed.waiting))


def acting(run_id: UUID) -> Viewer:
    """For whom a run is worked on: the account that asked for its last step, with the scope it has today."""
    account_id = ask.acting(MACHINE, run_id)
    if account_id is None:
        return MACHINE
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise Refused("not_allowed", verb="register.import")
    return viewer_for(account, now(), "zh-hans")

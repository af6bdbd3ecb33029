"""`huiyin import households|residents|staff|… FILE`: stage, report, apply; killed, it goes on."""

import argparse
import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

from django.core.management.base import CommandError

from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.safe_cells import Cell, write_csv
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.taking import Bar, Taking
from huiyin.programme.refusal import Refused
from huiyin.programme.words import label, phrase, say
from huiyin.register.actions import roster_work, rosters
from huiyin.register.actions.roster_work import Job, Tell
from huiyin.register.queries import announcements
from huiyin.register.queries import rosters as ask
from huiyin.register.queries.staff import viewer_for
from huiyin.register.rules.consents import NOBODY, TELL
from huiyin.register.rules.headers import plain

BY = "whose scope, powers and name it is done under; default: the machine's, in whose name everything may come in"
SHOWN = 20
"""Refused and held lines that are also told on stderr; all of them stand in the report."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What an import of a roster may be told."""
    parser.add_argument("--dry-run", action="store_true", help="judge every line and change nothing")
    parser.add_argument("--by", default="", metavar="ACCOUNT", help=BY)
    parser.add_argument("--sheet", default="", metavar="NAME", help="of a workbook; default: the first with content")
    parser.add_argument("--since", type=date.fromisoformat, default=None, metavar="DAY", help="when the facts began")
    parser.add_argument("--report", type=Path, default=None, metavar="CSV", help="default: FILE.report.csv")
    parser.add_argument(
        "--column", action="append", default=[], metavar="FIELD=HEADER", help="instead of what is found"
    )


def links_arguments(parser: argparse.ArgumentParser) -> None:
    """What an import of links may be told besides."""
    arguments(parser)
    parser.add_argument(
        "--tell",
        choices=TELL,
        default=NOBODY,
        help="which households hear by SMS of their official: those that had another before, or also first ones",
    )


def take(kind: str) -> Callable[[Taking], None]:
    """The function that takes a roster of this kind."""

    def taken(taking: Taking) -> None:
        _Roster(taking, kind).take()

    taken.__doc__ = f"{kind.capitalize()} from xlsx or csv, line by line; a second run changes nothing and says so."
    return taken


def telling(bar: Bar, language: str) -> Tell:
    """Shows on a bar how far the work on a run is."""

    def told(step: str, done: int, total: int) -> None:
        key = "read_of" if step == "read" and total else step
        bar.show(phrase("rosters", key, language, done=done, total=total), done, total)

    return told


class _Roster:
    """One roster from the command line."""

    def __init__(self, taking: Taking, kind: str) -> None:
        self.taking, self.kind = taking, kind
        self.by = _viewer(taking)
        self.told = ""

    def take(self) -> None:
        """Stage, report, and apply unless it is a dry run. Raises CommandError where nothing could be taken."""
        run_id = self._run()
        job = Job(self.by, now, run_id, telling(self.taking.bar, self.taking.language))
        state = self._work(job)
        if state == "columns":
            self._choose(job)
            state = self._work(job)
        found = ask.run(self.by, run_id)
        if state == "refused":
            raise CommandError(
                self.taking.phrase(
                    "file_refused", file=self.taking.file.name, reason=say(found.refused, self.taking.language)
                )
            )
        if state == "staged":
            self._staged(found)
            if self.taking.options["dry_run"]:
                rosters.abandon(by=self.by, at=now(), run_id=run_id)
                self.taking.say(self._phrase("dry"))
                return
            tell = self.taking.options.get("tell", NOBODY)
            rosters.begin(by=self.by, at=now(), run_id=run_id, here=True, tell=tell)
            self._work(job)
        self._applied(ask.run(self.by, run_id))

    def _work(self, job: Job) -> str:
        state = roster_work.work(job)
        self.taking.bar.end()
        return state

    def _run(self) -> UUID:
        """A new run, or one of the same file that was not finished."""
        file, options = self.taking.file, self.taking.options
        try:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as problem:
            raise self.taking.unreadable(problem) from problem
        unfinished = ask.unfinished(self.by, kind=self.kind, sha256=digest, sheet=options["sheet"])
        if unfinished is not None:
            self.taking.say(self._phrase("resumed"))
            return unfinished
        return roster_work.hand_in(
            by=self.by,
            at=now(),
            kind=self.kind,
            name=file.name,
            path=file,
            sheet=options["sheet"],
            since=options["since"],
            here=True,
        )

    def _choose(self, job: Job) -> None:
        found = ask.run(self.by, job.run_id)
        columns = dict(found.columns)
        plains = [plain(text) for text in found.header]
        for text in self.taking.options["column"]:
            name, equals, header = text.partition("=")
            if not equals or plain(header) not in plains:
                raise CommandError(self._phrase("column_choice", text=text))
            columns = {key: at for key, at in columns.items() if at != plains.index(plain(header))}
            columns[name] = plains.index(plain(header))
        shown = ", ".join(f"{self._label('roster_field', name)} ← {found.header[at]}" for name, at in columns.items())
        self.taking.complain(self._phrase("columns", row=found.header_row, columns=shown))
        try:
            rosters.choose_columns(by=self.by, at=now(), run_id=job.run_id, columns=columns, here=True)
        except Refused as refused:
            rosters.abandon(by=self.by, at=now(), run_id=job.run_id)
            told = self.taking.refusal(refused)
            if refused.code in ("field_missing", "columns_missing"):
                told = CommandError(f"{told} {self._phrase('column_which', field=refused.field)}")
            raise told from refused

    def _staged(self, found: ask.RunRow) -> None:
        report = self.taking.options["report"] or self.taking.file.with_name(self.taking.file.name + ".report.csv")
        with report.open("w", encoding="utf-8-sig", newline="") as file:
            header = [self._phrase(f"report_{name}") for name in ("line", "verdict", "column", "reason")]
            write_csv(file, header, self._reported(found))
        self.taking.say(self._phrase("staged", file=found.file_name, lines=found.lines, **_counts(found.counts, "")))
        self.taking.complain(self._phrase("report", file=str(report)))
        if found.beside:
            self.taking.complain(self._phrase("beside", sheets=", ".join(found.beside)))

    def _reported(self, found: ask.RunRow) -> Iterator[list[Cell]]:
        """Every line that is not simply taken, by number; the first are told on stderr as well."""
        for count, line in enumerate(ask.told_lines(self.by, found.id)):
            reason = ask.reason(self.by, line, self.taking.language)
            verdict = self._label("roster_verdict", line.verdict)
            column = self._label("roster_field", line.column) if line.column else ""
            if count < SHOWN and line.verdict in ("held", "refused"):
                told: dict[str, str | int] = {"line": line.number, "reason": f"{verdict}: {reason}"}
                at = {"column": column} if column else {}
                self.taking.complain(self.taking.phrase("line_refused_at" if at else "line_refused", **told, **at))
            yield [line.number, verdict, column, reason]

    def _applied(self, found: ask.RunRow) -> None:
        counts = _counts(found.counts, "did_")
        counts["held"] = found.waiting
        if not counts["new"] + counts["changed"] + counts["same"] + counts["held"]:
            raise CommandError(self.taking.phrase("nothing_taken", file=found.file_name, refused=counts["refused"]))
        quiet = not counts["new"] + counts["changed"] + counts["held"] + counts["refused"]
        words: dict[str, str | int] = {"file": found.file_name, **counts}
        self.taking.say(self._phrase("nothing" if quiet else "applied", **words))
        owed = announcements.summed(self.by, [found.id]) if self.by.may("register.see") else {}
        if found.id in owed:
            self.taking.say(self._phrase("telling", count=owed[found.id].waiting))
        if counts["held"]:
            self.taking.say(self._phrase("held_where", held=counts["held"], run=str(found.id)))

    def _phrase(self, key: str, **values: str | int) -> str:
        return phrase("rosters", key, self.taking.language, **values)

    def _label(self, group: str, key: str) -> str:
        return label(group, key, self.taking.language)


def _counts(counts: dict[str, int], prefix: str) -> dict[str, int]:
    return {name: counts.get(prefix + name, 0) for name in ("new", "changed", "same", "mended", "held", "refused")}


def _viewer(taking: Taking) -> Viewer:
    """Whose scope it is: an account's, or the machine's."""
    name = taking.options["by"]
    if not name:
        return Viewer.system("import")
    account = Account.objects.filter(username=name, is_active=True).first()
    if account is None:
        raise CommandError(phrase("rosters", "by_unknown", taking.language, account=name))
    return viewer_for(account, now(), taking.language)

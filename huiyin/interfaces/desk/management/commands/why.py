"""`huiyin why CODE [--by ACCOUNT]`: a deadline's sum, the rule behind each refusal, who is kept away, as sentences."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.casework.queries.one import ClockRow
from huiyin.casework.queries.why import Judged, Why, why
from huiyin.casework.rules.codes import spoken
from huiyin.core.looks import look
from huiyin.core.marks import is_demo
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.rowlevel import looking_as
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.middleware import sight_of
from huiyin.programme.clock import explain
from huiyin.programme.refusal import Refused
from huiyin.programme.words import label, phrase, say
from huiyin.register.queries.staff import candidates, viewer_for


class Command(BaseCommand):
    """What an official sees on the matter's page, with the reasons; never more than that official may see."""

    help = "Say why a matter is due when it is, which steps an official may take, and what stands against the others."

    def add_arguments(self, parser: CommandParser) -> None:
        """The matter, whose eyes, and the language."""
        parser.add_argument("code", help="the matter's code, with or without dashes")
        said = "whose sight: an account of the desk; in the demo a dispatcher's where it is left out"
        parser.add_argument("--by", default="", metavar="ACCOUNT", help=said)
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence for an unknown account, and for what that account may not see."""
        at, language = now(), options["language"]
        account = Account.objects.filter(username=options["by"], is_active=True).first() if options["by"] else _demo(at)
        if account is None and not options["by"]:
            raise CommandError(phrase("why", "whose", language), returncode=2)
        if account is None:
            raise CommandError(say("official_unknown", language))
        viewer = viewer_for(account, at, language)
        try:
            with looking_as(sight_of(viewer)):
                found = why(viewer, options["code"], at, language)
                if found.page.matter.held or found.page.matter.sealed:
                    look(by=viewer, at=at, kind="matter.sealed", subject=str(found.page.matter.id), reason="huiyin why")
        except Refused as refused:
            raise CommandError(refused.sentence(language)) from refused
        for line in told(found, language):
            self.stdout.write(line)


def _demo(at: datetime) -> Account | None:
    """An account that assigns matters, of the demo; None where the people are real: there is no sight of nobody's."""
    if not is_demo():
        return None
    found = candidates(Viewer.system("why"), at, verb="matter.assign")
    people = [row.person_id for row in found]
    return Account.objects.filter(person_id__in=people, is_active=True).order_by("pk").first()


def told(found: Why, language: str) -> Iterator[str]:
    """The sentences, in three parts: dates, steps, people."""
    zone = found.page.rulebook.county.tz
    state = label("state", found.page.matter.state, language)
    yield phrase("why", "matter", language, code=spoken(found.page.matter.code), state=state)
    for title, clock in found.clocks:
        yield from _dates(title, clock, zone, language)
    for step in found.steps:
        yield _step(step, language)
    for kind, name in found.away:
        yield phrase("why", f"away_{kind}", language, name=name)


def _dates(name: str, clock: ClockRow, zone: ZoneInfo, language: str) -> Iterator[str]:
    yield phrase("why", "sum", language, clock=name, sum=explain(clock.sum, language))
    for asked in clock.extensions:
        if asked.approved and asked.new_due_at is not None:
            due = asked.new_due_at.astimezone(zone)
            yield phrase("why", "longer", language, clock=name, due=f"{due:%Y-%m-%d %H:%M}", reason=asked.reason)
    if clock.paused_at is not None:
        yield phrase("why", "paused", language, clock=name, since=f"{clock.paused_at.astimezone(zone):%Y-%m-%d %H:%M}")
    if clock.met_at is not None:
        yield phrase("why", "met", language, clock=name, at=f"{clock.met_at.astimezone(zone):%Y-%m-%d %H:%M}")


def _step(step: Judged, language: str) -> str:
    name = step.title or label("step", step.name, language)
    if step.refusal is None:
        return phrase("why", "may", language, step=name)
    key = "asks" if step.asks else "may_not"
    return phrase("why", key, language, step=name, reason=step.refusal.sentence(language))

"""`huiyin access NUMBER`: an account and a first key for somebody in service, from the server. Exit 0 or 1 refused."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import say
from huiyin.register.actions import access, powers, resets
from huiyin.register.queries import posts

MACHINE = Viewer.system("access")


class Command(BaseCommand):
    """The first administrator's way in; everybody else gets theirs at the desk, on an official's page."""

    help = "Give somebody in service an account and a key with which they set a password of their own."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom for, and what a new account is called."""
        parser.add_argument("number", help="the staff number of somebody who holds a post today")
        parser.add_argument(
            "--reset", metavar="REASON", help="also take off the second factor: telephone and recovery codes are lost"
        )
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument(
            "--off", action="store_true", help="switch the account off: nobody signs in, its tokens end"
        )
        switch.add_argument("--on", action="store_true", help="switch it on again")
        switch.add_argument(
            "--consent", action="store_true", help="consent to their powers, while nobody could at the desk"
        )
        parser.add_argument("--account", default="", help="what a new account is called; the staff number without it")
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print account, key and until when it is valid. Raises CommandError with a sentence."""
        number, at = options["number"].strip(), now()
        found = posts.numbered(MACHINE, number)
        try:
            if found is None:
                raise Missing
            if options["off"] or options["on"]:
                access.switch_account(by=MACHINE, at=at, person_id=found[0], on=options["on"])
                seal_now(at)
                self.stdout.write(f"{found[1]}  {'on' if options['on'] else 'off'}")
                return
            if options["consent"]:
                many = powers.consent_here(by=MACHINE, at=at, person_id=found[0])
                seal_now(at)
                self.stdout.write(f"{found[1]}  {many}")
                return
            if options["reset"]:
                made = resets.reset_here(by=MACHINE, at=at, person_id=found[0], reason=options["reset"][:200])
            else:
                name = options["account"] or number
                made = access.give_first_key(by=MACHINE, at=at, person_id=found[0], username=name)
        except Missing as missing:
            raise CommandError(say("official_unknown", options["language"])) from missing
        except Refused as refused:
            raise CommandError(refused.sentence(options["language"])) from refused
        seal_now(at)
        self.stdout.write(f"{found[1]}  {made.username}  {made.key}  {made.until:%Y-%m-%dT%H:%MZ}")
        self.stdout.write(f"{'https' if settings.HUIYIN_TLS else 'http'}://…{reverse('account_first')}")

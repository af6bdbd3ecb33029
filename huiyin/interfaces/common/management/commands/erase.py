"""`huiyin erase PERSON --by ACCOUNT --reason CODE`: erase a person. Exit 0 done, 1 refused, 2 wrong usage.

The account asks, as at the desk; whoever may run commands on this machine is the second person.
"""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.casework.actions.erasing import ERASER, carry_out
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.programme.refusal import Refused
from huiyin.programme.words import labels, phrase
from huiyin.register.actions.erasure import ask_erasure, decide_erasure
from huiyin.register.queries.staff import viewer_for


class Command(BaseCommand):
    """Erase a person."""

    help = "erase a person: keys, numbers, index rows, lines of lists, files; leaves a certificate in the log"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, for whom and why."""
        parser.add_argument("person", type=UUID, metavar="PERSON", help="the id, as the household's page has it")
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help="the account that asks")
        parser.add_argument("--reason", required=True, choices=sorted(labels("erase_reason", "en")))
        add_language(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask, decide, destroy, certify, seal."""
        language, at = options["language"], now()
        account = Account.objects.filter(username=options["by"], is_active=True).first()
        if account is None:
            raise CommandError(phrase("erasing", "no_account", language, account=options["by"]))
        try:
            asking = viewer_for(account, at, "zh-hans")
            found = ask_erasure(by=asking, at=at, person_id=options["person"], reason=options["reason"])
            decide_erasure(by=ERASER, at=at, erasure_id=found)
            left = carry_out(by=ERASER, at=at, erasure_id=found, person_id=options["person"])
        except Refused as refused:
            raise CommandError(refused.sentence(language)) from refused
        finally:
            seal_now(now())
        self.stdout.write(phrase("erasing", "done", language, erasure=str(found), left=left))

"""`huiyin token USERNAME`: a token for a machine that acts for a staff account; shown once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core import tokens
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.words import phrase

MACHINE = Viewer.system("token")


class Command(BaseCommand):
    """Issue or revoke."""

    help = "issue a token for the interface, or revoke those of a label"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, for what, how long."""
        parser.add_argument("username")
        parser.add_argument("--label", default="machine")
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--revoke", action="store_true", help="take back every token of the label")
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token, or how many were taken back."""
        language = options["language"]
        account = Account.objects.filter(username=options["username"], is_active=True).first()
        if account is None:
            raise CommandError(phrase("commands", "no_account", language, name=options["username"]))
        if options["revoke"]:
            many = tokens.revoke(by=MACHINE, at=now(), account=account, label=options["label"])
            seal_now(now())
            self.stdout.write(phrase("commands", "tokens_revoked", language, count=many))
            return
        if options["days"] < 1:
            raise CommandError(phrase("commands", "token_days", language))
        life = timedelta(days=options["days"])
        made = tokens.issue(by=MACHINE, at=now(), account=account, label=options["label"], life=life)
        seal_now(now())
        self.stdout.write(made)

"""`huiyin token USERNAME`: a token for a machine that acts for a staff account; shown once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core import tokens
from huiyin.core.models import Account
from huiyin.core.now import now


class Command(BaseCommand):
    """Issue or revoke."""

    help = "issue a token for the interface, or revoke those of a label"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, for what, how long."""
        parser.add_argument("username")
        parser.add_argument("--label", default="machine")
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--revoke", action="store_true", help="take back every token of the label")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token, or how many were taken back."""
        account = Account.objects.filter(username=options["username"], is_active=True).first()
        if account is None:
            raise CommandError(f"no account named {options['username']}")
        if options["revoke"]:
            self.stdout.write(f"revoked: {tokens.revoke(account=account, label=options['label'])}")
            return
        if options["days"] < 1:
            raise CommandError("a token lives at least one day")
        life = timedelta(days=options["days"])
        self.stdout.write(tokens.issue(account=account, label=options["label"], at=now(), life=life))

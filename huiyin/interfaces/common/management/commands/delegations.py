"""`huiyin delegations list|add POST --to PERSON|end ID --by ACCOUNT`: powers lent. Exit 0 done, 1 refused, 2 wrong use.

It does what the account could do at the desk: its own posts, and with `register.edit` every post in scope.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.register.actions.staff import delegate, end_delegation
from huiyin.register.queries import delegations as ask
from huiyin.register.queries.staff import viewer_for


class Command(BaseCommand):
    """List powers that are lent, lend some, take some back."""

    help = "powers of posts lent to others: list them, lend, take back"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, with which post, for whom and until when."""
        parts = parser.add_subparsers(dest="part", required=True)
        listed = parts.add_parser("list", help="what holds now and later; with ids")
        add = parts.add_parser("add", help="lend a post's powers, all or some")
        add.add_argument("post", type=UUID, metavar="POST", help="the id, as the desk's page of it has it")
        add.add_argument("--to", type=UUID, required=True, metavar="PERSON", help="whose account may use them")
        add.add_argument("--from", dest="since", type=date.fromisoformat, required=True, metavar="DAY")
        add.add_argument("--last", type=date.fromisoformat, required=True, metavar="DAY", help="the last day of it")
        add.add_argument("--verb", action="append", default=[], metavar="VERB", help="only this; may be repeated")
        end = parts.add_parser("end", help="take back from today on")
        end.add_argument("id", type=UUID, metavar="ID", help="as `list` shows it")
        for part in (listed, add, end):
            part.add_argument("--by", required=True, metavar="ACCOUNT", help="the account that asks")
            add_language(part)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; seals what was written."""
        language = options["language"]
        try:
            self._do(_viewer(options["by"], language), options)
        except Refused as refused:
            raise CommandError(refused.sentence(language)) from refused
        finally:
            seal_now(now())

    def _do(self, by: Viewer, options: dict[str, Any]) -> None:
        if options["part"] == "list":
            for row in ask.delegations(by, now()):
                verbs = " ".join(row.verbs) or "*"
                self.stdout.write(f"{row.id}  {row.since}–{row.last}  {row.giver} → {row.to}  {row.title}  {verbs}")
            return
        if options["part"] == "end":
            end_delegation(by=by, at=now(), delegation_id=options["id"])
            self.stdout.write(phrase("done", "taken_back", options["language"]))
            return
        made = delegate(
            by=by,
            at=now(),
            post_id=options["post"],
            to_person_id=options["to"],
            since=options["since"],
            until=options["last"] + timedelta(days=1),
            verbs=options["verb"],
        )
        self.stdout.write(str(made))


def _viewer(username: str, language: str) -> Viewer:
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise CommandError(phrase("erasing", "no_account", language, account=username))
    return viewer_for(account, now(), "zh-hans")

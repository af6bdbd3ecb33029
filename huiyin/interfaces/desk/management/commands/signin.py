"""`huiyin signin ROLE|USERNAME`: single-use links of the demo."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.signin import make_link
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase, say
from huiyin.register.queries import staff


class Command(BaseCommand):
    """A link per role, or one for an account; each signs in once, within ten minutes, in the demo only."""

    help = "Print single-use sign-in links of the demo, by role or for one account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom for, and where the desk is."""
        parser.add_argument("who", nargs="?", default="", help="a role (clerk, dispatcher, handler …) or an account")
        parser.add_argument("--all", action="store_true", help="one link for every role")
        parser.add_argument("--base", default=_address(), help="the desk's address")
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence where nobody is found or the database is no demo."""
        at, who = now(), options["who"]
        if not who and not options["all"]:
            raise CommandError(phrase("commands", "signin_whom", options["language"]), returncode=2)
        try:
            roles = current(at).rulebook.county.roles
            wanted = list(roles) if options["all"] else [who]
            lines = [line for one in wanted if (line := self._line(one, options["base"], one in roles))]
        except Refused as refused:
            raise CommandError(refused.sentence(options["language"])) from refused
        if not lines:
            raise CommandError(say("official_unknown", options["language"]))
        for line in lines:
            self.stdout.write(line)

    def _line(self, who: str, base: str, is_role: bool) -> str:  # noqa: FBT001 - what the word means, decided by the caller
        at = now()
        if is_role:
            found = staff.candidates(Viewer.system("signin"), at, role=who)
            account = Account.objects.filter(person_id__in=[row.person_id for row in found], is_active=True)
            chosen = account.order_by("pk").first()
        else:
            chosen = Account.objects.filter(username=who, is_active=True).first()
        if chosen is None:
            return ""
        post = _post(chosen, at)
        return f"{who:<12} {base.rstrip('/')}/account/link/#{make_link(chosen, at)}  {post}".rstrip()


def _address() -> str:
    """Where `make run` serves just now; else where it would."""
    told = Path(settings.HUIYIN_HOME) / "address"
    if not os.environ.get("PORT") and told.exists():
        return told.read_text(encoding="ascii")
    return f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}"


def _post(account: Account, at: Any) -> str:
    if account.person_id is None:
        return account.username
    rows = staff.officials(Viewer.system("signin"), at)
    mine = next((row for row in rows if row.person_id == account.person_id), None)
    return f"{mine.name} · {mine.body_name} {mine.title}" if mine else account.username

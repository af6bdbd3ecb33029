"""`huiyin custodian add|list|recover`: who holds the keys of sealed matters. Exit 0 done, 1 refused, 2 wrong usage.

Passphrases are typed by their owners, each in turn, at this terminal; from a pipe each is one line. They are kept
nowhere and stand in no argument, so that no list of processes and no history of a shell shows them.
"""

import sys
from getpass import getpass
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from huiyin.casework.actions import keyholders
from huiyin.casework.queries import compartment
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import staff

MACHINE = Viewer.system("custodian")


class Command(BaseCommand):
    """Custodians of the sealed compartment."""

    help = "custodians of sealed matters: add one, list them, make a lost key good by another custodian's"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, for whom, and by whose keys."""
        parser.add_argument("do", choices=("add", "list", "recover"))
        parser.add_argument("account", nargs="?", default="", metavar="ACCOUNT", help="whose keys it is about")
        parser.add_argument("--by", default="", metavar="ACCOUNT", help="the custodian who gives what they can open")
        add_language(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, and seal what was told."""
        do, language = options["do"], options["language"]
        if do == "list":
            self._list(language)
            return
        if not options["account"] or (do == "recover" and not options["by"]):
            raise CommandError(phrase("custodian", "usage", language), returncode=2)
        try:
            person = _person(options["account"], language)
            if do == "add":
                self._add(person, options["account"], options["by"], language)
            else:
                self._recover(person, options["account"], options["by"], language)
        except Refused as refused:
            raise CommandError(refused.sentence(language)) from refused
        finally:
            seal_now(now())

    def _list(self, language: str) -> None:
        rows = compartment.holders(MACHINE)
        names = staff.persons(MACHINE, [row.person_id for row in rows])
        for row in rows:
            key = "custodian" if row.custodian else "holder"
            name = names.get(row.person_id, str(row.person_id))
            said = phrase("custodian", key, language, name=name, since=f"{row.made_at:%Y-%m-%d}")
            self.stdout.write(said)
        if sum(row.custodian for row in rows) < compartment.LEAST:
            self.stdout.write(phrase("custodian", "too_few", language, least=compartment.LEAST))

    def _add(self, person: UUID, account: str, by: str, language: str) -> None:
        """The first two by the machine, who types nothing for them; later ones with a custodian's own passphrase."""
        at = now()
        if compartment.holder_of(MACHINE, person) is None:
            keyholders.make_pair(by=_viewer(account, language), at=at, passphrase=_asked(account, language))
        if not by:
            keyholders.appoint(by=MACHINE, at=at, person_id=person)
        else:
            giver = _viewer(by, language)
            secret = compartment.unlock(giver, _asked(by, language))
            keyholders.appoint(by=giver, at=at, person_id=person, secret=secret)
        self.stdout.write(phrase("custodian", "added", language, account=account))

    def _recover(self, person: UUID, account: str, by: str, language: str) -> None:
        """The giver's passphrase is proved first: nobody's keys end before those that make them good are open."""
        at, giver = now(), _viewer(by, language)
        secret = compartment.unlock(giver, _asked(by, language))
        old = compartment.holder_of(MACHINE, person)
        passphrase = _asked(account, language)
        with transaction.atomic():  # what is refused half way leaves the old keys as they were
            if old is not None:
                keyholders.end(by=MACHINE, at=at, person_id=person)
            keyholders.make_pair(by=_viewer(account, language), at=at, passphrase=passphrase)
            give = keyholders.appoint if old is not None and old.custodian else keyholders.give_again
            give(by=giver, at=at, person_id=person, secret=secret)
        row = next(row for row in compartment.holders(MACHINE) if row.person_id == person)
        self.stdout.write(phrase("custodian", "recovered", language, account=account, keys=row.keys))


def _account(username: str, language: str) -> Account:
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None or account.person_id is None:
        raise CommandError(phrase("erasing", "no_account", language, account=username))
    return account


def _person(username: str, language: str) -> UUID:
    found = _account(username, language).person_id
    assert found is not None  # noqa: S101 - _account has seen to it
    return found


def _viewer(username: str, language: str) -> Viewer:
    return staff.viewer_for(_account(username, language), now(), "zh-hans")


def _asked(account: str, language: str) -> str:
    """A passphrase, unseen at a terminal, or the next line of what is piped in."""
    if sys.stdin.isatty():
        return getpass(phrase("custodian", "ask", language, account=account))
    return sys.stdin.readline().rstrip("\n")

"""How somebody in service gets into the desk: an account, and a key with which they set a password of their own."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.core import accounts, signin, tokens
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Account, Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import account_notices as notices
from huiyin.register.events import FirstKeyMade, FirstKeyUsed
from huiyin.register.models import AccountReset, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,59}")


@dataclass(frozen=True)
class Given:
    """What goes onto the slip: the account's name, the key in clear, until when it is valid."""

    username: str
    key: str
    until: datetime

    @property
    def said(self) -> str:
        """Until when, as events say it."""
        return self.until.strftime("%Y-%m-%dT%H:%MZ")


@action
def give_first_key(*, by: Viewer, at: datetime, person_id: UUID, username: str = "") -> Given:
    """A key for somebody who serves today, shown once; without an account they get one of this name. The key before it
    ends. Nobody chooses a password for another, and no second factor is taken off by it.

    Raises Missing for nobody in scope; Refused: not_allowed, access_own, account_closed, username_wrong,
    username_taken; reset_needs_two for an account whose second factor two people took off.
    """
    by.need("register.edit")
    official = looked_after(by, at, person_id)
    account = Account.objects.filter(person_id=person_id).first() or _opened(official, username.strip(), by, at)
    if not account.is_active:
        raise Refused("account_closed", field="username")
    if not by.everything and opened_by_two(account) and not signin.is_bound(account):
        raise Refused("reset_needs_two", field="username")
    made = make_key(by, at, account)
    record(FirstKeyMade(subject=str(person_id), account=account.pk, until=made.said), by=by, at=at)
    notices.tell(by, at, account, "first_key_made")
    return made


def looked_after(by: Viewer, at: datetime, person_id: UUID) -> Official:
    """Somebody who serves today and all of whose posts the viewer looks after, never the viewer. Raises Missing for
    nobody in scope; Refused: not_allowed, access_own."""
    posts = list(Post.objects.filter(standing(today(by, at)), official__person_id=person_id))
    seen = [one.official_id for one in posts if by.sees(one.place_code)]
    official = Official.objects.filter(person_id=person_id, pk__in=seen).first()
    if official is None:
        raise Missing
    if len(seen) < len(posts):  # whoever has the key has all their powers, also those given elsewhere
        raise Refused("not_allowed", verb="register.edit")
    if person_id in by.persons:
        raise Refused("access_own", field="username")
    return official


def opened_by_two(account: Account) -> bool:
    """Whether two people once took the second factor off: until another is bound, one alone lets nobody in."""
    return AccountReset.objects.filter(account_id=account.pk, state="confirmed").exists()


def make_key(by: Viewer, at: datetime, account: Account, key: str = "") -> Given:
    """A first key; part of an action that found out who may, and tells it."""
    return Given(account.username, signin.make_first_key(account, by.person_id, at, key), at + signin.FIRST_VALID)


@action
def use_first_key(*, by: Viewer, at: datetime, account: Account, password: str) -> None:
    """Whoever has the key sets a password, and the key is used up. Nobody has signed in: `by` is the machine.

    Raises Refused("first_key_wrong") where another press was faster.
    """
    signin.use_first_key(account, at)
    maker = signin.made_by(account)
    account.set_password(password)
    account.save(update_fields=["password"])
    record(FirstKeyUsed(subject=str(account.person_id), account=account.pk), by=by, at=at)
    notices.tell(by, at, account, "first_key_used", maker)


@action
def switch_account(*, by: Viewer, at: datetime, person_id: UUID, on: bool) -> None:
    """Switch somebody's account off or on again, from the machine itself; its tokens end when it is off, and none come
    back. Raises Missing for who has none; Refused: not_allowed for anybody but the machine."""
    if not by.everything:
        raise Refused("not_allowed", verb="register.edit")
    account = Account.objects.filter(person_id=person_id).first()
    if account is None:
        raise Missing
    accounts.switch(by=by, at=at, account=account, on=on)
    if not on:
        tokens.revoke(by=by, at=at, account=account)


def _opened(official: Official, username: str, by: Viewer, at: datetime) -> Account:
    if not _NAME.fullmatch(username):
        raise Refused("username_wrong", field="username")
    if Account.objects.filter(username=username).exists():
        raise Refused("username_taken", field="username")
    return accounts.opened(official.person, username, by=by, at=at)

"""Accounts and their tokens as evidence: who let whom in stands in the log, and `audit verify` names a changed row."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from huiyin.core.actions import action
from huiyin.core.events import Fact, record
from huiyin.core.kept import fresh_salt
from huiyin.core.models import Account, ApiToken, Person
from huiyin.core.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class AccountOpened(Fact):
    """Somebody got an account. Subject: the person."""

    NAME: ClassVar[str] = "core.account_opened"
    account: int


@dataclass(frozen=True, kw_only=True)
class AccountSwitched(Fact):
    """An account was switched off or on again. Subject: the person."""

    NAME: ClassVar[str] = "core.account_switched"
    account: int
    on: bool


@dataclass(frozen=True, kw_only=True)
class PasswordSet(Fact):
    """An account's owner set another password, or signing in stored the same one anew. Subject: the person."""

    NAME: ClassVar[str] = "core.password_set"
    account: int


@dataclass(frozen=True, kw_only=True)
class AccountsTakenIn(Fact):
    """Accounts and tokens of a time when the log told nothing of them: their state from now on is known."""

    NAME: ClassVar[str] = "core.accounts_taken_in"
    accounts: int
    tokens: int


def opened(person: Person, username: str, *, by: Viewer, at: datetime) -> Account:
    """A new account for somebody who has none; part of an action that found out who may."""
    account = Account.objects.create_user(username, person=person)
    record(AccountOpened(subject=str(person.pk), account=account.pk), by=by, at=at)
    return account


@action
def keep_password(*, by: Viewer, at: datetime, account: Account) -> None:
    """Write the password an account was given, and tell it: by its owner, or by signing in with one that was stored in
    an older way."""
    account.save(update_fields=["password"])
    record(PasswordSet(subject=subject_of(account), account=account.pk), by=by, at=at)


@action
def switch(*, by: Viewer, at: datetime, account: Account, on: bool) -> None:
    """Switch an account off or on again; its sessions open nothing while it is off. Twice is once."""
    if account.is_active == on:
        return
    account.is_active = on
    account.save(update_fields=["is_active"])
    record(AccountSwitched(subject=subject_of(account), account=account.pk, on=on), by=by, at=at)


@action
def take_in(*, by: Viewer, at: datetime) -> int:
    """Commit to accounts and tokens of before, which the step that gave them a salt left without one. How many."""
    accounts, tokens = list(Account.objects.filter(salt=b"")), list(ApiToken.objects.filter(salt=b""))
    for row in (*accounts, *tokens):
        row.salt = fresh_salt()
    if accounts or tokens:
        Account.objects.bulk_update(accounts, ["salt"], batch_size=500)
        ApiToken.objects.bulk_update(tokens, ["salt"], batch_size=500)
        record(AccountsTakenIn(subject="accounts", accounts=len(accounts), tokens=len(tokens)), by=by, at=at)
    return len(accounts) + len(tokens)


def subject_of(account: Account) -> str:
    """What events about an account are about: its person."""
    return str(account.person_id or f"account:{account.pk}")

"""Who let whom in: accounts and tokens are told in the log, and a row of theirs changed by SQL is named."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test import RequestFactory

from huiyin.core import accounts, audit, sealing, tokens
from huiyin.core.account_of import Accounts
from huiyin.core.kept import OutsideAction
from huiyin.core.models import Account, ApiToken, Event
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.rows import row

pytestmark = pytest.mark.django_db


def wrong() -> list[str]:
    """What `audit verify` says of accounts and tokens."""
    sealing.seal_now(now())
    return [one for one in audit.verify(now(), language="en").told() if "core.account" in one or "core.apitoken" in one]


def told(name: str, account: Account) -> list[tuple[str, int]]:
    """Events of a name: whom they are about, which account."""
    rows = Event.objects.filter(name=name, data__account=account.pk)
    return [(subject, data["account"]) for subject, data in rows.values_list("subject", "data")]


@row("SG-49", "SG-26")
def test_an_account_made_switched_off_and_given_another_password_is_told_and_signing_in_is_not(cast: Cast) -> None:
    account = cast.li.account
    about = [(str(account.person_id), account.pk)]
    assert told("core.account_opened", account) == about
    many = Event.objects.count()
    account.last_login = now()
    account.save(update_fields=["last_login"])
    assert Event.objects.count() == many
    account.set_password("three-blue-herons-3")
    accounts.keep_password(by=make.SYSTEM, at=now(), account=account)
    accounts.switch(by=make.SYSTEM, at=now(), account=account, on=False)
    accounts.switch(by=make.SYSTEM, at=now(), account=account, on=False)
    assert told("core.password_set", account) == told("core.account_switched", account) == about
    for columns in (None, ["password"]):
        with pytest.raises(OutsideAction):
            account.save(update_fields=columns)
    with pytest.raises(OutsideAction):
        Account.objects.filter(pk=account.pk).update(is_active=True)
    assert wrong() == []


@row("SG-49")
def test_a_password_stored_in_an_older_way_is_stored_anew_by_signing_in_and_told(
    cast: Cast, settings: Any, rf: RequestFactory
) -> None:
    account = cast.li.account
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    account.set_password("three-blue-herons-3")
    accounts.keep_password(by=make.SYSTEM, at=now(), account=account)
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[::-1]
    old = cast.li.account.password
    for word, many in (("three-blue-herons-4", 1), ("three-blue-herons-3", 2), ("three-blue-herons-3", 2)):
        Accounts().authenticate(rf.post("/"), account.username, word)
        assert len(told("core.password_set", account)) == many
    assert cast.li.account.password.split("$")[0] != old.split("$")[0]
    assert wrong() == []


@row("SG-49")
@pytest.mark.parametrize("column", ["password", "is_active", "username", "email"])
def test_an_account_changed_by_sql_is_named(cast: Cast, column: str) -> None:
    account = cast.li.account
    with connection.cursor() as cursor:
        value = not account.is_active if column == "is_active" else "taken over"
        cursor.execute(f"UPDATE core_account SET {column} = %s WHERE id = %s", [value, account.pk])
    assert [f"core.account:{account.pk}" in one for one in wrong()] == [True]


@row("SG-49")
def test_tokens_are_told_and_one_put_in_or_prolonged_by_sql_is_named(cast: Cast) -> None:
    at, account = now(), cast.chen.account
    life = timedelta(days=1)
    token = tokens.issue(by=make.SYSTEM, at=at, account=account, label="one", life=life)
    tokens.issue(by=make.SYSTEM, at=at, account=account, label="two", life=life)
    assert tokens.revoke(by=make.SYSTEM, at=at, account=account, label="one") == 1
    assert tokens.account_of(token, at) is None
    about = [(str(account.person_id), account.pk)]
    assert (told("core.token_made", account), told("core.token_revoked", account)) == (about * 2, about)
    assert token not in str(list(Event.objects.values_list("data", flat=True)))
    assert wrong() == []
    rows: models.QuerySet[ApiToken] = models.QuerySet(ApiToken)
    rows.update(expires_at=at + timedelta(days=900))
    assert [f"core.apitoken:{rows.get().pk}" in one for one in wrong()] == [True]
    rows.bulk_create([ApiToken(digest=b"x" * 32, account=account, label="mine", made_at=at, expires_at=at + life)])
    assert len(wrong()) == 2


@row("SG-49")
def test_accounts_of_a_time_without_events_are_taken_in_once(cast: Cast, at: datetime) -> None:
    """As an old database comes out of the step that gave accounts a salt."""
    old = make.account_of(make.an_official(cast.bodies.town, name="老账号"))
    plain: models.QuerySet[Account] = models.QuerySet(Account).filter(pk=old.pk)
    plain.update(salt=b"")
    assert accounts.take_in(by=make.SYSTEM, at=now()) == 1
    assert accounts.take_in(by=make.SYSTEM, at=now()) == 0
    assert Event.objects.filter(name="core.accounts_taken_in").count() == 1
    assert (bytes(plain.get().salt) != b"", wrong()) == (True, [])
    plain.update(is_active=False)
    assert len(wrong()) == 1

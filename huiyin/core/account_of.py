"""Accounts checked as Django checks them; whose a session is, which every page asks, is asked by a text made once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.db.models import QuerySet
from django.http import HttpRequest

from huiyin.core.accounts import keep_password
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.questions import NOBODY, whole
from huiyin.core.viewer import Viewer

MACHINE = Viewer.system("signin")


class Accounts(ModelBackend):
    """Django's own but for how the account of a session is looked up, and how a password is stored anew."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any
    ) -> Account | None:
        """Whose name and password these are. One stored in an older way is stored in today's, by an action."""
        account = super().authenticate(request, username, password, **more)
        if not isinstance(account, Account):
            return None
        if password and _of_old(account.password):
            account.set_password(password)
            keep_password(by=MACHINE, at=now(), account=account)
        return account

    def get_user(self, user_id: Any) -> Account | None:
        """The account a session names, unless it is gone or was ended."""
        found = next(iter(whole("account", _named, NOBODY, user_id)), None)
        return found if found is not None and self.user_can_authenticate(found) else None


def _of_old(stored: str) -> bool:
    """Whether a password is stored otherwise than it would be today."""
    today = get_hasher("default")
    return identify_hasher(stored).algorithm != today.algorithm or today.must_update(stored)


def _named(viewer: Viewer, key: int) -> QuerySet[Account]:
    return Account.objects.filter(pk=key)

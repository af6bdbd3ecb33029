"""Accounts checked as Django checks them; whose a session is, which every page asks, is asked by a text made once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from huiyin.core.models import Account
from huiyin.core.questions import NOBODY, whole
from huiyin.core.viewer import Viewer


class Accounts(ModelBackend):
    """Django's own but for how the account of a session is looked up."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account a session names, unless it is gone or was ended."""
        found = next(iter(whole("account", _named, NOBODY, user_id)), None)
        return found if found is not None and self.user_can_authenticate(found) else None


def _named(viewer: Viewer, key: int) -> QuerySet[Account]:
    return Account.objects.filter(pk=key)

"""Sessions in the database as Django keeps them; the one question of every page is asked by a text made once."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from huiyin.core.questions import NOBODY, whole
from huiyin.core.viewer import Viewer


class SessionStore(db.SessionStore):
    """Django's own but for how a session is looked up."""

    def _get_session_from_db(self) -> Any:
        """The session that has not ended; none for a key nobody has, and this one is then a new one."""
        key = self.session_key
        found = whole("session", _standing, NOBODY, key, timezone.now()) if key else []
        if not found:
            self._session_key = None
            return None
        return found[0]


def _standing(viewer: Viewer, key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)

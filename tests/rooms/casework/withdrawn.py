"""A matter that its resident took back, and whose time to think again is over."""

from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.actions import withdrawing
from huiyin.casework.models import Matter
from huiyin.core.viewer import Viewer

LATER = timedelta(hours=72)


def withdraw(*, by: Viewer, at: datetime, matter_id: UUID, words: str = "") -> Matter:
    """Asked three days ago, it ends now."""
    withdrawing.ask(by=by, at=at - LATER, matter_id=matter_id, words=words)
    withdrawing._end(by=Viewer.system("clock"), at=at, matter_id=matter_id)
    return Matter.objects.get(id=matter_id)

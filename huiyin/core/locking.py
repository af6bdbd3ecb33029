"""What else goes when a thing is locked away: a room above empties its own rows about it, in the same transaction."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from huiyin.core.viewer import Viewer

Follower = Callable[[Viewer, datetime, UUID], object]
_followers: list[Follower] = []


def on_locking(follow: Follower) -> Follower:
    """Register what a room does when a matter is locked; it is called inside the action that locks it."""
    _followers.append(follow)
    return follow


def locked(by: Viewer, at: datetime, matter_id: UUID) -> None:
    """Have every room follow."""
    for follow in _followers:
        follow(by, at, matter_id)

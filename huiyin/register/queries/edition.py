"""The key under which what was read of staff and places may be kept."""

from uuid import UUID

from huiyin.core import lookups
from huiyin.core.request_id import current_request_id
from huiyin.core.viewer import Viewer
from huiyin.register.models import StaffEdition


def edition_of(viewer: Viewer) -> UUID | None:
    """The edition of today's posts and places; no question within a request, whose viewer was read together with it.

    Outside one a viewer may be older than a post.
    """
    known = viewer.edition if current_request_id() else None
    if known is not None:
        return known
    found: UUID | None = lookups.value(StaffEdition, "key", id=1)
    return found

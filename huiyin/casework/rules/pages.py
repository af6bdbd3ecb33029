"""The key of a page of a list: the moment and the id of the last row before it, as an address carries them."""

from datetime import datetime
from uuid import UUID


def key_of(text: str) -> tuple[datetime, UUID] | None:
    """A page's key as typed in an address; None when it is none."""
    moment, _, last = text.partition("_")
    try:
        found = datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        return None
    return found if found[0].tzinfo else None


def as_key(moment: datetime | None, last: UUID) -> str:
    """The key of what follows a row; empty where it has no moment to go on from."""
    return f"{moment.isoformat()}_{last}" if moment else ""

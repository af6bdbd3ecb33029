"""The receipt of a matter: the hash under which its first event stands in the log."""

from uuid import UUID

from huiyin.casework.events import MatterOpened
from huiyin.core.actions import just_written
from huiyin.core.canonical import event_leaf
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing


def receipt(viewer: Viewer, matter_id: UUID) -> str:
    """Hex of the leaf hash; known at once, in the tree within seconds. Raises Missing."""
    event = next((one for one in just_written() if _opens(one, matter_id)), None) or (
        Event.objects.filter(subject=str(matter_id), name=MatterOpened.NAME).order_by("id").first()
    )
    if event is None:
        raise Missing
    return event_leaf(event).hex()


def _opens(event: Event, matter_id: UUID) -> bool:
    return event.name == MatterOpened.NAME and event.subject == str(matter_id)

"""What the room does when something was told: a list of links that moved leads is told on like a hand-over (R-094)."""

from datetime import datetime
from uuid import UUID

from huiyin.channels.events import MessageDelivered, MessageFailed
from huiyin.channels.rules.pace import SERVICE
from huiyin.core.events import Told, on
from huiyin.core.viewer import Viewer
from huiyin.register.actions import announcements, handovers
from huiyin.register.events import RosterApplied
from huiyin.register.queries import moved
from huiyin.register.queries.days import today

MACHINE = Viewer.system("handover")


@on(MessageFailed.NAME, MessageDelivered.NAME)
def told_by_sms(told: Told, *, at: datetime) -> None:
    """A household heard of its new official by SMS; or could not be told so, and is to be visited (R-094)."""
    if told.data["purpose"] == SERVICE and told.data.get("ref"):
        ref, arrived = UUID(told.data["ref"]), told.name == MessageDelivered.NAME
        announcements.reported(by=MACHINE, at=told.at, announcement_id=ref, arrived=arrived)


@on(RosterApplied.NAME, soon=True)
def tell_leads_moved(told: Told, *, at: datetime) -> None:
    """Open matters follow the households a list gave to others."""
    if told.data["kind"] == "links":
        some = [handovers.Moved(*one) for one in moved.by_list(MACHINE, told.event_id)]
        handovers.tell_moved(by=MACHINE, at=at, moved=some, on=today(MACHINE, at))

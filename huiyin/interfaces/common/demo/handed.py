"""A hand-over in the invented county: the secretary of the last village goes, who comes takes every household."""

from datetime import UTC, timedelta

from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.demo.people import staff_official
from huiyin.interfaces.common.demo.story import Telling
from huiyin.register.actions import announcements, handovers, staff
from huiyin.register.queries import handovers as ask
from huiyin.register.queries import staff as ask_staff


def handed_on(telling: Telling) -> None:
    """On the day before the story's present; by now it is decided who hears of it by SMS and who is to be visited."""
    local = (telling.now - timedelta(days=1)).astimezone(telling.zone)
    at = local.replace(hour=8, minute=50, second=0, microsecond=0).astimezone(UTC)
    by = telling.viewer(telling.county.of("admin")[0], at)
    homes = {one.place_code[:12] for one in telling.county.families}
    leaves = [one for one in telling.county.of("official") if one.place_code in homes][-1]
    old, (post,) = staff_official(leaves), ask_staff.official(by, leaves.person_id, at)
    comes = staff.appoint(
        by=by,
        at=at,
        body_id=telling.county.bodies[leaves.body],
        role=leaves.role,
        number=f"W{len(telling.county.workers) + 1:04d}",
        username=f"{leaves.role}{len(telling.county.of(leaves.role)) + 1}",
        tier="village",
        responsibility="main",
        kind="committee_member",
        listed=True,
        **telling.data["handover"],
    )
    to = {link.link_id: comes.official_id for link in ask.plan(by, old, at).links}
    handovers.hand_over(by=by, at=at, official_id=old, to=to, successor_id=comes.official_id, why="transfer")
    staff.end_post(by=by, at=at, post_id=post.post_id)
    announcements.tell(by=Viewer.system("demo"), at=telling.now)

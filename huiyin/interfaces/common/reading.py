"""Nobody reads a county's matters one after another: so many a day that are not one's own, then tomorrow.

Counters lie under a salted hash that is gone the next day, so that an ordinary page leaves no trace of who read it;
only that a day's number was used up is written down, once, for the auditor.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin.casework.queries.joining import Family
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import flow
from huiyin.core import throttle
from huiyin.core.caches import kept
from huiyin.core.looks import look
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.county import County

DAY = timedelta(days=1)
KEPT = 20_000
_seen: set[tuple[date, int, UUID]] = set()
"""What this process counted lately: who comes back to a matter asks for no counter."""

kept(_seen.clear)


def within(viewer: Viewer, page: OnePage | Family, at: datetime) -> None:
    """Count a matter towards what the viewer may open in a day; the same one once, their own and their body's never.

    Every page and form of one matter asks here. The day turns at the county's midnight. Held and sealed ones leave
    a look each anyhow. Outside a transaction. Raises Refused("pages_spent").
    """
    row, me = page.matter, viewer.person_id
    mine = me is not None and any(getattr(row, f"{part}_id") == me for part in flow.PARTS)
    own = mine or row.owner_body_id in viewer.body_ids or row.first_asked_id in viewer.persons
    if own or row.held or row.sealed or viewer.account_id is None:
        return
    county = current(at).rulebook.county
    key = (at.astimezone(county.tz).date(), viewer.account_id, row.id)
    if key in _seen:
        return
    _count(viewer, row.id, at, county)
    if len(_seen) >= KEPT:
        _seen.clear()
    _seen.add(key)


def _count(viewer: Viewer, matter_id: UUID, at: datetime, county: County) -> None:
    who, zone = str(viewer.account_id), county.tz
    one = f"{who} {matter_id}"
    if throttle.allow("desk.page", one, limit=1, window=DAY, at=at, zone=zone):
        return  # not the first time today
    most = county.pages_a_day
    if throttle.allow("desk.pages", who, limit=most, window=DAY, at=at, zone=zone):
        throttle.take_back("desk.page", one, window=DAY, at=at, zone=zone)
        if throttle.allow("desk.pages_spent", who, limit=1, window=DAY, at=at, zone=zone) is None:
            look(by=viewer, kind="matter.pages_spent", subject=f"account:{who}", at=at)
        raise Refused("pages_spent", most=most)

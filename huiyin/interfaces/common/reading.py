"""Nobody reads a county's matters or households one after another: so many a day that are not one's own, then tomorrow.

Counters lie under a salted hash that is gone the next day, so that an ordinary page leaves no trace of who read it;
only that a day's number was used up is written down, once, for the auditor.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin.casework.queries.joining import Family
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import flow
from huiyin.casework.rules.codes import TRIES_AN_HOUR
from huiyin.core import throttle
from huiyin.core.caches import kept
from huiyin.core.looks import look
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries.people import linked_households

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEPT = 20_000
_seen: set[tuple[date, int, str, str]] = set()
"""What this process counted lately: who comes back to a matter asks for no counter."""

kept(_seen.clear)

SPENT = {"page": ("matter.pages_spent", "pages_spent"), "number": ("phone.spent", "lookups_spent")}
"""By what is counted: the look that says that a day's number was used up, and the refusal."""


def within(viewer: Viewer, page: OnePage | Family, at: datetime, *, shows: bool = True) -> None:
    """Count a matter towards what the viewer may open in a day; the same one once, their own and their body's never.

    Every page and form of one matter asks here, and so do machines. The day turns at the county's midnight. Held and
    sealed ones leave a look each instead, unless nothing of them is shown by this (`shows`); opening a locked one, or
    finding it closed, leaves its own. Outside a transaction. Raises Refused("pages_spent").
    """
    row, me = page.matter, viewer.person_id
    if row.held or row.sealed:
        if shows and not row.locked:
            look(by=viewer, kind="matter.sealed", subject=str(row.id), at=at)
        return
    mine = me is not None and any(getattr(row, f"{part}_id") == me for part in flow.PARTS)
    own = mine or row.owner_body_id in viewer.body_ids or row.first_asked_id in viewer.persons
    if own:
        return
    _count(viewer, "page", str(row.id), at)


def within_households(viewer: Viewer, household_id: UUID, at: datetime) -> None:
    """The same for a household's file: those the viewer is linked to are their own. Matters and households together
    are one number. Raises Refused("pages_spent").
    """
    if _key(viewer, "page", str(household_id), at) not in _seen and household_id not in linked_households(viewer, at):
        _count(viewer, "page", str(household_id), at)


def within_numbers(viewer: Viewer, digits: str, at: datetime) -> None:
    """Count a telephone number that is typed to see whose it is, known or not: so many different ones a day
    (`numbers_a_day`). Outside a transaction. Raises Refused("lookups_spent").
    """
    _count(viewer, "number", digits, at)


def within_tries(viewer: Viewer, code: str, at: datetime) -> None:
    """Count a number that is typed to show that a matter is the caller's own: so many an hour at one matter as at the
    public door, whether they fit or not. Outside a transaction. Raises Refused("wait_tries").
    """
    wait = throttle.allow("desk.same_caller", f"{viewer.account_id} {code}", limit=TRIES_AN_HOUR, window=HOUR, at=at)
    if wait:
        raise Refused("wait_tries", field="reporter_phone", minutes=-(-wait.seconds // 60))


def _key(viewer: Viewer, what: str, which: str, at: datetime) -> tuple[date, int, str, str]:
    """What is counted once: of a day of the county, by an account."""
    return at.astimezone(current(at).rulebook.county.tz).date(), viewer.account_id or 0, what, which


def _count(viewer: Viewer, what: str, which: str, at: datetime) -> None:
    """Count one of a kind, once a day; the first that is too many is written down for the auditor."""
    if viewer.account_id is None:
        return
    county = current(at).rulebook.county
    key = _key(viewer, what, which, at)
    if key in _seen:
        return
    who, zone = str(viewer.account_id), county.tz
    one, most = f"{who} {which}", {"page": county.pages_a_day, "number": county.numbers_a_day}[what]
    kind, code = SPENT[what]
    fresh = throttle.allow(f"desk.{what}", one, limit=1, window=DAY, at=at, zone=zone) is None
    if fresh and throttle.allow(f"desk.{what}s", who, limit=most, window=DAY, at=at, zone=zone):
        throttle.take_back(f"desk.{what}", one, window=DAY, at=at, zone=zone)
        if throttle.allow(f"desk.{what}s_spent", who, limit=1, window=DAY, at=at, zone=zone) is None:
            look(by=viewer, kind=kind, subject=f"account:{who}", at=at)
        raise Refused(code, most=most)
    if len(_seen) >= KEPT:
        _seen.clear()
    _seen.add(key)

"""Households that chance brought up to be looked at, in case somebody was left out of support (SG-15)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer, subtree
from huiyin.register.models import Household, Membership, NeedLook
from huiyin.register.models.periods import standing
from huiyin.register.queries import people
from huiyin.register.queries.days import today
from huiyin.register.queries.people import HouseholdRow
from huiyin.register.rules.few import FEWEST
from huiyin.register.rules.months import later

PAGE = 50
VILLAGE = 12
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Look:
    """A household to be looked at, for which category of which programme, since when."""

    id: UUID
    household: HouseholdRow
    programme: str
    category: str
    drawn_at: datetime


@dataclass(frozen=True)
class Missed:
    """What waits, fifty at most with how many in all; of a year how many were looked at and how many had been left out,
    None for fewer than ten (SG-46)."""

    rows: tuple[Look, ...]
    waiting: int
    looked_at: int
    found: int | None


def never_looked_at(viewer: Viewer, at: datetime, row: Membership, months: int) -> list[UUID]:
    """Households of one's village that are not in its category and were not drawn for it within some months."""
    day = today(viewer, at)
    low, high = subtree(row.household.place_code[:VILLAGE])
    inside = Membership.objects.filter(standing(day), programme=row.programme, category=row.category)
    county = rulebook.current(at).rulebook.county
    since = datetime.combine(later(day, -months), datetime.min.time(), tzinfo=county.tz)
    drawn = NeedLook.objects.filter(programme=row.programme, category=row.category).filter(
        Q(answered_at=None) | Q(drawn_at__gte=since)
    )
    homes = Household.objects.filter(place_code__gte=low, place_code__lt=high, until=None).exclude(pk=row.household_id)
    left = homes.exclude(pk__in=inside.values("household_id")).exclude(pk__in=drawn.values("household_id"))
    return list(left.order_by("pk").values_list("pk", flat=True))


def missed(viewer: Viewer, at: datetime) -> Missed:
    """What the viewer may look at. Raises Refused without `register.correct`. Nine questions."""
    viewer.need("register.correct")
    rows = _seen(viewer, at)
    open_ = rows.filter(answered_at=None, household__until=None)
    shown = list(open_.order_by("drawn_at", "pk")[:PAGE])
    homes = {one.id: one for one in people.rows_of(viewer, [row.household_id for row in shown], at)}
    done = rows.filter(answered_at__gte=at - A_YEAR).aggregate(n=Count("pk"), found=Count("pk", filter=Q(found=True)))
    looks = tuple(Look(row.pk, homes[row.household_id], row.programme, row.category, row.drawn_at) for row in shown)
    count = done["found"]
    return Missed(looks, open_.count(), done["n"], count if count >= FEWEST or not count else None)


def _seen(viewer: Viewer, at: datetime) -> QuerySet[NeedLook]:
    rows = NeedLook.objects.filter(household__in=Household.objects.visible_to(viewer, today(viewer, at)))
    return rows if viewer.may("register.sensitive") else rows.filter(high=False)

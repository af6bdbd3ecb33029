"""Keeping a matter without action: two persons, a day it is looked at again, and no silence in between (SG-35)."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from huiyin.programme.clock import WorkingDays, due
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Retaining


def review_day(rule: Retaining, review_on: date | None, *, at: datetime, zone: ZoneInfo, days: WorkingDays) -> date:
    """The day on which it is looked at again. Raises Refused: needs_review_date, review_past, review_too_late."""
    if review_on is None:
        raise Refused("needs_review_date", field="review_date")
    if review_on <= at.astimezone(zone).date():
        raise Refused("review_past", field="review_date")
    latest = due(at, rule.at_most, zone, days).on
    if review_on > latest:
        raise Refused("review_too_late", field="review_date", day=latest.isoformat())
    return review_on


def lapses(rule: Retaining, review_on: date, *, zone: ZoneInfo, days: WorkingDays) -> datetime:
    """When a matter that nobody looked at again is taken up by itself: so long after its review day."""
    begins = datetime.combine(review_on, time(0), tzinfo=zone).astimezone(UTC)
    return due(begins, rule.review_within, zone, days).at


def of_another_body(*, bodies: Collection[UUID], theirs: Collection[UUID]) -> None:
    """What is, or once was, held as a complaint is kept by people of two bodies, as it is declined by two: the one who
    consents stands in none of the proposer's (`theirs`). Raises Refused("retain_same_body").
    """
    if not bodies or set(bodies) & set(theirs):
        raise Refused("retain_same_body")


def due_for_review(review_on: date, at: datetime, zone: ZoneInfo) -> bool:
    """Whether its day has come."""
    return at.astimezone(zone).date() >= review_on

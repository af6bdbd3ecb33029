"""When a day that comes again comes next, and how much contact is owed: plain reckoning (AM-08–10, 13, 14, 54)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from huiyin.programme.schema.contact import Activity, Contact, Day, Quota


def falls_on(rule: Day, day: date) -> bool:
    """Whether a day that comes again is today."""
    if day.isoweekday() not in rule.weekdays:
        return False
    if rule.counted == "iso_odd":
        return day.isocalendar().week % 2 == 1
    if not rule.weeks:
        return True
    if rule.counted == "of_month":
        return (day.day - 1) // 7 + 1 in rule.weeks
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=number) for number in range(7)]
    return any(one.day == 1 + 7 * (number - 1) for one in week for number in rule.weeks)


def following(rule: Day, since: date, many: int = 3) -> list[date]:
    """The next days from `since` on, that day included."""
    found: list[date] = []
    day = since
    while len(found) < many:
        if falls_on(rule, day):
            found.append(day)
        day += timedelta(days=1)
    return found


def between(rule: Day, since: date, until: date) -> list[date]:
    """Its days from `since` on and before `until`."""
    span = (since + timedelta(days=number) for number in range((until - since).days))
    return [day for day in span if falls_on(rule, day)]


def owed(quota: Quota, *, span: int, served: int, links: int = 1) -> int:
    """How much is owed in one span of `span` days by somebody who served on `served` of them, with so many links.

    The whole, however short the time, unless the programme reckons parts: then rounded up.
    """
    amount = quota.amount * (links if quota.per == "link" else 1)
    if not quota.pro_rata or served >= span:
        return amount
    return -(-amount * served // span)


def counted(page: Contact, quota: str, days: Iterable[tuple[str, bool]]) -> int:
    """Of some days in the field, each the name of an activity and whether a night was spent, how many serve a quota.

    A day serves every quota its activity names, each once; one that needs a night serves none without it.
    """
    return sum(quota in named for named in _served(page, days))


def _served(page: Contact, days: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, ...]]:
    for name, night in days:
        one: Activity = page.activities[name]
        yield one.counts_for if night or not one.overnight else ()

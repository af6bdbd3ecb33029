"""Working days and due dates.

A limit in days starts the day after and ends at 24:00 of its last day, so a due moment is the local midnight that ends
that day and is shown as that day. A limit in hours is exact. Working days follow an editable table, one year at a time;
a year without its notice is reckoned Monday to Friday less the holidays fixed by law, and marked provisional.
Worked tables: docs/explanation/clocks.md (R-188, AM-12).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.base import Limit
from huiyin.programme.words import phrase

DayKind = Literal["workday", "weekend", "holiday", "makeup"]
"""`makeup` is a weekend day worked in exchange (调休)."""


_BY_NOTICE = ("休息日", "补假")
"""What the `holidays` package calls days that only a notice can set."""


class NotLoaded(Exception):
    """No notice of public holidays is known for a year. Raised with the year."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no working-day notice for {year}")
        self.year = year


@dataclass(frozen=True)
class TableDay:
    """One line of the working-day table: only days that differ from Monday-to-Friday need one."""

    day: date
    kind: DayKind
    name: str = ""
    """The holiday it belongs to, in Chinese."""


@dataclass(frozen=True)
class Judged:
    """What a day is, by which name, and whether that is only provisional."""

    kind: DayKind
    name: str
    provisional: bool

    @property
    def works(self) -> bool:
        return self.kind in ("workday", "makeup")


class WorkingDays:
    """The working-day table of a county, as plain data.

    `days` are the days that differ from Monday-to-Friday; `years` are those whose notice has been loaded. Days of a
    loaded year that are not in the table are ordinary; days of other years are judged by the law alone.
    """

    def __init__(self, days: Iterable[TableDay], years: Iterable[int]) -> None:
        self._days: Mapping[date, TableDay] = {line.day: line for line in days}
        self.years = frozenset(years)

    def without(self, year: int) -> "WorkingDays":
        """The table as it was before the notice of `year` came."""
        return WorkingDays((line for line in self._days.values() if line.day.year != year), self.years - {year})

    def judge(self, day: date) -> Judged:
        """What `day` is."""
        provisional = day.year not in self.years
        line = self._days.get(day)
        if line is not None:
            return Judged(line.kind, line.name, provisional)
        if provisional and day in (law := fixed_by_law(day.year)):
            return Judged("holiday", law[day], provisional)
        return Judged("weekend" if day.isoweekday() > 5 else "workday", "", provisional)

    def works(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return self.judge(day).works

    def between(self, after: date, until: date) -> int:
        """Working days after `after` up to and including `until`; 0 when `until` is not later."""
        return sum(self._working(after, until))

    def more_than(self, most: int, after: date, until: date) -> bool:
        """Whether `between(after, until)` exceeds `most`; looks no further than it must."""
        return next(islice(filter(None, self._working(after, until)), most, None), False)

    def _working(self, after: date, until: date) -> Iterator[bool]:
        return (self.works(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


@dataclass(frozen=True)
class Entry:
    """One line of the sum of a due date."""

    day: date
    counted: int
    """1, 2, 3 … for a counted day, 0 for one that is not."""
    why: Literal["start", "counted", "weekend", "holiday", "makeup"]
    name: str = ""


@dataclass(frozen=True)
class Due:
    """A due moment with its sum."""

    start: datetime
    limit: Limit
    zone: ZoneInfo
    at: datetime
    """UTC. For limits in days the local midnight that ends the last day; overdue from this moment on."""
    on: date
    """The day to show: the last day of the limit, in the county's zone."""
    provisional: bool
    sum: tuple[Entry, ...]

    def share_used(self, moment: datetime) -> float:
        """How much of the limit is used at `moment`: 0 before it starts, 1 when it is due, never falling.

        Only counted time counts: a weekend inside a limit in working days uses nothing.
        """
        return float(_share(self, moment))

    def reaches(self, share: float) -> datetime:
        """The first moment at which `share` of the limit is used, in UTC; used for warnings."""
        wanted = Fraction(share).limit_denominator(1000)
        if self.limit.unit == "hours":
            return self.start + (self.at - self.start) * float(wanted)
        whole, rest = divmod(wanted * self.limit.amount, 1)
        counted = [entry.day for entry in self.sum if entry.counted]
        if int(whole) >= len(counted):
            return self.at
        begins = _midnight(counted[int(whole)], self.zone)
        return begins + (_midnight(counted[int(whole)] + timedelta(days=1), self.zone) - begins) * float(rest)

    def is_over(self, moment: datetime) -> bool:
        """Whether the limit has run out at `moment`."""
        return moment >= self.at


def due(start: datetime, limit: Limit, zone: ZoneInfo, days: WorkingDays) -> Due:
    """When a limit that starts at `start` (aware) is due.

    Raises Refused("date_out_of_range") where the calendar ends, ValueError for a naive `start`.
    """
    if start.tzinfo is None:
        raise ValueError("start must be an aware datetime")
    try:
        return _by_hours(start, limit, zone) if limit.unit == "hours" else _by_days(start, limit, zone, days)
    except OverflowError as error:
        raise Refused("date_out_of_range") from error


def lengthened(old: datetime, more: Limit, zone: ZoneInfo, days: WorkingDays) -> Due:
    """The due moment after an extension by `more` of one that was due at `old`; never earlier than `old`.

    Days are counted from the old last day on, whose 24:00 `old` is.
    """
    return due(old if more.unit == "hours" else old - timedelta(microseconds=1), more, zone, days)


def resumed(old: datetime, paused: datetime, back: datetime, unit: str, zone: ZoneInfo, days: WorkingDays) -> datetime:
    """The due moment (UTC) of a clock that stood still from `paused` to `back`; never earlier than `old`.

    Hours are given back exactly. Of days, those after the day of the pause up to the day of resuming are given back,
    counted as the limit counts them.
    """
    if unit == "hours":
        return old + max(back - paused, timedelta(0))
    lost = stood(paused, back, unit, zone, days)
    if lost < 1:
        return old
    return lengthened(
        old, Limit(amount=lost, unit="working_days" if unit == "working_days" else "calendar_days"), zone, days
    ).at


def stood(paused: datetime, back: datetime, unit: str, zone: ZoneInfo, days: WorkingDays) -> int:
    """How much of its unit a clock stood still from `paused` to `back`, as its limit counts; begun hours whole."""
    if unit == "hours":
        return max(-((paused - back) // timedelta(hours=1)), 0)
    # The midnight at which a pause ends belongs to the day it ends.
    left, returned = paused.astimezone(zone).date(), (back - timedelta(microseconds=1)).astimezone(zone).date()
    return days.between(left, returned) if unit == "working_days" else max((returned - left).days, 0)


@dataclass(frozen=True)
class Reading:
    """A clock as shown: one of `clock_state` in words, whole days left (or late, negative), share used 0 … 1."""

    state: Literal["running", "soon", "overdue", "far_overdue", "paused", "met", "missed", "not_timed"]
    days: int
    share: float


def read(
    *,
    due_at: datetime | None,
    started_at: datetime,
    warn_at: datetime,
    moment: datetime,
    zone: ZoneInfo,
    days: WorkingDays,
    met_at: datetime | None = None,
    paused: bool = False,
) -> Reading:
    """What a stored clock says at `moment`.

    Soon from `warn_at` on or on the last day itself, far overdue after five working days.
    """
    if due_at is None:
        return Reading("not_timed", 0, 0.0)
    last = (due_at - timedelta(microseconds=1)).astimezone(zone).date()
    seen = (met_at or moment).astimezone(zone).date()
    left = (last - seen).days
    share = min(max((moment - started_at) / max(due_at - started_at, timedelta(seconds=1)), 0.0), 1.0)
    if met_at is not None:
        return Reading("met" if met_at < due_at else "missed", left, 1.0)
    if moment >= due_at:
        return Reading("far_overdue" if days.more_than(5, last, seen) else "overdue", left, 1.0)
    if paused:
        return Reading("paused", left, share)
    return Reading("soon" if moment >= warn_at or left == 0 else "running", left, share)


def brought_forward(found: Due, until: date) -> Due | None:
    """The limit cut short so that `until` is its last day, with its sum up to there; None where it ends then anyway.

    Of a limit in days those that count up to `until` are left, of one in hours the time up to that day's end.
    """
    ends = _midnight(until + timedelta(days=1), found.zone)
    if ends >= found.at:
        return None
    entries = tuple(entry for entry in found.sum if entry.day <= until)
    counted = sum(1 for entry in entries if entry.counted)
    limit = found.limit if found.limit.unit == "hours" else Limit(amount=max(counted, 1), unit=found.limit.unit)
    return replace(found, limit=limit, at=ends, on=until, sum=entries)


def explain(found: Due, language: str = "zh-Hans") -> str:
    """The sum of a due date as one sentence: “11月18日收到，当天不算，11月21日、11月22日周末不算 …”"""
    if found.limit.unit == "hours":
        local = found.at.astimezone(found.zone)
        begun = found.start.astimezone(found.zone)
        return phrase(
            "sums",
            "hours",
            language,
            start=phrase("sums", "moment", language, month=begun.month, day=begun.day, time=f"{begun:%H:%M}"),
            due=phrase("sums", "moment", language, month=local.month, day=local.day, time=f"{local:%H:%M}"),
            amount=found.limit.amount,
        )
    said = [_said(group, language) for group in _groups(found.sum)]
    unit = phrase("sums", found.limit.unit, language)
    said.append(phrase("sums", "end", language, **_day(found.on), amount=found.limit.amount, unit=unit))
    if found.provisional:
        said.append(phrase("sums", "provisional", language, year=found.on.year))
    return phrase("sums", "comma", language).join(said) + phrase("sums", "stop", language)


def seed_days(year: int) -> tuple[TableDay, ...]:
    """The days of `year` that differ from Monday-to-Friday, from the State Council's notice.

    Compiled in the package `chinese_calendar`. Raises NotLoaded for a year whose notice it does not have.
    """
    from chinese_calendar import constants

    if year not in {day.year for day in constants.holidays}:
        raise NotLoaded(year)
    free = [TableDay(day, "holiday", _chinese(name)) for day, name in constants.holidays.items() if day.year == year]
    worked = [TableDay(day, "makeup", _chinese(name)) for day, name in constants.workdays.items() if day.year == year]
    return tuple(sorted(free + worked, key=lambda line: line.day))


def seeded(years: Iterable[int]) -> WorkingDays:
    """A table of those of `years` whose notice is known; the others stay provisional."""
    lines: list[TableDay] = []
    loaded: list[int] = []
    for year in years:
        try:
            lines.extend(seed_days(year))
        except NotLoaded:
            continue
        loaded.append(year)
    return WorkingDays(lines, loaded)


@cache
def fixed_by_law(year: int) -> Mapping[date, str]:
    """Public holidays of `year` that the law itself fixes, with their Chinese names (全国年节及纪念日放假办法).

    A notice adds exchanged days (调休) and moves holidays that fall on a weekend (补假); neither is guessed.
    Outside 1950 to about 2100 nothing is known.
    """
    # The library's tables load slowly and only years without a notice need them.
    import holidays

    try:
        named = holidays.country_holidays("CN", years=[year], language="zh_CN")
    except (OverflowError, ValueError):
        return {}
    return {
        day: name for day, name in named.items() if day.year == year and not any(word in name for word in _BY_NOTICE)
    }


def _chinese(name: str) -> str:
    from chinese_calendar import constants

    return str(constants.Holiday(name).chinese)


def _by_hours(start: datetime, limit: Limit, zone: ZoneInfo) -> Due:
    at = start.astimezone(UTC) + timedelta(hours=limit.amount)
    return Due(start.astimezone(UTC), limit, zone, at, at.astimezone(zone).date(), provisional=False, sum=())


def _by_days(start: datetime, limit: Limit, zone: ZoneInfo, days: WorkingDays) -> Due:
    first = start.astimezone(zone).date()
    entries = [Entry(first, 0, "start")]
    provisional = False
    counted = 0
    day = first
    while counted < limit.amount:
        day += timedelta(days=1)
        if limit.unit == "calendar_days":
            counted += 1
            entries.append(Entry(day, counted, "counted"))
            continue
        judged = days.judge(day)
        provisional = provisional or judged.provisional
        counted += judged.works
        entries.append(_entry(day, judged, counted))
    at = _midnight(day + timedelta(days=1), zone)
    return Due(start.astimezone(UTC), limit, zone, at, day, provisional, tuple(entries))


def _entry(day: date, judged: Judged, counted: int) -> Entry:
    if judged.kind == "workday":
        return Entry(day, counted, "counted")
    return Entry(day, counted if judged.works else 0, judged.kind, judged.name)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment `day` begins in `zone`, in UTC."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def _share(found: Due, moment: datetime) -> Fraction:
    if moment <= found.start:
        return Fraction(0)
    if moment >= found.at:
        return Fraction(1)
    if found.limit.unit == "hours":
        return _ratio(moment - found.start, found.at - found.start)
    used = Fraction(0)
    for entry in found.sum:
        begins, ends = _midnight(entry.day, found.zone), _midnight(entry.day + timedelta(days=1), found.zone)
        if entry.counted and moment > begins:
            used += min(_ratio(moment - begins, ends - begins), Fraction(1))
    return used / found.limit.amount


def _ratio(part: timedelta, whole: timedelta) -> Fraction:
    microsecond = timedelta(microseconds=1)
    return Fraction(part // microsecond, whole // microsecond)


def _groups(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Neighbouring lines of the sum that are told together; plainly counted days are not told."""
    group: list[Entry] = []
    for entry in entries:
        if group and (entry.why, entry.name) != (group[0].why, group[0].name):
            yield group
            group = []
        if entry.why != "counted":
            group.append(entry)
    if group:
        yield group


def _said(group: list[Entry], language: str) -> str:
    first = group[0]
    between = phrase("sums", "and", language)
    shown = between.join(phrase("sums", "day", language, **_day(entry.day)) for entry in group)
    if len(group) > 2:
        shown = phrase("sums", "span", language, first=_shown(group[0], language), last=_shown(group[-1], language))
    return phrase("sums", first.why, language, days=shown, name=first.name)


def _shown(entry: Entry, language: str) -> str:
    return phrase("sums", "day", language, **_day(entry.day))


def _day(day: date) -> dict[str, int]:
    return {"month": day.month, "day": day.day}

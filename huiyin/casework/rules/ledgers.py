"""A ledger's months: when one is cut off, what is carried over, new, crossed off and left (R-203 to R-207, AM-11)."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from huiyin.programme.schema.base import Level
from huiyin.programme.schema.ledgers import Ledger
from huiyin.programme.schema.rulebook import Rulebook

ORDER: tuple[Level, ...] = ("group", "village", "town", "county")


@dataclass(frozen=True, order=True)
class Month:
    """A month of the books, named by the calendar month whose cut-off ends it."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """`2026-11`; None for anything else and for what no calendar holds well."""
        year, _, number = text.partition("-")
        if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit() and len(text) == 7):
            return None
        found = cls(int(year), int(number))
        return found if 1 <= found.number <= 12 and 1970 <= found.year <= 2999 else None

    @classmethod
    def of(cls, moment: datetime, cut_day: int, zone: ZoneInfo) -> "Month":
        """The month in whose books a moment falls."""
        day = moment.astimezone(zone).date()
        here = cls(day.year, day.month)
        return here if moment < here.cut(cut_day, zone) else here.moved(1)

    def moved(self, by: int) -> "Month":
        """So many months later or earlier."""
        found = self.year * 12 + self.number - 1 + by
        return Month(found // 12, found % 12 + 1)

    @property
    def before(self) -> "Month | None":
        """The month before, where an address can name it."""
        return Month.read(str(self.moved(-1)))

    def last_day(self, cut_day: int) -> date:
        """The last day that counts: the day of the cut-off, or the last of a shorter month."""
        return date(self.year, self.number, min(cut_day, monthrange(self.year, self.number)[1]))

    def cut(self, cut_day: int, zone: ZoneInfo) -> datetime:
        """The end of the last day, 24:00 there."""
        return datetime.combine(self.last_day(cut_day) + timedelta(days=1), time(), zone)

    def period(self, cut_day: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the cut-off before up to its own, which belongs to the next."""
        return self.moved(-1).cut(cut_day, zone), self.cut(cut_day, zone)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True)
class Stretch:
    """A time in which a matter stood in the books: from when it came in until it was crossed off."""

    entered: datetime
    crossed: datetime | None


@dataclass(frozen=True)
class Totals:
    """What a part of a ledger holds in a month."""

    opening: int = 0
    new: int = 0
    crossed: int = 0
    closing: int = 0

    def __add__(self, other: Self) -> "Totals":
        return Totals(
            self.opening + other.opening,
            self.new + other.new,
            self.crossed + other.crossed,
            self.closing + other.closing,
        )

    @property
    def reconciles(self) -> bool:
        """Carried over, and new, less what was crossed off, is what is left."""
        return self.opening + self.new - self.crossed == self.closing

    @property
    def empty(self) -> bool:
        """Whether nothing stands there."""
        return not (self.opening or self.new or self.crossed or self.closing)


def stretches(opened: datetime, turns: Iterable[tuple[datetime, bool]]) -> Sequence[Stretch]:
    """The times of a matter in the books from when it opened and its turns in order: (moment, whether it ended)."""
    found: list[Stretch] = []
    since: datetime | None = opened
    for moment, ended in turns:
        if ended and since is not None:
            found.append(Stretch(since, moment))
            since = None
        elif not ended and since is None:
            since = moment
    return [*found, Stretch(since, None)] if since is not None else found


def totals(some: Iterable[Stretch], from_: datetime, until: datetime) -> Totals:
    """What these add to a month. What comes in and is crossed off in it counts in both columns."""
    counted = Totals()
    for one in some:
        before = one.entered < from_
        counted += Totals(
            opening=int(before and (one.crossed is None or one.crossed >= from_)),
            new=int(from_ <= one.entered < until),
            crossed=int(one.crossed is not None and from_ <= one.crossed < until),
            closing=int(one.entered < until and (one.crossed is None or one.crossed >= until)),
        )
    return counted


def kept_at(level: str, levels: Sequence[Level]) -> Level:
    """In whose book a matter of this level stands: its own, else the next one up that keeps one, else the highest."""
    place = ORDER.index(level) if level in ORDER else len(ORDER) - 1
    kept = sorted(ORDER.index(one) for one in levels)
    return ORDER[next((one for one in kept if one >= place), kept[-1])]


def level_of(place_code: str) -> Level:
    """County, town or village: what lies below it are towns, villages, or nothing."""
    if set(place_code[6:]) <= {"0"}:
        return "county"
    return "town" if set(place_code[9:]) <= {"0"} else "village"


def rule(book: Rulebook) -> Ledger:
    """How the county's books are kept: as the programme says that takes matters in."""
    return book.matters(book.county.intake.programme).ledger

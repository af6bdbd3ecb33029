"""A year's working-day notice (放假通知) as a list: which days are not what their weekday says. Pure."""

from datetime import date
from typing import cast

from huiyin.programme.clock import DayKind, TableDay
from huiyin.programme.sheets import Fault, columns, decode, rows

COLUMNS = ("day", "kind", "name")
KINDS = ("holiday", "makeup")
LONGEST = 200


def read_days(data: bytes, year: int) -> tuple[tuple[TableDay, ...], tuple[Fault, ...]]:
    """Days and faults of a CSV with the columns day (2027-01-01), kind (holiday, makeup) and name.

    A notice is taken whole or not at all: whoever finds a fault loads none of it.
    Raises Refused("text_not_readable"), or Refused("column_missing") naming the column.
    """
    found = rows(decode(data), longest=LONGEST)
    _, header = next(found, (1, []))
    places = columns([cell.strip() for cell in header or []], COLUMNS)
    days: dict[date, TableDay] = {}
    faults: list[Fault] = []
    for number, cells in found:
        if cells is None:
            faults.append(Fault(number, "line_too_long"))
        elif any(cells):
            day, kind, name = (cells[place].strip() if place < len(cells) else "" for place in places)
            fault = _fault(number, day, kind, year, days)
            if fault is not None:
                faults.append(fault)
            else:
                days[date.fromisoformat(day)] = TableDay(date.fromisoformat(day), cast(DayKind, kind), name[:40])
    return tuple(days.values()), tuple(faults)


def _fault(number: int, text: str, kind: str, year: int, days: dict[date, TableDay]) -> Fault | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Fault(number, "value_wrong", "day")
    if day.year != year or day in days:
        return Fault(number, "value_wrong", "day")
    # Only a weekend can be worked in exchange; a notice frees weekends too, as part of a holiday.
    if kind not in KINDS or (kind == "makeup" and day.weekday() < 5):
        return Fault(number, "value_wrong", "kind")
    return None

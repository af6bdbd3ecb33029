"""A list of matters as another system writes it (columns of the issue), line by line; nothing is guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault, columns, decode, rows

COLUMNS = (
    "external_id",
    "received_at",
    "channel",
    "place_code",
    "subject",
    "text",
    "reporter_name",
    "reporter_phone",
)
LINE_LENGTH = 130_000
ID_LENGTH = 80
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
_SHAPES = (*(f"{day} %H:%M" for day in _DAYS), *(f"{day} %H:%M:%S" for day in _DAYS), *_DAYS)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One matter as the list gives it; `received_at` is a claim, None where the cell is empty."""

    number: int
    external_id: str
    received_at: datetime | None
    channel: str
    place_code: str
    subject: str
    text: str
    reporter_name: str
    reporter_phone: str


def read(data: bytes, *, zone: ZoneInfo, at: datetime) -> Iterator[Line | Fault]:
    """Each line, or why it is refused. Raises Refused for a file that is no list of matters."""
    found = rows(decode(data), longest=LINE_LENGTH)
    _, header = next(found, (1, []))
    places = columns(header or [], COLUMNS)
    seen: set[str] = set()
    for number, cells in found:
        if cells is None:
            yield Fault(number, "line_too_long")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        values = [cells[place] if place < len(cells) else "" for place in places]
        try:
            yield _line(number, values, seen, zone, at)
        except Refused as refused:
            yield Fault(number, refused.code, refused.field, refused.values)


def _line(number: int, values: list[str], seen: set[str], zone: ZoneInfo, at: datetime) -> Line:
    external_id = values[0].strip()
    if not external_id:
        raise Refused("external_id_missing", field="external_id")
    if len(external_id) > ID_LENGTH:
        raise Refused("value_wrong", field="external_id")
    if external_id in seen:
        raise Refused("external_id_twice", field="external_id")
    seen.add(external_id)
    return Line(number, external_id, moment(values[1], zone, at), *(value.strip() for value in values[2:]))


def moment(text: str, zone: ZoneInfo, at: datetime) -> datetime | None:
    """A claimed moment in ISO 8601 or the shapes offices write, in the county's zone where none is given.

    Raises Refused: received_at_wrong, date_in_future.
    """
    plain = re.sub(r"\s+", " ", text.strip())
    if not plain:
        return None
    found = _parsed(plain)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        found = found.astimezone(UTC)
    except OverflowError as error:
        raise Refused("received_at_wrong", field="received_at") from error
    if found > at:
        raise Refused("date_in_future", field="received_at")
    if found < _EARLIEST:
        raise Refused("received_at_wrong", field="received_at")
    return found


def _parsed(plain: str) -> datetime:
    for shape in _SHAPES:
        try:
            return datetime.strptime(plain, shape)  # noqa: DTZ007 - the caller gives the county's zone
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(plain)
    except ValueError as error:
        raise Refused("received_at_wrong", field="received_at") from error

"""How far a sheet of a workbook reaches and how much of it is filled, told from its own text before it is opened.

Every mark of the text is looked at. Rows as spreadsheet programs write them are counted by one pattern, for speed.
What it does not match is taken apart mark by mark, in any spelling the reader understands: other blanks and quotes,
rows and cells without a number. What the reader might see otherwise than it is seen here is refused: another encoding
than UTF-8, comments, CDATA, instructions, marks inside quotes, a prefix beside the sheet's own, places in entities.
"""

import re
from functools import cache

from huiyin.programme.refusal import Refused

MOST_ROWS = 1_000_000
MOST_CELLS = 12_000_000
MOST_COLUMNS = 200
MOST_MERGES = 20_000
MOST_LOOSE = 2_000_000
"""Marks outside the usual spelling, each of which is looked at by itself."""
MOST_MARK = 8 * 1024 * 1024
"""Bytes from one mark to the next."""
SPARSE = 8
"""A sheet's extent may be so many times what its cells fill, beyond a first 100,000 cells."""
_VALUE = rb'(?:<v(?: xml:space="preserve")?>[^<]*</v>|<v/>|<is><t(?: xml:space="preserve")?>[^<]*</t></is>)?'
_FORMULA = rb"(?:<f(?: [^<>&]*)?(?:/>|>[^<]*</f>))?"
_CELL = rb'<c r="[A-Z]{1,2}\1"(?: (?:s|t|cm|vm|ph)="[^"<>&]*")*(?:/>|>' + _FORMULA + _VALUE + rb"</c>)"
_ROW = re.compile(rb'<row r="([0-9]{1,7})"(?: [A-Za-z0-9:]+="[^"<>&]*")*>(?:' + _CELL + rb")*+</row>")
_COLUMN = re.compile(rb'<c r="([A-Z]{1,2})')
_MARK = re.compile(rb"""<(?:([0-9]+)>|(/?)(?:([^\s:<>/"']*):)?([^\s<>/"']*)([^<]*))""")
_CLOSED = re.compile(rb"""(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_PAIR = rb"""\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')"""
_PAIRS = re.compile(rb"""(?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*+\s*(/?)>\s*""")
_ATTRIBUTE = re.compile(_PAIR)
_PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_DECLARATION = re.compile(rb"""\s*<\?xml\s(?:[^<>?]*?encoding\s*=\s*["']([^"'<>]*)["'])?[^<>?]*\?>""")
_UTF_8 = (b"utf-8", b"utf8", b"us-ascii")
_DEFINED = re.compile(rb"!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


def undeclared(text: bytes) -> bytes:
    """A part's first bytes without what says which XML it is. Raises Refused("workbook_spelling") if not in UTF-8."""
    text = text.removeprefix(_BOM)
    found = _DECLARATION.match(text)
    if b"\x00" in text or (found is not None and (found[1] or b"utf-8").lower() not in _UTF_8):
        raise Refused("workbook_spelling", field="file")
    return text[found.end() :] if found is not None else text


class Extent:
    """A sheet as it is taken block by block, without its declaration and a prefix that all of it has."""

    def __init__(self) -> None:
        self.rows = self.cells = self.merges = self.height = 0
        self.width = 1
        self._loose = 0
        self._row, self._column = 1, 1
        """Where the next cell is if it has no place of its own, as the reader counts."""
        self._kept = b""

    def take(self, block: bytes) -> None:
        """The next block. Raises Refused: workbook_extent, workbook_spelling."""
        text = self._kept + block
        cut = text.rfind(b"</row>") + len(b"</row>")
        if cut < len(b"</row>"):
            cut = max(0, text.rfind(b"<"))
        self._kept = text[cut:]
        if len(self._kept) > MOST_MARK:
            raise Refused("workbook_extent", field="file")
        self._through(text[:cut])

    def end(self) -> None:
        """The sheet has ended. Raises as `take`."""
        self._through(self._kept)

    def _through(self, text: bytes) -> None:
        """Some whole marks with what stands between them."""
        if b"\x00" in text:
            raise Refused("workbook_spelling", field="file")
        left, usual = _ROW.subn(rb"<\1>", text)
        self.rows += usual
        self.cells += text.count(b'<c r="') - left.count(b'<c r="')
        self._loose += left.count(b"<") - usual
        if self._loose > MOST_LOOSE:
            raise Refused("workbook_extent", field="file")
        if _beyond(self.width).search(text):
            self.width = max([self.width, *map(column, set(_COLUMN.findall(text)))])
        for number, end, prefix, name, rest in _MARK.findall(left):
            if number:
                self.height = max(self.height, int(number))
                self._row, self._column = int(number) + 1, 1
            else:
                self._mark(end, prefix, name, rest)
        self._measured()

    def _mark(self, end: bytes, prefix: bytes, name: bytes, rest: bytes) -> None:
        """A mark that is no usual row: `/` where it ends something, its prefix, its name, all up to the next."""
        if _DEFINED.match(name):
            raise Refused("workbook_entities", field="file")
        if name[:1] in (b"!", b"?") or not _CLOSED.match(rest):
            raise Refused("workbook_spelling", field="file")
        if name == b"mergeCell":
            self.merges += not end
        elif name in (b"row", b"c", b"sheetData"):
            self._known(name, end, rest, prefixed=bool(prefix))

    def _known(self, name: bytes, end: bytes, rest: bytes, *, prefixed: bool) -> None:
        """A row, a cell, or what holds the rows. The reader looks for `<sheetData>` and ends as they are written."""
        pairs = _PAIRS.fullmatch(rest)
        plain = rest[:1] == b">" or rest[:2] == b"/>"
        if prefixed or pairs is None or ((end or name == b"sheetData") and not plain):
            raise Refused("workbook_spelling", field="file")
        if name == b"sheetData" or (end and name == b"c"):
            return
        told = _ATTRIBUTE.findall(rest)
        places = [one or other for key, one, other in told if key == b"r"]
        if len(places) > 1 or any(key.endswith(b":r") for key, *_ in told):
            raise Refused("workbook_spelling", field="file")
        if name == b"c":
            self._cell(places)
            return
        if places and not re.fullmatch(rb"[0-9]{1,7}", places[0]):
            raise Refused("workbook_spelling", field="file")
        self.rows += not end
        self._row = int(places[0]) if places else self._row
        if end or pairs[1]:
            self._row, self._column = self._row + 1, 1

    def _cell(self, places: list[bytes]) -> None:
        row = self._row
        if places:
            place = _PLACE.fullmatch(places[0])
            if place is None:
                raise Refused("workbook_spelling", field="file")
            row, self._column = int(place[2]), column(place[1])
        self.cells += 1
        self.height, self.width = max(self.height, row), max(self.width, self._column)
        self._column += 1

    def _measured(self) -> None:
        area = self.height * self.width
        if (
            max(self.rows, self.height) > MOST_ROWS
            or self.width > MOST_COLUMNS
            or max(self.cells, area) > MOST_CELLS
            or self.merges > MOST_MERGES
            or area > max(100_000, SPARSE * self.cells)
        ):
            raise Refused("workbook_extent", field="file")


@cache
def _beyond(width: int) -> re.Pattern[bytes]:
    """What finds a cell in a column behind so many: one look is half the price of taking every column down."""
    tens, ones = divmod(width - 1, 26)
    later = b"[%c-Z]" % (66 + ones) if ones < 25 else b"(?!)"
    if not tens:
        return re.compile(rb'<c r="(?:%b[0-9]|[A-Z]{2})' % later)
    return re.compile(rb'<c r="(?:%c%b|[%c-Z][A-Z])' % (64 + tens, later, 65 + tens))


def column(letters: bytes) -> int:
    """A column by its letters, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

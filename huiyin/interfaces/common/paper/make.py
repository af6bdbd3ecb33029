"""Papers as PDF: one typst document a village, from plain data. Nothing made is kept on the disk.

The fonts are the machine's own; without a Chinese one the print would be empty, so it is refused with a sentence.
"""

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

import segno
import typst

from huiyin.core.files import PORTRAIT
from huiyin.core.rulebook import as_written, current
from huiyin.core.text import spaced_phone
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.qr import MASK, QUIET
from huiyin.interfaces.common.tongues import tongues
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels
from huiyin.register.queries import cards, handbook, kit, places, portraits, staff
from huiyin.register.queries.cards import Contact, Face, RunRow
from huiyin.register.rules import codes
from huiyin.register.rules.card_codes import shown

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei", "PingFang SC")
"""Families with Chinese characters, the first that is there is taken. Debian: fonts-noto-cjk."""
MOST = 5_000
MOST_ON_A_POSTER = 20
"""A poster is one sheet; so many rows still read from where one stands."""
DARK = re.compile(b"\x01+")
Pieces = list[dict[str, Any]]


@as_written()
def pdf(viewer: Viewer, run_id: UUID, at: datetime, *, origin: str) -> bytes:
    """The papers of a run, made anew.

    `origin` is the address of the public door (`https://…`). Raises Missing, Refused: no_chinese_font, paper_too_large.
    """
    run = cards.run(viewer, run_id)
    paper = PAPERS[run.kind]
    pieces = paper.pieces(viewer, run, at, origin)
    if len(pieces) > MOST:
        raise Refused("paper_too_large")
    around = _around(viewer, run.place_code, run.edition, at, origin)
    return drawn(run.kind, around | {"pieces": pieces} | paper.beside(viewer, pieces, at))


@as_written()
def preview(viewer: Viewer, kind: str, place_code: str, at: datetime, *, origin: str) -> bytes:
    """One piece of a kind for a village as it would be made today, with a code that opens nothing. Raises Missing."""
    paper = PAPERS.get(kind)
    if paper is None:
        raise Missing
    around = _around(viewer, place_code, 0, at, origin)
    pieces = paper.sample(viewer, place_code, at, origin)
    return drawn(kind, around | {"pieces": pieces} | paper.beside(viewer, pieces, at))


@as_written()
def book_pdf(viewer: Viewer, at: datetime, *, origin: str) -> bytes:
    """The handbook by itself, for whoever wants one. Raises Missing where the county has none."""
    around = _around(viewer, current(at).rulebook.county.code, 0, at, origin)
    return drawn("handbook", around | {"pieces": [], "book": _book(viewer, at)})


def _book(viewer: Viewer, at: datetime) -> dict[str, Any]:
    found = handbook.shown(viewer, at)
    if found is None:
        raise Missing
    chapters = [one.model_dump(mode="json") for one in found.chapters]
    return {"title": found.title, "edition": found.edition, "chapters": chapters}


def drawn(kind: str, data: dict[str, Any]) -> bytes:
    """A document of one kind from its data. Raises Refused("no_chinese_font")."""
    told = json.dumps(data | {"fonts": [font()]}, ensure_ascii=False)
    source = (resources.files(__package__) / f"{kind}.typ").read_bytes()
    made: Any = typst.compile(
        source,
        font_paths=fonts(),
        sys_inputs={"data": told},
        format="pdf",
        pdf_tags=False,
    )
    return bytes(made)


@cache
def font() -> str:
    """The Chinese font papers are set in. Raises Refused("no_chinese_font")."""
    here = families()
    found = next((name for name in FONTS if name in here), None)
    if found is None:
        raise Refused("no_chinese_font")
    return found


def families() -> frozenset[str]:
    """The font families this machine has."""
    return frozenset(fonts().families())


@cache
def fonts() -> typst.Fonts:
    """The fonts of this machine, looked for once per process: to find them takes longer than to draw."""
    return typst.Fonts()


def qr_svg(text: str) -> str:
    """A QR code as a small SVG: level M, four modules of quiet.

    The mask is fixed, as on pages (`common.qr`).
    """
    rows = segno.make(text, error="m", micro=False, mask=MASK, boost_error=False).matrix
    drawn_ = "".join(
        f"M{run.start() + QUIET} {y + QUIET}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for y, row in enumerate(rows)
        for run in DARK.finditer(bytes(row))
    )
    size = len(rows) + 2 * QUIET
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{drawn_}"/></svg>'


def _around(viewer: Viewer, place_code: str, edition: int, at: datetime, origin: str) -> dict[str, Any]:
    county = current(at).rulebook.county
    return {
        "short": county.short,
        "centre": county.centre,
        "phone": spaced_phone(county.telephone),
        "hours": county.hours,
        "place": places.path_names(viewer, place_code),
        "edition": edition,
        "duties": kit.duties(viewer, at),
        "sections": list(labels("file_section", "zh-Hans").values()),
        "qr": qr_svg(f"{origin}/my-official/"),
        "tongues": [{"title": one.title, "words": one.said[0].words} for one in tongues(county, ("card",))],
    }


def _cards(viewer: Viewer, run: RunRow, at: datetime, origin: str) -> Pieces:
    return [_face(one, origin) for one in cards.faces(viewer, run.id, at)]


def _one_card(viewer: Viewer, place_code: str, at: datetime, origin: str) -> Pieces:
    linked = cards.linked_in(viewer, place_code, at)
    homes = [replace(home, code="0" * 16, official=one) for one, some in linked[:1] for home in some[:1]]
    return [_face(home, origin) for home in homes or [Face("", "", "", "0" * 16, None)]]


def _officials(viewer: Viewer, place_code: str, at: datetime) -> Pieces:
    """Who leads in the village, each with the households."""
    return [_official(*one) for one in cards.linked_in(viewer, place_code, at)]


def _groups(viewer: Viewer, run: RunRow, at: datetime, origin: str) -> Pieces:
    """By group the list on which households sign for their copy of the handbook, which is printed once before it."""
    return [{"name": name, "homes": homes} for name, homes in handbook.to_sign(viewer, run.place_code)]


def _listed(viewer: Viewer, place_code: str, at: datetime) -> Pieces:
    """Who is on duty in the village and in its town, the nearest first; the county's are for the telephone to find."""
    town = codes.parent(place_code)
    near = [one for one in staff.directory(viewer, at, place_code=place_code) if codes.inside(one.place_code, town)]
    return [
        {"name": one.name, "unit": one.body_name, "title": one.title, "duty_phone": spaced_phone(one.duty_phone)}
        | {"hours": one.hours}
        for one in near[:MOST_ON_A_POSTER]
    ]


def _sheets(viewer: Viewer, place_code: str, at: datetime) -> Pieces:
    """Registration cards: of each household who is there; the sections are for the pen (R-031)."""
    words = labels("relation", "zh-Hans")
    return [
        asdict(one) | {"members": [[name, words.get(relation, relation)] for name, relation in one.members]}
        for one in cards.sheets(viewer, place_code, at)
    ]


def _blanks(viewer: Viewer, place_code: str, at: datetime) -> Pieces:
    return [{"group": name} for name in cards.blanks(viewer, place_code)]


def _face(one: Face, origin: str) -> dict[str, Any]:
    official = _contact(one.official) if one.official else None
    told = {"household": one.household, "head": one.head, "group": one.group, "code": shown(one.code)}
    return told | {"official": official, "qr": qr_svg(f"{origin}/my-official/#{one.code}")}


def _photos(viewer: Viewer, pieces: Pieces, at: datetime) -> dict[str, Any]:
    """Where the county's cards carry them, each official's photo once: an SVG by the official's id (R-054)."""
    rules = portraits.rules(viewer, at)
    if rules is None or not rules.cards:
        return {"photos": {}}
    named = {UUID(one["official"]["id"]) for one in pieces if one["official"]}
    return {"photos": {str(one): _photo_svg(data) for one, data in portraits.pictures(viewer, named, at).items()}}


def _photo_svg(data: bytes) -> str:
    """A JPEG as text that typst takes from a document's data: it reads no binary there."""
    width, height = PORTRAIT
    told = b64encode(data).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{told}"/></svg>'
    )


def _official(one: Contact, homes: tuple[Face, ...]) -> dict[str, Any]:
    told = [{"household": home.household, "head": home.head, "group": home.group} for home in homes]
    return _contact(one) | {"homes": told, "groups": by_group(homes)}


def by_group(homes: Sequence[Face]) -> list[dict[str, Any]]:
    """How many homes lie in each group, groups in the order of the homes, which is that of their codes: by their names
    the third would stand before the second.
    """
    return [{"name": name, "count": count} for name, count in Counter(home.group for home in homes).items()]


def _contact(one: Contact) -> dict[str, Any]:
    told = {key: value for key, value in asdict(one).items() if key != "official_id"} | {"id": str(one.official_id)}
    return told | {"duty_phone": spaced_phone(one.duty_phone), "unit_phone": spaced_phone(one.unit_phone)}


def _nothing(viewer: Viewer, pieces: Pieces, at: datetime) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Paper:
    """How a kind of paper is filled: the pieces of a run, those of a preview, and what lies beside them."""

    pieces: Callable[[Viewer, RunRow, datetime, str], Pieces]
    sample: Callable[[Viewer, str, datetime, str], Pieces]
    beside: Callable[[Viewer, Pieces, datetime], dict[str, Any]] = _nothing


def _of_place(filled: Callable[[Viewer, str, datetime], Pieces], most: int = 1) -> Paper:
    """A paper that needs the village only; `most` pieces of it are shown before it is printed."""
    return Paper(
        lambda viewer, run, at, origin: filled(viewer, run.place_code, at),
        lambda viewer, place_code, at, origin: filled(viewer, place_code, at)[:most],
    )


PAPERS: Mapping[str, Paper] = {
    "card": Paper(_cards, _one_card, _photos),
    "letter": _of_place(_officials),
    "book": _of_place(_officials),
    "chart": _of_place(_officials, MOST),
    "poster": _of_place(_listed, MOST_ON_A_POSTER),
    "handbook": Paper(_groups, lambda *_: [], lambda viewer, pieces, at: {"book": _book(viewer, at)}),
    "sheet": _of_place(_sheets),
    "blank": _of_place(_blanks),
}
"""Each kind of `PAPER_KINDS`; its drawing is `KIND.typ` beside this file."""

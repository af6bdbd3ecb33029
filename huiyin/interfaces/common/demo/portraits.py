"""Drawn heads for the invented county's public posts: a shape and initials, nobody's face (SG-42)."""

import colorsys
import io
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont

from huiyin.core import files
from huiyin.core.viewer import Viewer
from huiyin.register.actions import portraits
from huiyin.register.queries import staff
from huiyin.register.rules import naming

SIZE = (480, 640)
EVERY = 4
"""One in so many has none: a county is never through with it."""


def hang(*, by: Viewer, at: datetime) -> int:
    """Put up a drawn photo for most public posts of the county's and towns' bodies; returns how many."""
    rows = {row.person_id: row for row in staff.listed(by, at) if row.place_code.endswith("000")}
    done = 0
    for number, row in enumerate(rows.values()):
        if number % EVERY == EVERY - 1:
            continue
        picture = files.portrait(drawn(naming.keys(row.name)[1], number))
        portraits.put_up(by=by, at=at, person_id=row.person_id, picture=picture)
        done += 1
    return done


def drawn(initials: str, number: int) -> bytes:
    """A PNG of a head and shoulders in one of many quiet colours, with two or three letters on it."""
    tone = (number * 0.381966) % 1  # steps of the golden angle: neighbours differ
    ground, coat = _rgb(tone, 0.16, 0.93), _rgb(tone, 0.45, 0.5)
    picture = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 410, 460, 900), fill=coat)
    draw.ellipse((145, 130, 335, 370), fill=_rgb(0.08, 0.28, 0.88))
    draw.chord((135, 110, 345, 330), 180, 360, fill=_rgb(0.08, 0.2, 0.22))
    draw.text((240, 540), initials.upper()[:3], fill="white", font=ImageFont.load_default(90), anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _rgb(tone: float, strength: float, light: float) -> tuple[int, int, int]:
    red, green, blue = (round(255 * one) for one in colorsys.hsv_to_rgb(tone, strength, light))
    return red, green, blue

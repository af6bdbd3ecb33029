"""What docs/explanation/look.md says of the colours, measured on the token file itself."""

import re
from itertools import combinations

import pytest

from tools.steps import ROOT

SOURCES = ROOT / "frontend" / "src"
TOKENS = dict(
    re.findall(r"^\$([a-z0-9-]+): (#[0-9a-f]{6});", (SOURCES / "styles" / "_tokens.scss").read_text("utf-8"), re.M)
)
THEME = (SOURCES / "lib" / "chart-theme.ts").read_text(encoding="utf-8")
TEXTS = [
    "ink",
    "ink-2",
    "ink-3",
    "main",
    "main-deep",
    "echo",
    "go",
    "soon",
    "late",
    "late-deep",
    "done",
    "seal",
    "rest",
]
TINTED = ["main", "go", "soon", "late", "done", "seal", "rest"]
Colour = tuple[float, float, float]


def linear(colour: str) -> Colour:
    """sRGB hex to linear light, 0 to 1 (IEC 61966-2-1)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    lights = []
    for colour in (one, other):
        red, green, blue = linear(colour)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def lab(colour: str) -> Colour:
    """CIE L*a*b* under D65."""
    red, green, blue = linear(colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ground", ["sheet", "paper"])
def test_every_text_colour_reads_on_white_and_on_paper(name: str, ground: str) -> None:
    assert contrast(TOKENS[name], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("name", TINTED)
def test_every_state_reads_on_its_own_tint(name: str) -> None:
    assert contrast(TOKENS[name], TOKENS[f"{name}-tint"]) >= 4.5


def test_secondary_text_reads_on_the_band_and_on_every_tint() -> None:
    for ground in ["band", *(f"{name}-tint" for name in TINTED)]:
        assert contrast(TOKENS["ink-2"], TOKENS[ground]) >= 4.5


def test_white_reads_on_filled_buttons_and_bands() -> None:
    for name in ("main", "main-deep", "seal", "ink", "late"):
        assert contrast(TOKENS["sheet"], TOKENS[name]) >= 4.5


def test_edges_and_marks_are_seen() -> None:
    for ground in ("sheet", "paper"):
        assert contrast(TOKENS["edge"], TOKENS[ground]) >= 3
    assert contrast(TOKENS["soon-mark"], TOKENS["soon-tint"]) >= 3
    assert contrast(TOKENS["ink"], TOKENS["focus"]) >= 9


def test_series_of_a_chart_stand_apart() -> None:
    series = re.findall(r"#[0-9a-f]{6}", THEME.split("SERIES = [")[1].split("]")[0])
    assert len(series) == 5
    for one, other in combinations(series, 2):
        assert sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5 > 35


def test_the_heat_of_charts_is_the_heat_of_the_sheets() -> None:
    sheet = (SOURCES / "styles" / "_tokens.scss").read_text(encoding="utf-8")
    written = re.findall(r"#[0-9a-f]{6}", sheet.split("$heat: (")[1].split(")")[0])
    assert written == re.findall(r"#[0-9a-f]{6}", THEME.split("HEAT = [")[1].split("]")[0])


def test_the_mark_in_the_browser_tab_has_the_colours_of_the_tokens() -> None:
    mark = (ROOT / "huiyin/interfaces/common/static/common/mark.svg").read_text(encoding="utf-8")
    assert TOKENS["main"] in mark
    assert TOKENS["echo-soft"] in mark

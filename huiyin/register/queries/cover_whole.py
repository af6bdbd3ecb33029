"""Coverage of a whole county as it is counted for later: by village, by official, and who leads in which village."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import Substr

from huiyin.core.viewer import Viewer
from huiyin.register.models import CoverCount, CoverLed, CoverLoad, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import cards, cover_counts, coverage, drawing, staff, whereabouts
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import in_scope


@dataclass(frozen=True)
class Whole:
    """What the worker keeps of a county."""

    counts: list[CoverCount]
    loads: list[CoverLoad]
    led: list[CoverLed]


def whole(viewer: Viewer, at: datetime, *, under: str) -> Whole:
    """Count everything anew, by the conditions the pages and lists have; for the machine."""
    day = today(viewer, at)
    return Whole(_villages(viewer, day, under), _officials(viewer, at, day, under), _led(viewer, day, under))


def _villages(viewer: Viewer, day: date, under: str) -> list[CoverCount]:
    figures = coverage.by_beginning(viewer, day, under, cover_counts.VILLAGE)
    issued = cards.issued(viewer, whereabouts.homes(viewer, under), day)
    codes = {code for table in figures.values() for code in table} | issued.keys()
    return [
        CoverCount(
            place_code=code,
            **{name: table[code] for name, table in figures.items()},
            **issued.get(code, cards.NONE)._asdict(),
        )
        for code in codes
    ]


def _officials(viewer: Viewer, at: datetime, day: date, under: str) -> list[CoverLoad]:
    """Who serves, with the households they lead for; who left, once for each town they still have some in."""
    bands, posts = coverage.load_bands(at), Post.objects.filter(standing(day)).filter(in_scope(under))
    columns = ("official__tier", "official__kind", "place_code", "body_id", "led")
    mains = staff.main_posts(viewer, posts.annotate(led=drawing.led(day)), *columns)
    made = [
        _load(official, place, body, tier, homes, *bands(tier, kind))
        for official, (tier, kind, place, body, homes) in mains.items()
    ]
    left = coverage.lead_links(viewer, day, under).exclude(official_id__in=staff.serving(viewer, day))
    towns = left.annotate(town=Substr("there", 1, cover_counts.TOWN)).order_by()
    rows = towns.values_list("official_id", "official__tier", "town").annotate(Count("pk"))
    return made + [_load(one, f"{town}000", None, tier, n, 0, 0) for one, tier, town, n in rows]


def _load(official: UUID, place: str, body: UUID | None, tier: str, homes: int, least: int, most: int) -> CoverLoad:
    return CoverLoad(
        official_id=official,
        place_code=place,
        body_id=body,
        tier=tier,
        households=homes,
        least=least,
        most=most,
        serving=body is not None,
    )


def _led(viewer: Viewer, day: date, under: str) -> list[CoverLed]:
    links = whereabouts.leads(viewer, day, under)
    village = Substr("there", 1, cover_counts.VILLAGE)
    rows = links.annotate(village=village).values_list("village", "official_id").annotate(Count("pk")).order_by()
    return [CoverLed(place_code=code, official_id=one, households=n) for code, one, n in rows]

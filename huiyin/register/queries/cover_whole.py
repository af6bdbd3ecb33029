"""Coverage of a whole county as it is counted for later: by village, by official, and who leads in which village."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Substr

from huiyin.core.database import by_index
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.register.models import CoverCount, CoverLed, CoverLoad, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import cards, cover_counts, coverage, drawing, staff, whereabouts
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import in_scope

Row = CoverCount | CoverLoad | CoverLed


def parts(viewer: Viewer, at: datetime, *, under: str) -> Iterator[list[Row]]:
    """Count everything anew, by the conditions the pages and lists have; for the machine.

    Some villages at a time, then everybody who serves, each a fraction of a second, so that others can have their turn
    between; what is found counts once all of it is there.
    """
    day, left = today(viewer, at), Counter[tuple[str, UUID]]()
    serves = set(staff.serving(viewer, day))
    for some in whereabouts.portions(viewer):
        with by_index():
            villages, led = _villages(some, day, under), _led(some, day, under)
        for village, one, _, claims in led:
            if one not in serves and claims:
                left[village[: cover_counts.TOWN], one] += claims
        yield [*villages, *(CoverLed(place_code=village, official_id=one, households=n) for village, one, n, _ in led)]
    loads = drawing.loads_of(viewer, None, day)
    yield []
    yield [*_serving(viewer, at, day, under, loads), *_gone(left)]


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


def _serving(viewer: Viewer, at: datetime, day: date, under: str, loads: Mapping[UUID, int]) -> Iterator[CoverLoad]:
    """Who serves, with the households they lead for."""
    bands, posts = coverage.load_bands(at), Post.objects.filter(standing(day)).filter(in_scope(under))
    columns = ("official__tier", "official__kind", "place_code", "body_id")
    for one, (tier, kind, place, body) in staff.main_posts(viewer, posts, *columns).items():
        yield _load(one, place, body, tier, loads.get(one, 0), *bands(tier, kind))


def _gone(left: Mapping[tuple[str, UUID], int]) -> Iterator[CoverLoad]:
    """Who left, once for each town they still have households in."""
    tiers = dict(Official.objects.filter(pk__in={one for _, one in left}).values_list("pk", "tier"))
    for (town, one), n in left.items():
        yield _load(one, f"{town}000", None, tiers[one], n, 0, 0)


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


def _led(viewer: Viewer, day: date, under: str) -> list[tuple[str, UUID, int, int]]:
    """Who leads in which village, how many households there, and how many of these are not left out."""
    claims = ~Q(household_id__in=coverage.omitted(day))
    links = whereabouts.leads(viewer, day, under).annotate(village=Substr("there", 1, cover_counts.VILLAGE))
    rows = links.values_list("village", "official_id").order_by()
    return list(rows.annotate(n=Count("pk"), claims=Count("pk", filter=claims)))

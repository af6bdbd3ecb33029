"""Who has not yet taken their turn under a pairing that exchanges a share each year: everybody once a cycle (R-005)."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.links import ANY, Links, Pairing
from huiyin.register.models import Post, Tie
from huiyin.register.models.periods import standing
from huiyin.register.queries import staff, ties
from huiyin.register.queries.days import today
from huiyin.register.rules.months import later

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """Somebody whose turn is still to come."""

    person_id: UUID
    name: str
    number: str
    post: str


@dataclass(frozen=True)
class Turns:
    """A cycle of so many years since a day: how many of the viewer's scope were sent in it, who was not, by number."""

    pairing: Pairing
    years: int
    since: date
    sent: int
    left: int
    rows: tuple[Waiting, ...]
    after: str
    """The number that leads on; empty at the end."""


def of_pairing(viewer: Viewer, at: datetime, *, programme: str, pairing: str, after: str = "") -> Turns:
    """Whose turn is still to come in the cycle that ends today. Raises Missing for a pairing without turns.

    Whoever stands or stood there on any day of the cycle was sent. Six questions.
    """
    viewer.need("register.see")
    try:
        links, asked = ties.page_of(viewer, at, programme, pairing)
    except Refused as refused:
        raise Missing from refused
    if not asked.turns or asked.giver != "official":
        raise Missing
    day = today(viewer, at)
    years = math.ceil(1 / asked.turns - 1e-9)
    begin = later(day, -12 * years)
    sent = Tie.objects.filter(
        Q(until__isnull=True) | Q(until__gt=begin),
        programme=programme,
        pairing=pairing,
        replaced_at=None,
        since__lte=day,
        official__isnull=False,
    )
    able = _able(viewer, links, asked, day)
    waiting = able.exclude(pk__in=sent.values("official_id"))
    everybody, left = able.count(), waiting.count()
    some = waiting.filter(number__gt=after).select_related("person").order_by("number")[: PAGE + 1]
    found = list(some)
    shown = found[:PAGE]
    posts = staff.post_words(viewer, [row.pk for row in shown], day)
    rows = tuple(Waiting(row.person_id, row.person.name, row.number, posts.get(row.pk, "")) for row in shown)
    return Turns(asked, years, begin, everybody - left, left, rows, shown[-1].number if len(found) > PAGE else "")


def _able(viewer: Viewer, links: Links, asked: Pairing, day: date) -> QuerySet[Official]:
    """Those in office in the viewer's scope whom the pairing takes."""
    posts = Post.objects.filter(standing(day), viewer.scope("place_code"))
    rows = Official.objects.filter(pk__in=posts.values("official_id")).exclude(kind__in=links.without)
    return rows if ANY in asked.loads else rows.filter(tier__in=list(asked.loads))

"""Open matters of one town whose words are near, whatever topics they stand under: candidates for people (R-422)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from huiyin.casework.models import IssueMember, Matter
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.rules import alike, hot
from huiyin.casework.rules.hot import Candidate
from huiyin.core import near
from huiyin.core.viewer import Viewer

LOOKED_AT = 600
"""So many of the newest open matters are compared; older ones come up by their topic."""
SHOWN, MEMBERS = 6, 30
ORDINARY = Q(held=False, sealed=False)
DIGITS = 9


@dataclass(frozen=True)
class Near:
    """Matters of one town with near words: the code of the first, all codes, its title, their topics, its town."""

    title: str
    codes: tuple[str, ...]
    topics: tuple[str, ...]
    town: str
    villages: int


def candidates(viewer: Viewer, at: datetime, told: Collection[Candidate]) -> list[Near]:
    """Groups of near words in sight, largest first, without those that a topic tells already. Two queries.

    Only open, ordinary matters of the last 90 days under no issue: held and sealed ones are in no index either, what
    staff ask for is left out.
    """
    under = IssueMember.objects.filter(matter=OuterRef("pk"), out_at__isnull=True)
    rows = Matter.objects.visible_to(viewer).filter(
        ~Exists(under),
        ORDINARY,
        closed_at__isnull=True,
        history=False,
        own_number__isnull=True,
        opened_at__gt=at - timedelta(days=hot.LATELY),
    )
    found: dict[UUID, dict[str, Any]] = {
        row["id"]: {**row}
        for row in rows.order_by("-opened_at", "-id").values("id", "code", "title", "topic", "place_code")[:LOOKED_AT]
    }
    words = near.pairs_of("matter", found)
    by_town: defaultdict[str, dict[UUID, frozenset[str]]] = defaultdict(dict)
    for key, pairs in words.items():
        by_town[found[key]["place_code"][:DIGITS]][key] = pairs
    made = [
        _near(town, [found[key] for key in some]) for town, texts in by_town.items() for some in alike.groups(texts)
    ]
    known = {(one.topic, one.village) for one in told}
    fresh = [one for one, villages in made if not _told(one, villages, known)]
    return sorted(fresh, key=lambda one: -len(one.codes))[:SHOWN]


def rows(viewer: Viewer, codes: Sequence[str]) -> list[MatterRow]:
    """The ordinary matters in sight with these codes, in their order."""
    seen = Matter.objects.visible_to(viewer).filter(ORDINARY, code__in=list(codes)[:MEMBERS])
    order = {code: number for number, code in enumerate(codes)}
    return rows_of(viewer, sorted(seen.values(*COLUMNS), key=lambda one: order[one["code"]]))


def _near(town: str, some: Sequence[dict[str, Any]]) -> tuple[Near, set[str]]:
    villages = {one["place_code"][:12] for one in some}
    one = Near(
        title=some[0]["title"],
        codes=tuple(each["code"] for each in some[:MEMBERS]),
        topics=tuple(dict.fromkeys(each["topic"] for each in some)),
        town=f"{town:0<12}",
        villages=len(villages),
    )
    return one, villages


def _told(one: Near, villages: set[str], known: set[tuple[str, str]]) -> bool:
    """Whether a topic by itself is a candidate for all of it."""
    if len(one.topics) != 1 or not one.topics[0]:
        return False
    topic = one.topics[0]
    return (topic, "") in known or all((topic, village) in known for village in villages)

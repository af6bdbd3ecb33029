"""Texts nearly the same as a new one, found among those that may be searched (R-236). Nothing is kept for it.

The index of words is asked for the rarest of the new text's pairs of characters, as many as cost little; whoever has
most of them is compared whole. How rare a pair is, is judged by a sample. What the index never holds (held and
sealed texts, erased ones) cannot be found here either.
"""

import math
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from huiyin.core.caches import kept
from huiyin.core.models import SearchText
from huiyin.core.text import tokens

SAMPLE = 900
"""So many of the newest texts, and as many of all others, say how common a pair is."""
SAMPLE_SECONDS, FEW_SECONDS = 600.0, 20.0
TERMS_MOST = 40
ROWS_MOST = 3_000
"""So many entries of the index are read at most, by what is expected of the chosen pairs."""
COMPARED = 60
"""So many texts are compared whole."""


def near(kind: str, text: str, *, least: float = 0.2) -> list[tuple[UUID, float]]:
    """Subjects whose text is like this one, the likest first, with how alike (0 to 1, cosine of their pairs).

    Two queries, and three more every ten minutes. Empty for a text without any pair.
    """
    mine = frozenset(_pairs(tokens(text)))
    if not mine:
        return []
    candidates = _sharing(kind, _rarest(kind, mine))
    rows = SearchText.objects.filter(kind=kind, subject__in=candidates).values_list("subject", "tokens")
    scored = ((subject, _alike(mine, theirs.split(" "))) for subject, theirs in rows)
    return sorted((one for one in scored if one[1] >= least), key=lambda one: -one[1])


def pairs_of(kind: str, subjects: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """What the texts of these subjects say, as pairs; who is in no index is in no answer. One query."""
    rows = SearchText.objects.filter(kind=kind, subject__in=list(subjects)).values_list("subject", "tokens")
    return {subject: frozenset(_pairs(theirs.split(" "))) for subject, theirs in rows}


def _pairs(found: Sequence[str]) -> list[str]:
    """Tokens that say something: pairs, numbers, words; single characters stand everywhere."""
    return [token for token in found if len(token) > 1]


def _alike(mine: frozenset[str], theirs: Sequence[str]) -> float:
    """How alike pairs are to a text's tokens, each of which stands in it once."""
    size = len(theirs) - [*map(len, theirs)].count(1)
    return len(mine.intersection(theirs)) / math.sqrt(len(mine) * size) if size else 0.0


def _rarest(kind: str, mine: frozenset[str]) -> list[str]:
    """The pairs to ask for: the rarest first, until what they would bring is enough."""
    known = _sample(kind)
    chosen: list[str] = []
    expected = 0.0
    # What stands in no sampled text is anything up to rare; its order is that of the signs, which says nothing.
    for token in sorted(mine, key=lambda one: (known.common[one], one)):
        expected += max(known.common[token], 0.5) / max(known.texts, 1) * known.all_texts
        if chosen and (expected > ROWS_MOST or len(chosen) == TERMS_MOST):
            break
        chosen.append(token)
    return chosen


def _sharing(kind: str, wanted: Sequence[str]) -> list[UUID]:
    """Who shares most of these tokens."""
    using = SearchText.objects.db
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(
                "SELECT found.subject FROM unnest(%s::text[]) AS token CROSS JOIN LATERAL"
                " (SELECT subject FROM core_searchtext"
                " WHERE kind = %s AND string_to_array(tokens, ' ') @> ARRAY[token] OFFSET 0) AS found"
                " GROUP BY found.subject ORDER BY count(*) DESC, found.subject DESC LIMIT %s",
                [list(wanted), kind, COMPARED],
            )
            return [subject for (subject,) in cursor.fetchall()]
        each = " UNION ALL ".join(
            ["SELECT rowid AS id FROM core_searchtext_fts WHERE core_searchtext_fts MATCH %s"] * len(wanted)
        )
        cursor.execute(
            f"SELECT text.subject FROM (SELECT id, count(*) AS shared FROM ({each}) GROUP BY id) AS found"  # noqa: S608 - only marks vary
            " JOIN core_searchtext AS text ON text.id = found.id WHERE text.kind = %s"
            " ORDER BY found.shared DESC, text.id DESC LIMIT %s",
            [*(f'"{token}"' for token in wanted), kind, COMPARED],
        )
        return [UUID(hex=subject) for (subject,) in cursor.fetchall()]


@dataclass(frozen=True)
class Sample:
    """In how many of some texts each token stands, of how many, and about how many texts there are in all."""

    common: Counter[str]
    texts: int
    all_texts: int
    until: float


_samples: dict[tuple[str, str], Sample] = {}
kept(_samples.clear)


def _sample(kind: str) -> Sample:
    """Kept for ten minutes; for twenty seconds while there are few texts."""
    key = SearchText.objects.db, kind
    known = _samples.get(key)
    if known is None or time.monotonic() > known.until:
        known = _samples[key] = _counted(kind)
    return known


def _counted(kind: str) -> Sample:
    """From the newest texts and as many spread over all others: what people write of goes with the season."""
    texts = SearchText.objects.filter(kind=kind)
    rows = list(texts.order_by("-id").values_list("id", "tokens")[:SAMPLE])
    all_texts, seconds = len(rows), FEW_SECONDS
    if len(rows) == SAMPLE:
        last, first = rows[-1][0], texts.order_by("id").values_list("id", flat=True)[0]
        wanted = {first + (last - first) * place // SAMPLE for place in range(SAMPLE)}
        older = list(texts.filter(id__in=wanted).exclude(id=last).values_list("id", "tokens"))
        # Numbers have gaps, where rows went or never came: as many of the others as were met in this walk.
        all_texts += (last - first) * len(older) // len(wanted)
        rows, seconds = rows + older, SAMPLE_SECONDS
    common: Counter[str] = Counter()
    for _, theirs in rows:
        common.update(_pairs(theirs.split(" ")))
    return Sample(common, len(rows), all_texts, time.monotonic() + seconds)

"""Who had a part in what another is to decide on, as the log has it: who acted, and in whose stead (trust.md A1).

A row names one person. Whoever lends their powers has a part in what is done with them: they do not consent to it, nor
does anybody else who acts for one of the two.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.core.events import Fact
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused


def acted(fact: type[Fact], subject: object, *, when: datetime | None = None, **said: Any) -> frozenset[UUID]:
    """Those who stand in the log under a fact about one thing, and whom they acted for; `when` and `said` tell one such
    fact from another."""
    rows = Event.objects.filter(name=fact.NAME, subject=str(subject))
    rows = rows if when is None else rows.filter(at=when)
    told = rows.values_list("by_id", "on_behalf_of_id", "data")
    return _persons((one, other) for one, other, data in told if said.items() <= data.items())


def in_ones_stead(viewer: Viewer, fact: type[Fact], subjects: Collection[object]) -> Sequence[Mapping[str, Any]]:
    """What was said in facts of one sort that somebody else did in the viewer's stead, each with its `subject`: a list
    of what waits shows these as waiting for another. One query, none without subjects."""
    if not subjects:
        return ()
    rows = Event.objects.filter(name=fact.NAME, subject__in=[str(one) for one in subjects])
    theirs = rows.filter(on_behalf_of_id__in=viewer.persons).order_by()
    return [{**data, "subject": subject} for subject, data in theirs.values_list("subject", "data")]


def stood_in(subjects: Collection[object]) -> Mapping[str, frozenset[tuple[UUID, UUID]]]:
    """Of some things: who did something about each in whose stead, as (who acted, for whom)."""
    told = Event.objects.filter(subject__in=[str(one) for one in subjects], on_behalf_of_id__isnull=False)
    found: dict[str, set[tuple[UUID, UUID]]] = {}
    for subject, one, other in told.order_by().values_list("subject", "by_id", "on_behalf_of_id").distinct():
        if one is not None and other is not None:
            found.setdefault(subject, set()).add((one, other))
    return {subject: frozenset(pairs) for subject, pairs in found.items()}


def hands(subject: object, holders: Iterable[UUID | None]) -> frozenset[UUID]:
    """The holders of parts in one thing, and who did something about it in the stead of one of them."""
    held = frozenset(one for one in holders if one is not None)
    pairs = stood_in([subject]).get(str(subject), frozenset()) if held else ()
    return held | {one for one, other in pairs if other in held}


def is_another(by: Viewer, had: Iterable[UUID | None]) -> bool:
    """Whether a person acts, and neither they nor whom they act for had a part."""
    return by.person_id is not None and not by.persons & frozenset(had)


def need_another(by: Viewer, had: Iterable[UUID | None], code: str, **values: Any) -> UUID:
    """Who acts; whoever had a part is refused under a code."""
    if by.person_id is None or not is_another(by, had):
        raise Refused(code, **values)
    return by.person_id


def _persons(pairs: Iterable[tuple[UUID | None, UUID | None]]) -> frozenset[UUID]:
    return frozenset(one for pair in pairs for one in pair if one is not None)

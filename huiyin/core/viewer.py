"""Who looks: verbs and scope as plain data, computed once per request (house.md §6.10)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from huiyin.programme.refusal import Refused

Range = tuple[str, str]


@dataclass(frozen=True)
class Near:
    """Who stands near a viewer: `today`, and `once`, those who did or may on other days and do not today. `family` are
    the viewer, whom they act for, and the relatives of both."""

    today: frozenset[UUID] = frozenset()
    once: frozenset[UUID] = frozenset()
    family: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Viewer:
    """One who asks or acts.

    `scopes` are half-open ranges of place codes, compared bytewise: `low <= code < high`.
    `person_id` is who acts; `on_behalf_of` whom a delegate acts for (both stand in every event).
    `name` is a technical name ("worker", "resident", "import") where no person acts.
    `at` is the moment it was computed for, `day` the county's day then: posts of that day and of the matter's day bind.
    `edition` is the register's key of who is in post where, read together with the posts.
    `back` is the day a page is seen as of, None for today: `day` is then that day, scope and verbs stay those of today.
    `near` is who stands near them, where it has been worked out for a question that is asked at once; else None.
    """

    person_id: UUID | None = None
    account_id: int | None = None
    official_id: UUID | None = None
    on_behalf_of: UUID | None = None
    name: str = ""
    language: str = "zh-hans"
    verbs: frozenset[str] = frozenset()
    scopes: tuple[Range, ...] = ()
    body_ids: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()
    everything: bool = False
    at: datetime | None = None
    day: date | None = None
    edition: UUID | None = None
    near: Near | None = None
    back: date | None = None

    @property
    def persons(self) -> frozenset[UUID]:
        """Who acts and whom they act for: what one may not do, the other may not have done either."""
        return frozenset(one for one in (self.person_id, self.on_behalf_of) if one is not None)

    @classmethod
    def system(cls, name: str) -> "Viewer":
        """The machine itself (worker, import, demo): no person, every place, every verb."""
        return cls(name=name, everything=True)

    @classmethod
    def resident(cls, language: str = "zh-hans") -> "Viewer":
        """Somebody at a public door: no verbs, no scope; opens one thing at a time by its proof."""
        return cls(name="resident", language=language)

    def may(self, verb: str) -> bool:
        """Whether some post of today gives this verb."""
        return self.everything or verb in self.verbs

    def need(self, verb: str) -> None:
        """Refuse with a sentence unless `may(verb)`."""
        if not self.may(verb):
            raise Refused("not_allowed", verb=verb)

    def sees(self, code: str) -> bool:
        """Whether a place code lies in scope."""
        return self.everything or any(low <= code < high for low, high in self.scopes)

    def reaches(self, code: str) -> bool:
        """Whether some of a place, or of what is under it, lies in scope."""
        low, high = subtree(code)
        return self.everything or any(start < high and low < end for start, end in self.scopes)

    def scope(self, field: str) -> Q:
        """The same as a condition on a column of place codes; nothing where there is no scope."""
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        for low, high in self.scopes:
            condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
        return condition

    def but(self, **changed: Any) -> "Viewer":
        """The same viewer with some fields changed; a request's is found out at first use, so `replace` cannot."""
        return replace(self, **changed)

    def acting_for(self, person_id: UUID) -> "Viewer":
        """The same viewer as a delegate of another person."""
        return replace(self, on_behalf_of=person_id)

    def trace(self) -> dict[str, Any]:
        """What an event keeps about who acted: ids only."""
        return {"by_id": self.person_id, "on_behalf_of_id": self.on_behalf_of, "by_name": self.name}


def subtree(code: str) -> Range:
    """The half-open range of a 12-digit place (15 below the village) and all under it.

    A code's level ends where its zeros begin: province 2, prefecture 4, county 6, town 9, village 12, group 15 digits.
    What is no code, as an address may hold it, has nothing under it: the range is empty.
    """
    if not (code.isascii() and code.isdigit()):
        return "", ""
    for width in (2, 4, 6, 9):
        if set(code[width:12]) <= {"0"} and len(code) == 12:
            return code[:width], _after(code[:width])
    return code, _after(code)


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sorted ranges with overlaps joined."""
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def at_or_under(some: Iterable[str], field: str = "place_code") -> Q:
    """As a condition on a column of place codes: one of some places, or what lies under one; nothing for none."""
    condition = Q(pk__in=[])
    for low, high in merge(subtree(code) for code in some):
        condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
    return condition


def _after(prefix: str) -> str:
    """The first string of digits behind everything that starts with `prefix`; digits only, so any collation agrees."""
    return str(int(prefix) + 1).zfill(len(prefix)) if set(prefix) != {"9"} else prefix + "~"

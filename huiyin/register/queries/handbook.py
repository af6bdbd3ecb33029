"""The handbook: what holds today, and which households have their copy (R-141)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Substr

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.handbook import Chapter
from huiyin.register.models import HandbookCopy, Household, PrintRun
from huiyin.register.queries import places, whereabouts
from huiyin.register.queries.days import over, today

LONGEST = 60
ALIKE = 0.5
"""What a question must share where none has all the words: one pair that two have, or two that four have."""


@dataclass(frozen=True)
class Shown:
    """A handbook as it holds on a day."""

    title: str
    edition: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Group:
    """A group (or the village itself): its households, those with a copy, the codes of the first without one, days."""

    code: str
    name: str
    households: int
    given: int
    without: tuple[str, ...]
    days: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class Reached:
    """A village's newest edition: how many households there are, how many have it."""

    run_id: UUID
    place: str
    edition: int
    households: int
    given: int


def shown(viewer: Viewer, at: datetime, *, words: str = "") -> Shown | None:
    """The handbook in force with what holds today; with `words` only the questions in which they stand."""
    page = next((one.handbook for one in rulebook.current(at).rulebook.programmes.values() if one.handbook), None)
    if page is None:
        return None
    chapters = page.holding(today(viewer, at))
    return Shown(page.title, page.edition, found(chapters, words) if words.strip() else chapters)


def found(chapters: Sequence[Chapter], words: str) -> tuple[Chapter, ...]:
    """Where every word stands; where none does, what shares most with what was asked, as people ask in sentences of
    their own: pairs of characters, each the more the fewer questions have it."""
    asked = words.casefold().split()
    every = [
        (one, q, f"{one.title} {q.ask} {q.answer} {q.office}".casefold()) for one in chapters for q in one.questions
    ]
    kept = [(one, q) for one, q, text in every if all(word in text for word in asked)]
    if not kept:
        pairs = sorted({word[at : at + 2] for word in asked for at in range(len(word) - 1)})
        held = {pair: sum(pair in text for _, _, text in every) for pair in pairs}
        near = [sum(1 / held[pair] for pair in pairs if pair in text) for _, _, text in every]
        most = max(near, default=0)
        kept = [(one, q) for (one, q, _), share in zip(every, near, strict=True) if share == most >= ALIKE]
    return tuple(
        Chapter(title=one.title, questions=some)
        for one in chapters
        if (some := tuple(q for its, q in kept if its is one))
    )


def of_run(viewer: Viewer, run_id: UUID) -> tuple[PrintRun, tuple[Group, ...]]:
    """A made run of handbooks and its village by groups. Five questions. Raises Missing outside the scope."""
    run = PrintRun.objects.filter(pk=run_id, kind="handbook", state="made").first()
    if run is None or not (viewer.may("register.see") and viewer.sees(run.place_code)):
        raise Missing
    low, high = subtree(run.place_code)
    homes = Household.objects.filter(place_code__gte=low, place_code__lt=high, until=None)
    counts = dict(homes.order_by().values_list("place_code").annotate(Count("pk")))
    copies = HandbookCopy.objects.filter(run=run, taken_back_at=None)
    days: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for group, on, count in copies.order_by("given_on").values_list("group_code", "given_on").annotate(Count("pk")):
        days[group].append((on, count))
    lacking: dict[str, list[str]] = defaultdict(list)
    without = homes.exclude(pk__in=copies.values("household_id")).order_by("place_code", "code")
    for group, code in without.values_list("place_code", "code"):
        lacking[group].append(code)
    names = {one.code: one.name for one in (places.with_children(viewer, run.place_code)[1])}
    return run, tuple(
        Group(
            code,
            names.get(code, ""),
            counts[code],
            counts[code] - len(lacking[code]),
            tuple(lacking[code][:LONGEST]),
            tuple(days[code]),
        )
        for code in sorted(counts)
    )


def to_sign(viewer: Viewer, village: str) -> tuple[tuple[str, list[str]], ...]:
    """By group of a village its name and the codes of its households; codes only, no names. Two questions."""
    low, high = subtree(village)
    homes = Household.objects.filter(place_code__gte=low, place_code__lt=high, until=None)
    found: dict[str, list[str]] = defaultdict(list)
    for group, code in homes.order_by("place_code", "code").values_list("place_code", "code"):
        found[group].append(code)
    names = {one.code: one.name for one in places.with_children(viewer, village)[1]}
    return tuple((names.get(group, ""), some) for group, some in sorted(found.items()))


def _had(end: datetime | None) -> Q:
    """Copies that were handed over, as was known `end`."""
    if end is None:
        return Q(copies__taken_back_at=None)
    known = Q(copies__recorded_at__lt=end)
    return known & (Q(copies__taken_back_at=None) | Q(copies__taken_back_at__gte=end))


def reached(viewer: Viewer, town: str, at: datetime) -> tuple[Reached, ...]:
    """The newest edition of each village of a town that has one, and how far it has come. Raises Missing."""
    if not (viewer.may("register.see") and viewer.sees(town)):
        raise Missing
    low, high = subtree(town)
    runs, end = PrintRun.objects.filter(kind="handbook", state="made", place_code__gte=low, place_code__lt=high), None
    if viewer.back is not None:
        end = over(viewer, at)
        runs = runs.filter(made_at__lt=end)
    newest = {run.place_code: run for run in runs.order_by("edition")}
    if not newest:
        return ()
    held = Count("copies", filter=_had(end))
    some = PrintRun.objects.filter(pk__in=[run.pk for run in newest.values()])
    given = dict(some.annotate(held=held).values_list("pk", "held"))
    homes = whereabouts.homes(viewer, town).order_by()
    counts = dict(homes.values_list(Substr("there", 1, 12)).annotate(Count("pk")))
    paths = places.paths(viewer, newest)
    return tuple(
        Reached(run.pk, paths[code], run.edition, counts.get(code, 0), given[run.pk])
        for code, run in sorted(newest.items())
    )

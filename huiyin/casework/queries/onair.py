"""Episodes of a radio hotline, their calls and what became of them (R-161)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from huiyin.casework.models import Episode, Matter, OnAirCall, Reply
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import places, staff

SHOWN = 60
CALLS_MOST = 200
ORDINARY = Q(held=False, sealed=False)


@dataclass(frozen=True)
class EpisodeRow:
    """An episode with how many of its calls the viewer sees, and how many of those have ended."""

    id: UUID
    on: date
    topic: str
    body: str
    calls: int
    closed: int
    told: int


@dataclass(frozen=True)
class CallRow:
    """A call that became a matter, told without a word of who rang: topic, town, state, public answer."""

    code: str
    topic: str
    town: str
    opened_at: datetime
    state: str
    closed: bool
    due_at: datetime | None
    answer: str
    taken_on: date
    told_on: date | None


@dataclass(frozen=True)
class EpisodePage:
    """An episode: its own calls, what it tells of earlier ones, and what of them was told in none yet."""

    row: EpisodeRow
    calls: Sequence[CallRow]
    tells: Sequence[CallRow]
    untold: Sequence[CallRow]
    plans: bool


def is_on(viewer: Viewer, at: datetime) -> bool:
    """Whether the county has such a channel."""
    book = current(at).rulebook
    return any(one.on_air for one in book.matters(book.county.intake.programme).channels.values())


def plans(viewer: Viewer, at: datetime) -> bool:
    """Whether the viewer plans episodes: who takes in for the whole county."""
    return viewer.may("matter.open") and viewer.sees(current(at).rulebook.county.code)


def episodes(viewer: Viewer) -> Sequence[EpisodeRow]:
    """The newest episodes, planned ones first. Four queries."""
    found = list(Episode.objects.visible_to(viewer).order_by("-on")[:SHOWN])
    return _rows(viewer, found)


def episode(viewer: Viewer, episode_id: UUID, at: datetime) -> EpisodePage:
    """One episode. Raises Missing. Five queries."""
    found = Episode.objects.visible_to(viewer).filter(id=episode_id).first()
    if found is None:
        raise Missing
    earlier = Q(episode__on__lt=found.on, episode__body_id=found.body_id, told_in__isnull=True)
    some = _calls(viewer, Q(episode=found) | Q(told_in=found) | earlier)
    told = _told(viewer, some)
    own = [told[one.id] for one in some if one.episode_id == found.id]
    tells = [told[one.id] for one in some if one.told_in_id == found.id]
    names = staff.body_names(viewer, {found.body_id})
    counts = (len(own), sum(one.closed for one in own), sum(one.told_on is not None for one in own))
    return EpisodePage(
        row=EpisodeRow(found.id, found.on, found.topic, names.get(found.body_id, ""), *counts),
        calls=own,
        tells=tells,
        untold=[one for one in told.values() if one.told_on is None and one.taken_on < found.on],
        plans=plans(viewer, at),
    )


def _rows(viewer: Viewer, found: Sequence[Episode]) -> Sequence[EpisodeRow]:
    seen = Matter.objects.visible_to(viewer).filter(ORDINARY, on_air__episode__in=found).order_by()
    counted = seen.values_list("on_air__episode").annotate(
        n=Count("id"), closed=Count("closed_at"), told=Count("on_air__told_in")
    )
    counts = {one: (n, closed, told) for one, n, closed, told in counted}
    names = staff.body_names(viewer, {one.body_id for one in found})
    return [
        EpisodeRow(one.id, one.on, one.topic, names.get(one.body_id, ""), *counts.get(one.id, (0, 0, 0)))
        for one in found
    ]


def _calls(viewer: Viewer, which: Q) -> list[OnAirCall]:
    """The newest calls with their ordinary matters in sight."""
    seen = Matter.objects.visible_to(viewer).filter(ORDINARY).values("pk")
    rows = OnAirCall.objects.filter(which, matter__in=seen).select_related("matter", "episode", "told_in")
    return list(rows.order_by("-matter__opened_at", "-matter_id")[:CALLS_MOST])


def _told(viewer: Viewer, some: Sequence[OnAirCall]) -> dict[UUID, CallRow]:
    """What may be told of each call; two queries, however many there are."""
    towns = places.paths(viewer, {_town(one.matter) for one in some})
    answers = Reply.objects.filter(matter__in=[one.matter_id for one in some]).order_by("at", "id")
    newest = dict(answers.values_list("matter_id", "public_text"))
    return {
        one.id: CallRow(
            code=one.matter.code,
            topic=_topic(one.matter),
            town=towns.get(_town(one.matter), ""),
            opened_at=one.matter.opened_at,
            state=one.matter.state,
            closed=one.matter.closed_at is not None,
            due_at=one.matter.due_at,
            answer=newest.get(one.matter_id, ""),
            taken_on=one.episode.on,
            told_on=one.told_in.on if one.told_in else None,
        )
        for one in some
    }


def _town(matter: Matter) -> str:
    return f"{matter.place_code[:9]:0<12}"


def _topic(matter: Matter) -> str:
    topics = version(matter.rulebook_id).matters(matter.programme).topics
    return topics[matter.topic].title if matter.topic in topics else ""

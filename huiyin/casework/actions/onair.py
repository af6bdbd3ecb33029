"""A radio hotline: an episode is planned, its calls are its matters, a later one tells what became of them (R-161)."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events.onair import CallTakenOnAir, CallToldOnAir, EpisodePlanned
from huiyin.casework.models import Episode, Matter, OnAirCall
from huiyin.casework.queries import onair as queries
from huiyin.casework.rules import codes, impersonal
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import staff


@action
def plan(*, by: Viewer, at: datetime, on: date, topic: str, body: UUID | None) -> Episode:
    """Plan an episode, one a day. For who takes in for the whole county.

    Raises Refused: not_allowed, text_empty, text_too_long, speaks_of_…, body_unknown, episode_planned.
    """
    _may(by, at)
    for wrong in faults(by, at, topic=topic, body=body):
        raise wrong
    if body is None:
        raise Refused("body_unknown", field="body")
    if Episode.objects.filter(on=on).exists():
        raise Refused("episode_planned", field="on")
    row = Episode(on=on, topic=text.line(topic, most=200, field="topic"), body_id=body, by_id=by.person_id, at=at)
    row.save(force_insert=True)
    record(EpisodePlanned(subject=str(row.id), on=on.isoformat(), body=str(body)), by=by, at=at)
    return row


def faults(by: Viewer, at: datetime, *, topic: str, body: UUID | None) -> Iterator[Refused]:
    """All that is wrong with what a plan says, each with its field."""
    if body is None or body not in staff.body_names(by, {body}):
        yield Refused("body_unknown", field="body")
    try:
        said = text.line(topic, most=200, least=1, field="topic")
    except Refused as refused:
        yield refused
        return
    if found := impersonal.fault(said, books.roll(by, current(at).rulebook.county.code, at), field="topic"):
        yield found


@action
def take(*, by: Viewer, at: datetime, episode_id: UUID, code: str) -> OnAirCall:
    """Put a matter that came in by an episode under it. Matters that are held or sealed stand under none (SG-01).

    Raises Missing; Refused: not_allowed, code_unknown, not_on_air, already_done.
    """
    _may(by, at)
    episode = Episode.objects.visible_to(by).filter(id=episode_id).first()
    if episode is None:
        raise Missing
    wanted = codes.read_code(code[:40])
    matter = Matter.objects.visible_to(by).filter(queries.ORDINARY, code=wanted).first() if wanted else None
    if matter is None:
        raise Refused("code_unknown", field="code")
    if not _by_radio(matter):
        raise Refused("not_on_air", field="code")
    if OnAirCall.objects.filter(matter=matter).exists():
        raise Refused("already_done", field="code")
    return _taken(by, at, episode, matter)


@action
def take_of_the_day(*, by: Viewer, at: datetime, ids: Collection[UUID]) -> int:
    """Of some matters, those that came in by the hotline on the day of an episode are its calls. Returns how many.

    Most came another way: one query says so, however many they are.
    """
    ordinary = Matter.objects.filter(queries.ORDINARY, id__in=ids, history=False, on_air=None)
    ways = ordinary.order_by("id").values_list("id", "rulebook_id", "programme", "channel")
    radio = [one for one, book, programme, channel in ways if _on_air(book, programme, channel)]
    if not radio:
        return 0
    days = {matter: matter.local_day for matter in Matter.objects.filter(id__in=radio).order_by("id")}
    episodes = {episode.on: episode for episode in Episode.objects.filter(on__in=set(days.values()))}
    for matter, day in days.items():
        if day in episodes:
            _taken(by, at, episodes[day], matter)
    return sum(day in episodes for day in days.values())


@action
def tell(*, by: Viewer, at: datetime, episode_id: UUID, code: str) -> OnAirCall:
    """What became of a call is told in this later episode. Raises Missing; Refused: not_allowed, already_done."""
    _may(by, at)
    episode = Episode.objects.visible_to(by).filter(id=episode_id).first()
    wanted = codes.read_code(code[:40])
    seen = Matter.objects.visible_to(by).filter(queries.ORDINARY, code=wanted)
    rows = OnAirCall.objects.select_for_update(of=("self",)).filter(matter__in=seen)
    row = rows.filter(episode__on__lt=episode.on).first() if episode else None
    if row is None or episode is None:
        raise Missing
    if row.told_in_id is not None:
        raise Refused("already_done")
    row.told_in = episode
    row.save()
    record(CallToldOnAir(subject=str(row.matter_id), episode=str(episode.id)), by=by, at=at)
    return row


def _taken(by: Viewer, at: datetime, episode: Episode, matter: Matter) -> OnAirCall:
    row = OnAirCall(episode=episode, matter=matter, by_id=by.person_id, at=at)
    row.save(force_insert=True)
    record(CallTakenOnAir(subject=str(matter.id), episode=str(episode.id)), by=by, at=at)
    return row


def _by_radio(matter: Matter) -> bool:
    return _on_air(matter.rulebook_id, matter.programme, matter.channel)


def _on_air(rulebook: UUID, programme: str, channel: str) -> bool:
    channels = version(rulebook).matters(programme).channels
    return channel in channels and channels[channel].on_air


def _may(by: Viewer, at: datetime) -> None:
    by.need("matter.open")
    if not queries.plans(by, at):
        raise Refused("not_allowed", verb="matter.open")

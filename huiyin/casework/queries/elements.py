"""The ten elements of a matter: on its page as one block, of many as the columns of a file (R-170).

Who said it stands in a file only as how they wish to be named; a name is read where the matter is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from huiyin.casework.models import CallBack, Clock, Judgement, Matter, Move, Party, Reply
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import closing
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.dimensions import DIMENSIONS
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.words import of_method
from huiyin.register.queries import staff

T = TypeVar("T")
OPINIONS = ("accept", "decline", "retain", "pass", "answer")
"""Steps that say what becomes of a matter; the first of them is the opinion it was accepted with."""


@dataclass(frozen=True)
class Opinion:
    """What became of it when it was accepted: the step, when, by whom, and what they noted."""

    step: str
    at: datetime
    by: str
    words: str


@dataclass(frozen=True)
class Elements:
    """The ten, in the words of the programme the matter was opened under.

    `name` is empty in files; `classes` are the dimensions that are set, by name with their titles; `due_at` is when the
    clock ends that an answer meets, `named` whether its responsible person named that day (R-226). `word` is the
    resident's last: yes, part, no or empty.
    """

    code: str
    title: str
    disclosure: str
    name: str
    opened_at: datetime
    channel: str
    classes: tuple[tuple[str, str], ...]
    level: str
    opinion: Opinion | None
    due_at: datetime | None
    named: bool
    state: str
    result: str
    answered_at: datetime | None
    body: str
    handler: str
    supervisor: str
    calls: int
    reached: int
    word: str


@dataclass(frozen=True)
class _Rest:
    """What stands beside a matter's row."""

    disclosure: str
    name: str
    opinion: Opinion | None
    clocks: Sequence[tuple[str, datetime]]
    result: str
    calls: Sequence[str]
    word: str
    names: Mapping[UUID, str]
    bodies: Mapping[UUID, str]


def of_page(viewer: Viewer, page: OnePage) -> Elements:
    """The ten elements of a matter whose page the viewer has at hand; no query."""
    moves = [Opinion(one.step, one.at, one.by, one.note or one.reason) for one in page.moves if one.step in OPINIONS]
    rest = _Rest(
        disclosure=page.reporter.disclosure if page.reporter else "anonymous",
        name=page.reporter.name if page.reporter else "",
        opinion=next(iter(moves), None),
        clocks=[(clock.name, clock.due_at) for clock in page.clocks],
        result=page.replies[-1].text if page.replies else "",
        calls=[one.outcome for one in page.call_backs if one.outcome != closing.TAKEN_BACK],
        word=page.judgements[-1].solved if page.judgements else "",
        names=page.names,
        bodies={page.matter.owner_body_id: page.body} if page.matter.owner_body_id else {},
    )
    return _elements(page.matter, page.rulebook, rest, viewer.language)


def of_many(viewer: Viewer, ids: Sequence[UUID]) -> list[Elements]:
    """The ten elements of ordinary matters in sight, in the order given. Nine queries, whatever their number."""
    rows = Matter.objects.visible_to(viewer).in_bulk(list(ids))
    wanted = list(rows)
    moves = Move.objects.filter(matter_id__in=wanted, step__in=OPINIONS).order_by("seq")
    first: dict[UUID, Move] = {}
    for move in moves:
        first.setdefault(move.matter_id, move)
    running = Clock.objects.filter(matter_id__in=wanted).values_list("matter_id", "name", "due_at")
    clocks = _grouped((one, (name, due)) for one, name, due in running)
    replies = dict(Reply.objects.filter(matter_id__in=wanted).order_by("at", "id").values_list("matter_id", "text"))
    tried = CallBack.objects.made().filter(matter_id__in=wanted)
    calls = _grouped(tried.values_list("matter_id", "outcome"))
    said = Judgement.objects.filter(matter_id__in=wanted).order_by("at", "id").values_list("matter_id", "solved")
    words = dict(said)
    disclosed = Party.objects.filter(matter_id__in=wanted, role="reporter").values_list("matter_id", "disclosure")
    named = dict(disclosed)
    people = [(row.handler_id, row.supervisor_id) for row in rows.values()]
    names = staff.persons(viewer, {one for pair in people for one in pair if one})
    names |= staff.persons(viewer, {move.by_id for move in first.values() if move.by_id})
    bodies = staff.body_names(viewer, {row.owner_body_id for row in rows.values() if row.owner_body_id})
    return [
        _elements(
            row,
            version(row.rulebook_id),
            _Rest(
                disclosure=named.get(row.id, "anonymous"),
                name="",
                opinion=_opinion(first.get(row.id), names),
                clocks=clocks[row.id],
                result=replies.get(row.id, ""),
                calls=calls[row.id],
                word=words.get(row.id, ""),
                names=names,
                bodies=bodies,
            ),
        )
        for one in ids
        if (row := rows.get(one)) is not None
    ]


def _opinion(move: Move | None, names: Mapping[UUID, str]) -> Opinion | None:
    if move is None:
        return None
    by = names.get(move.by_id, move.by_name) if move.by_id else move.by_name
    return Opinion(move.step, move.at, by, move.note or move.reason)


def _elements(matter: Matter, book: Rulebook, rest: _Rest, language: str = "") -> Elements:
    page = book.matters(matter.programme)
    channel = page.channels.get(matter.channel)
    classes = [(name, page.values(name).get(getattr(matter, name))) for name in DIMENSIONS]
    return Elements(
        code=matter.code,
        title=matter.title,
        disclosure=rest.disclosure,
        name=rest.name,
        opened_at=matter.opened_at,
        channel=of_method("channel", matter.channel, channel.title if channel else matter.channel, language),
        classes=tuple(
            (name, of_method(name, getattr(matter, name), one.title, language))
            for name, one in classes
            if one is not None
        ),
        level=matter.level,
        opinion=rest.opinion,
        due_at=_due(book, matter, rest.clocks),
        named=matter.deadline_on is not None,
        state=matter.state,
        result=rest.result,
        answered_at=matter.answered_at,
        body=rest.bodies.get(matter.owner_body_id, "") if matter.owner_body_id else "",
        handler=rest.names.get(matter.handler_id, "") if matter.handler_id else "",
        supervisor=rest.names.get(matter.supervisor_id, "") if matter.supervisor_id else "",
        calls=len(rest.calls),
        reached=sum(outcome == "reached" for outcome in rest.calls),
        word=rest.word,
    )


def _due(book: Rulebook, matter: Matter, clocks: Sequence[tuple[str, datetime]]) -> datetime | None:
    """When an answer is owed; before that clock has started, the next thing that is."""
    rules = book.matters(matter.programme).clocks
    answered = [due for name, due in clocks if name in rules and "answer" in rules[name].met_by]
    return max(answered, default=matter.due_at)


def _grouped(rows: Iterable[tuple[UUID, T]]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for key, one in rows:
        found[key].append(one)
    return found

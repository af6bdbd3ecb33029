"""What was done with a matter and what is still to come, as steps in words."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from huiyin.casework.queries.books import PAUSE_OVER
from huiyin.casework.queries.one import MoveRow, OnePage
from huiyin.casework.rules.flow import pause_reasons
from huiyin.channels.queries.messages import Line
from huiyin.core.text import spaced_phone
from huiyin.interfaces.common.phrases import language, phrase
from huiyin.interfaces.common.shapes import Step
from huiyin.interfaces.common.templatetags.hy import day_words, time_words
from huiyin.interfaces.desk.faces import clock_face
from huiyin.programme.schema.dimensions import DIMENSIONS
from huiyin.programme.words import has_label, label, of_method

WRITTEN = (
    *("participants", "minutes", "instruction", "question", "promise", "promised_on", "review_date", "until"),
    *("deadline", "plan", "cause", "basis", "explained_by", "view"),
)
"""What a step may have brought besides note and reason, each with its label."""


def timeline(page: OnePage, at: datetime, wired: Sequence[Line] = ()) -> list[Step]:
    """Moves taken and messages to and fro, the present state with its nearest deadline, then the stages still ahead."""
    moves = [
        (
            move.at,
            Step(state="done", title=_title(page, move), when=_when(move.at), by=_by(move), text=_text(page, move)),
        )
        for move in page.moves
    ]
    steps = [step for _, step in sorted([*moves, *_messages(page, wired)], key=lambda one: one[0])]
    if page.matter.closed_at is not None:
        return steps
    running = [row for row in page.clocks if row.met_at is None and row.ended_at is None]
    nearest = min(running, key=lambda row: row.due_at, default=None)
    face = clock_face(nearest, at) if nearest else None
    late = face is not None and face.state in ("overdue", "far_overdue")
    handler = page.names.get(page.matter.handler_id, "") if page.matter.handler_id else ""
    steps.append(
        Step(
            state="late" if late else "now",
            title=page.rulebook.label("state", page.matter.state, language()),
            when=face.text if face else "",
            by=handler,
        )
    )
    return [*steps, *_ahead(page)]


def _messages(page: OnePage, wired: Sequence[Line]) -> Iterator[tuple[datetime, Step]]:
    """What went out and came in by SMS and e-mail: to whom, masked, and how far it got; never the words."""
    spoken = language()
    shown = page.reporter is None or page.reporter.disclosure != "confidential" or bool(page.reporter.name)
    for one in wired:
        title = label("message_purpose", one.purpose, spoken) if one.out else label("message_way", "in", spoken)
        lines = [label("message_state", one.state, spoken)]
        if one.ended_at is not None and one.out:
            lines[0] += " · " + _when(one.ended_at)
        if one.doubts:
            lines.append(label("message_way", "doubt", spoken))
        yield (
            one.at,
            Step(
                state="done",
                title=f"{title} · {label('wire', one.channel, spoken)}",
                when=_when(one.at),
                by=spaced_phone(one.masked) if shown else "",
                text="\n".join(lines),
            ),
        )


def _ahead(page: OnePage) -> Iterator[Step]:
    """Stages of the county's line that come after the last one reached in this round."""
    stages = page.rulebook.flow(page.matter.programme, page.matter.kind).stages
    taken = ["open"]
    for move in page.moves:
        # What is taken up again need not be accepted again: it goes on with being assigned.
        taken = ["open", "accept"] if move.step == "reopen" else [*taken, move.step]
    reached = max((n for n, stage in enumerate(stages) if set(stage.steps) & set(taken)), default=-1)
    for stage in stages[reached + 1 :]:
        if not stage.when_needed:
            yield Step(state="next", title=of_method("step", stage.steps[0], stage.title, language()))


def _title(page: OnePage, move: MoveRow) -> str:
    if PAUSE_OVER in move.data:
        return label("step", PAUSE_OVER, language())
    flow = page.rulebook.flow(page.matter.programme, page.matter.kind)
    # Steps of one name may start from different states and be called differently there.
    taken = flow.taking(move.step, move.source)
    own = taken.title if taken else None
    title = own or page.rulebook.label("step", move.step, language())
    return f"{title} {move.body}".strip()


def _by(move: MoveRow) -> str:
    """Who took a step; both names where it was for another, and no technical name where no person did."""
    if move.by_id is None:
        for names in ("acting", "actor"):
            if has_label(names, move.by):
                return label(names, move.by, language())
    return phrase("acted_for", by=move.by, whom=move.on_behalf_of) if move.on_behalf_of else move.by


def _text(page: OnePage, move: MoveRow) -> str:
    """What was written, and what was set, one line each."""
    spoken = language()
    lines = [f"{label('part', 'handler', spoken)} {move.person}"] if move.person and move.step != "take" else []
    if second := move.data.get("second"):
        named = label("need", "second", spoken)
        lines.append(phrase("named", name=named, said=page.names.get(UUID(second), "")))
    programme = page.rulebook.matters(page.matter.programme)
    set_ = [
        of_method(key, value, programme.values(key)[value].title, spoken)
        for key in DIMENSIONS
        if (value := str(move.data.get(key, ""))) in programme.values(key)
    ]
    lines += [" · ".join(set_)] if set_ else []
    reasons = pause_reasons(programme, page.matter.kind)
    lines += [reasons[why]] if (why := str(move.data.get("pause_reason", ""))) in reasons else []
    for key in WRITTEN:
        if move.data.get(key):
            own = f"{move.step}_{key}"
            named = label("need", own if has_label("need", own) else key, spoken)
            lines.append(phrase("named", name=named, said=_said(str(move.data[key]))))
    lines += [text for text in (move.reason, move.note) if text]
    return "\n".join(lines)


def _said(value: str) -> str:
    """What was set, a day as days are said everywhere else."""
    try:
        return day_words(date.fromisoformat(value), "plain") if len(value) == len("2026-12-06") else value
    except ValueError:
        return value


def _when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return phrase("day_and_time", day=day_words(local.date(), "plain"), time=time_words(local))

"""Matters in bulk from another system: each line taken or refused with a reason, a second run adds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from huiyin.casework.actions.intake import Words, check, open_matters
from huiyin.casework.models import Matter
from huiyin.casework.queries.left_out import left_out
from huiyin.casework.rules.sheet import Line
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault

BATCH = 100


@dataclass
class Outcome:
    """What became of a batch: how many opened, how many were there already, the faults of the others."""

    opened: int = 0
    known: int = 0
    left_out: int = 0
    """Links, accounts, names and numbers of who said it in public, which are not kept."""
    faults: list[Fault] = field(default_factory=list)


def import_matters(*, by: Viewer, at: datetime, lines: Sequence[Line], history: bool = False) -> Outcome:
    """Open the matters of up to a hundred lines in one transaction; with `history` silently and for good.

    `received_at` is kept as a claim; clocks start at `at`, with `history` at the claim.
    """
    by.need("register.import")
    outcome = Outcome()
    ids = [line.external_id for line in lines]
    known = set(Matter.objects.filter(external_id__in=ids).values_list("external_id", flat=True))
    active = current(at)
    fresh: list[Words] = []
    for line in lines:
        if line.external_id in known:
            outcome.known += 1
            continue
        words = _words(line, history=history)
        try:
            check(by, words, active)
        except Refused as refused:
            outcome.faults.append(Fault(line.number, refused.code, _column(refused.field), refused.values))
            continue
        fresh.append(words)
        said, person = (words.text, words.subject), (words.reporter_name, words.reporter_phone)
        gone = left_out(by, at, channel=words.channel, said=said, person=person)
        outcome.left_out += gone.all if gone else 0
    if fresh:
        outcome.opened = len(open_matters(by=by, at=at, batch=fresh))
    return outcome


def _words(line: Line, *, history: bool) -> Words:
    return Words(
        text=line.text,
        subject=line.subject,
        channel=line.channel or "other",
        place_code=line.place_code,
        reporter_name=line.reporter_name,
        reporter_phone=line.reporter_phone,
        external_id=line.external_id,
        claimed_at=line.received_at,
        history=history,
    )


def _column(name: str) -> str:
    return {"phone": "reporter_phone", "name": "reporter_name"}.get(name, name)

"""A clerk takes a resident's words at the counter or on the telephone: all they may do, in one go (R-189).

What the clerk's post does not give is left for whom it does: without `matter.assign` the matter waits, accepted, for a
dispatcher. A matter that is held goes no further than being opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.files import SAID, add
from huiyin.casework.actions.intake import Opened, Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core.actions import action
from huiyin.core.files import Examined
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What the clerk decided on top of the words. `note` stays inside; owner, handler, supervisor assign at once.

    `explained` is what an answer owes that says why something cannot be solved: basis, explained_by, view (R-228).
    """

    way: str = ""
    reply: str = ""
    note: str = ""
    owner: UUID | None = None
    handler: UUID | None = None
    supervisor: UUID | None = None
    explained: Mapping[str, str] = field(default_factory=dict)


@action
def take_words(*, by: Viewer, at: datetime, words: Words, taken: Taken, files: Sequence[Examined] = ()) -> Opened:
    """Open a matter as first asked by the clerk; accept, classify, and answer or assign it as far as they may.

    `files` are what the resident brought along. Words that lay on paper are accepted and handed on as if on the day of
    the paper: no limit of the resident's begins later because nobody typed it in (R-155).

    Raises Refused as `intake.open_matter` and `steps.take_step`; then nothing is kept.
    """
    by.need("matter.open")
    opened = open_matter(by=by, at=at, words=replace(words, first_asked=by.person_id))
    matter = opened.matter
    add(by=by, at=at, matter=matter, given=files, part=SAID)
    if matter.held:
        # Somebody else decides about it: it was not answered on the spot after all.
        if books.make_ordinary(matter):
            with looking_as(OPEN):  # whoever wrote it may not read it again
                matter.save()
        return opened
    if not by.may("matter.classify") or not by.sees(matter.place_code):
        return opened
    since = matter.claimed_at
    matter = _step(by, at, matter, "accept", {}, since)
    given: dict[str, Any] = {"topic": words.topic, "nature": words.nature, "way": taken.way, "note": taken.note}
    given |= {name: getattr(words, name) for name in ("intent", "heading", "handling")}
    if words.topic and words.nature and taken.way:
        matter = _step(by, at, matter, "classify", given, since)
    if taken.reply and by.may("matter.reply"):
        matter = _step(by, at, matter, "answer", {"reply": taken.reply, **taken.explained})
    elif taken.owner and by.may("matter.assign"):
        parts = {"owner": taken.owner, "handler": taken.handler, "supervisor": taken.supervisor}
        matter = _step(by, at, matter, "assign", parts, since)
    return Opened(matter, opened.proof)


def _step(
    by: Viewer, at: datetime, matter: Matter, step: str, given: Mapping[str, Any], since: datetime | None = None
) -> Matter:
    """Take a step if the flow has it here; a county may let words in accepted already."""
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if step == "accept" and flow.taking(step, matter.state) is None:
        return matter
    return take_step(by=by, at=at, matter_id=matter.id, step=step, given=given, since=since)

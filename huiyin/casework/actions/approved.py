"""Whether an answer may go out: approved as it stands, where the programme wants a second person to see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huiyin.casework.models import Matter, ReplyDraft
from huiyin.core.actions import action
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused


def wanted(matter: Matter, given: Mapping[str, Any]) -> bool:
    """Whether an answer to this matter needs a second person, as it is classed or is being classed.

    A locked one has its own few readers, and its words are in boxes that no second person opens.
    """
    if matter.locked:
        return False
    book = version(matter.rulebook_id)
    classed = {name: str(given.get(name) or getattr(matter, name)) for name in ("topic", "nature", "way")}
    return book.replies(matter.programme).approval.needed(book.matters(matter.programme), **classed)


@action
def require(*, by: Viewer, at: datetime, matter: Matter, given: Mapping[str, Any]) -> None:
    """Let an answer out that was approved word for word, and mark it sent; part of the step that answers.

    Raises Refused: reply_not_approved. What machines bring in from before is not asked for.
    """
    if by.everything or matter.history or not wanted(matter, given):
        return
    draft = ReplyDraft.objects.select_for_update(of=("self",)).filter(matter=matter, state="approved").last()
    said = (given.get("reply", ""), given.get("public_text", ""))
    if draft is None or (draft.text, draft.public_text) != said:
        raise Refused("reply_not_approved", field="reply")
    draft.state = "sent"
    draft.save()

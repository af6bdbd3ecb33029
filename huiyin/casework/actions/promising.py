"""A promise is written down with the answer it stands in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from huiyin.casework.models import Matter, Promise, Reply
from huiyin.casework.rules import promises
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer


@action
def keep(*, by: Viewer, at: datetime, matter: Matter, reply: Reply, given: Mapping[str, Any]) -> Promise | None:
    """Write down what an answer promises, if anything; part of the step that answers, whose event tells of it.

    given: promise (what), promised_on (by when), promise_by (who, where it is not the handler). Raises Refused as
    `rules.promises.made`.
    """
    what = text.normalise(str(given.get("promise", "")), most=500, field="promise")
    due_on: date | None = given.get("promised_on")
    today = at.astimezone(version(matter.rulebook_id).county.tz).date()
    if not promises.made(what=what, due_on=due_on, today=today) or due_on is None:
        return None
    row = Promise(
        matter=matter,
        reply=reply,
        what=what,
        who=text.line(str(given.get("promise_by", "")), most=120, field="promise_by"),
        person_id=matter.handler_id,
        body_id=matter.owner_body_id,
        due_on=due_on,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    return row

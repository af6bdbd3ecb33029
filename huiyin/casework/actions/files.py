"""Files come into a matter: with a resident's words, at a clerk's desk, with an answer. Never without an event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from huiyin.casework.actions import compartment
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.steps import take_step
from huiyin.casework.events import FilesAdded, FilesErased
from huiyin.casework.models import Attachment, Matter, Reply
from huiyin.casework.rules import authors
from huiyin.casework.rules import files as rules
from huiyin.core import files
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.files import Examined
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

SAID, ANSWER = "said", "answer"


@looking_as(OPEN)
@action
def give(*, by: Viewer, at: datetime, matter_id: UUID, given: Sequence[Examined]) -> int:
    """A resident gives files with their words; the door has checked the proof, or has just opened the matter.

    Returns how many. Raises Missing; Refused: files_many, files_together, file_photo_or_pdf, files_enough.
    """
    if not given:
        return 0
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    already = Attachment.objects.filter(matter=matter, part=SAID, by_id__isnull=True).count()
    rules.of_a_resident([one.kind for one in given], already)
    return add(by=by, at=at, matter=matter, given=given, part=SAID)


@action
def take_step_with(
    *,
    by: Viewer,
    at: datetime,
    matter_id: UUID,
    step: str,
    given: Mapping[str, Any],
    files: Sequence[Examined],
    seen: int | None = None,
) -> Matter:
    """A step that carries an answer, with files for the resident: both or nothing; they count as the step's evidence.

    Raises as `steps.take_step`; Refused: files_many, files_together.
    """
    shown = {**given, "evidence": "files"} if files else given
    matter = take_step(by=by, at=at, matter_id=matter_id, step=step, given=shown, seen=seen)
    if files:
        reply = matter.replies.order_by("-at", "-id").first() if given.get("reply") else None
        add(by=by, at=at, matter=matter, given=files, part=ANSWER, reply=reply)
    return matter


@action
def erase(*, by: Viewer, at: datetime, matter: Matter) -> int:
    """Take away what a resident gave with their words, because they are erased; part of another action.

    Rows and events say that there were files, nothing of them stays. Returns how many went.
    """
    rows = list(Attachment.objects.filter(matter=matter, part=SAID).select_related("file"))
    for row in rows:
        kept, identity = row.file, row.file.id
        row.delete()
        kept.delete()
        # The bytes go once nothing can bring the row back.
        transaction.on_commit(partial(files.discard, identity))
    if rows:
        record(FilesErased(subject=str(matter.id), count=len(rows)), by=by, at=at)
    return len(rows)


@action
def add(
    *, by: Viewer, at: datetime, matter: Matter, given: Sequence[Examined], part: str, reply: Reply | None = None
) -> int:
    """Keep files for a matter that another action holds in its hands. Returns how many.

    What a resident calls a file is said by them like their words: "李某收钱.jpg" holds the matter.
    Raises Refused: files_many, files_together, topic_no_files (a picture of what was said in public shows who said it);
    OSError when the disk is full: then nothing of the action is kept.
    """
    if not given:
        return 0
    if part == SAID and authors.in_public(version(matter.rulebook_id).matters(matter.programme), matter.channel):
        raise Refused("topic_no_files", field="attached")
    rules.fits([len(one.data) for one in given])
    for one in given:
        if matter.locked:
            row = compartment.keep_file(by=by, at=at, matter=matter, given=one, own=part == SAID)
        else:
            row = files.keep(by=by, at=at, subject=f"matter:{matter.id}", examined=one)
        Attachment(matter=matter, file=row, part=part, reply=reply, by_id=by.person_id, at=at).save(force_insert=True)
    record(FilesAdded(subject=str(matter.id), part=part, count=len(given)), by=by, at=at)
    if part == SAID:
        hold_if_about_officials(by=by, at=at, matter=matter, said="\n".join(one.name for one in given))
    return len(given)

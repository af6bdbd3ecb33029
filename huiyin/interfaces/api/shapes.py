"""Shapes of the interface: explicit fields, nothing of a row that is not named here."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(max_length=200)]


class Strict(Schema):
    """Unknown fields are refused, never applied."""

    model_config = ConfigDict(extra="forbid")


class WordsIn(Strict):
    """What a resident says. Only `text` is needed."""

    text: Annotated[str, Field(min_length=1, max_length=20_000, description="What the resident says")]
    subject: Short = ""
    channel: Annotated[str, StringConstraints(max_length=60)] = "api"
    place_code: Annotated[str, StringConstraints(max_length=15, pattern=r"^[0-9]*$")] = ""
    reporter_name: Annotated[str, StringConstraints(max_length=60)] = ""
    reporter_phone: Annotated[str, StringConstraints(max_length=40)] = ""
    anonymous: bool = False
    earlier_proof: Annotated[
        str,
        StringConstraints(max_length=40),
        Field(description="The proof of an earlier matter, where the resident says that the same is back"),
    ] = ""


class OpenedOut(Schema):
    """The acknowledgement. `proof` opens the matter and is for its sender only; `receipt` is its event's leaf hash."""

    code: str
    proof: str
    received_at: datetime
    due_at: datetime | None
    due_provisional: bool
    receipt: str
    became: Literal["new", "added", "reopened", "added_later"] = Field(
        default="new",
        description="Of the same that is back: added to the earlier matter, that was taken up again, "
        "or added to an open one that was asked for after it",
    )
    left_out: int = Field(
        default=0, description="How many links, accounts, names and numbers were left out of what was said in public"
    )


class TrackedOut(Schema):
    """A matter as its reporter sees it."""

    code: str
    state: str
    title: str
    place: str
    opened_at: datetime
    due_at: datetime | None
    due_provisional: bool
    closed_at: datetime | None
    body: str
    reply: str
    reply_at: datetime | None
    asked_more: str
    may_judge: bool
    reopened: int


class CommentIn(Strict):
    """What somebody says under an entry of the wall; nothing of who they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "The water is back; please fill the hole."}]})
    text: Annotated[str, Field(min_length=1, max_length=20_000, description="At most `longest` characters")]


class SaidOut(Schema):
    """What became of it: a comment that waits until `look_by`, or a confidential matter. `proof` opens either and is
    for its sender only. `says_undone`: it may say that what stands as done is not; `POST /matters` gives that a number.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "became": "comment",
                    "proof": "7KQ2M9XB4TRC6HWD",
                    "look_by": "2026-11-25T16:00:00Z",
                    "says_undone": False,
                }
            ]
        }
    )
    became: Literal["comment", "matter"]
    proof: str
    look_by: datetime | None
    says_undone: bool


class CommentOut(Schema):
    """A comment that stands; `office` is empty for a resident's, `answer` until the unit in charge has answered."""

    text: str
    office: str
    at: datetime
    answer: str
    answered_at: datetime | None
    answer_by: datetime | None
    late: bool


class CommentsOut(Schema):
    """A page of comments; `after` is the key of the next one, empty at the end."""

    items: list[CommentOut]
    after: str
    longest: int


class RowOut(Schema):
    """A matter in a list for staff."""

    code: str
    title: str
    state: str
    place_code: str
    place: str
    channel: str
    topic: str
    nature: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    reopened: int
    body: str
    handler: str


class PageOut(Schema):
    """A page of a list; `after` is the key of the next one, empty at the end."""

    items: list[RowOut]
    after: str


class MoveOut(Schema):
    """A step taken."""

    seq: int
    step: str
    source: str
    target: str
    at: datetime
    by: str
    note: str


class MatterOut(RowOut):
    """One matter for staff. The reporter's name and number are not here: seeing them is an act of its own."""

    text: str
    way: str
    version: int
    moves: list[MoveOut]
    steps: list[str]


class StepIn(Strict):
    """What a step needs, as the programme says; `version` is the one that was looked at."""

    version: Annotated[int | None, Field(ge=1, le=2_000_000_000)] = None
    owner: Annotated[str, StringConstraints(max_length=36)] = ""
    handler: Annotated[str, StringConstraints(max_length=36)] = ""
    supervisor: Annotated[str, StringConstraints(max_length=36)] = ""
    topic: Annotated[str, StringConstraints(max_length=60)] = ""
    nature: Annotated[str, StringConstraints(max_length=60)] = ""
    way: Annotated[str, StringConstraints(max_length=60)] = ""
    note: Annotated[str, StringConstraints(max_length=5000)] = ""
    reason: Annotated[str, StringConstraints(max_length=5000)] = ""
    reply: Annotated[str, StringConstraints(max_length=5000)] = ""
    public_text: Annotated[str, StringConstraints(max_length=5000)] = ""
    review_date: date | None = None
    until: date | None = None
    minutes: Annotated[str, StringConstraints(max_length=5000)] = ""
    participants: Annotated[str, StringConstraints(max_length=2000)] = ""
    instruction: Annotated[str, StringConstraints(max_length=5000)] = ""
    outcome: Annotated[str, StringConstraints(max_length=2000)] = ""


class PlaceOut(Schema):
    """A place."""

    code: str
    name: str
    level: str
    parent_code: str


class Problem(Schema):
    """Why something was refused: a code for machines, a sentence for people, the field it is about."""

    error: str
    sentence: str
    field: str = ""


UNTAKEN = dict.fromkeys((400, 409, 413, 415, 422, 429), Problem)
"""How what is sent to an open door may be refused."""


def plain(row: Any, shape: type[Schema]) -> dict[str, Any]:
    """The named fields of a typed row."""
    return {name: getattr(row, name) for name in shape.model_fields if hasattr(row, name)}

"""Who may be called on in a matter, or given it: never the body it must stand apart from (SG-29, SG-30, R-021)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Matters

PART_OF = {"pass": "reading", "invite": "call", "ask_expert": "expert", "bring_in": "help", "submit": "leader"}
"""What a body or person is in a matter by which step."""
ANSWERED = frozenset({"call", "expert", "help"})
"""Parts that owe an answer; a reader only reads, a leader instructs."""


def keeps_apart(matters: Matters, topic: str, body_name: str) -> bool:
    """Whether a matter on this topic is kept from a body of this name."""
    known = matters.topics.get(topic)
    return known is not None and any(word in body_name for word in known.apart_from)


def may_own(matters: Matters, topic: str, body_name: str) -> None:
    """Raises Refused("body_apart")."""
    if keeps_apart(matters, topic, body_name):
        raise Refused("body_apart", field="owner", body=body_name)


@dataclass(frozen=True)
class Asked:
    """A body that is to be called on."""

    id: UUID
    name: str


def may_call(
    matters: Matters,
    topic: str,
    *,
    bodies: Collection[Asked],
    owner: UUID | None,
    already: Collection[UUID | None],
    aside: bool,
) -> None:
    """Whether these bodies may be called on. `already` were called on for the same and still owe it.

    Raises Refused: apart_not_shared, body_apart, body_owns, body_called.
    """
    if aside:
        raise Refused("apart_not_shared")
    for body in bodies:
        if keeps_apart(matters, topic, body.name):
            raise Refused("body_apart", field="bodies", body=body.name)
        if body.id == owner:
            raise Refused("body_owns", field="bodies", body=body.name)
        if body.id in already:
            raise Refused("body_called", field="bodies", body=body.name)

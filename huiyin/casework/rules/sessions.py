"""What a joint session may do: who sits in it, who votes, and when it ends (R-174, R-195, R-196)."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huiyin.programme.refusal import Refused

UNFULFILLED = "undone"
KINDS = ("consult", "joint", "review", UNFULFILLED)
"""会商: saying what is to be done; 会办: doing it together, on the spot where it can; 会审: looking through matters;
未落实工作推进会: why something was not done, and what the unit says in public that it will do (R-404)."""
WORDS = ("yes", "no", "abstain")
LEAST = 2


@dataclass(frozen=True)
class Given:
    """A task as it is given: to whom, what, until which day."""

    person: UUID
    text: str
    due_on: date


def may_call(kind: str, *, title: str, members: Collection[UUID], matters: Collection[UUID]) -> None:
    """Whether a session may be called. Raises Refused: session_kind, needs_title, session_members, session_matters."""
    if kind not in KINDS:
        raise Refused("session_kind", field="kind")
    if not title:
        raise Refused("needs_title", field="title")
    if len(set(members)) < LEAST:
        raise Refused("session_members", field="members", least=LEAST)
    if not matters:
        raise Refused("session_matters", field="matters")


def may_vote(word: str, *, member: bool, ended: bool) -> None:
    """Members vote while it lasts; a later word takes the place of the first.

    Raises Refused: session_not_member, session_over, value_unknown.
    """
    if not member:
        raise Refused("session_not_member")
    if ended:
        raise Refused("session_over")
    if word not in WORDS:
        raise Refused("value_unknown", field="word")


def may_end(*, chair: bool, ended: bool, minutes: str, decisions: Iterable[str], present: Collection[UUID]) -> None:
    """It ends once, by its chair or who called it, with minutes, a word on every matter and two who were there.

    Raises Refused: session_chair, session_over, needs_minutes, session_undecided, session_nobody.
    """
    if not chair:
        raise Refused("session_chair")
    if ended:
        raise Refused("session_over")
    if not minutes:
        raise Refused("needs_minutes", field="minutes")
    if not all(decisions):
        raise Refused("session_undecided", field="decisions")
    if len(present) < LEAST:
        raise Refused("session_nobody", field="present", least=LEAST)


def may_give(task: Given, *, today: date, kept_out: Collection[UUID]) -> None:
    """A task has an owner who does not stand too near, words, and a day to come.

    Raises Refused: conflict_excluded, needs_task, task_past.
    """
    if task.person in kept_out:
        raise Refused("conflict_excluded", field="tasks")
    if not task.text:
        raise Refused("needs_task", field="tasks")
    if task.due_on < today:
        raise Refused("task_past", field="tasks")


def result(words: Iterable[str]) -> dict[str, int]:
    """How often each word was said, in the order of `WORDS`."""
    said = Counter(words)
    return {word: said[word] for word in WORDS}

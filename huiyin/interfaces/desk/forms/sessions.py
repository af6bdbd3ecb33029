"""Forms of a joint session: calling it, and ending it with minutes, decisions and tasks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from huiyin.casework.actions.sessions import Ending
from huiyin.casework.queries.sessions import ItemRow, SessionPage
from huiyin.casework.rules.sessions import KINDS, WORDS, Given
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Choices, Keyed, Once, Plain, Several, Ticks, Typed, area, line
from huiyin.programme.refusal import Refused
from huiyin.programme.words import label

MOST = 50
YEARS = range(2000, 2100)


class SessionForm(Once):
    """Kind, name, where and when, who, and on which matters."""

    shown_at: ClassVar[Mapping[str, str]] = {"matters": "codes"}
    kind = Plain(Keyed())
    title = Plain(line(maxlength="200"))
    meets_at = Plain(forms.DateTimeInput(attrs={"type": "datetime-local"}))
    where = Plain(line(maxlength="200"))
    members = Several(required=False, widget=Ticks())
    codes = Plain(area(2))

    def lay_out(self, people: Choices) -> None:
        """Offer the kinds, and who may sit in one."""
        self.offer("kind", [(kind, label("session_kind", kind, language())) for kind in KINDS])
        self.offer("members", people)

    def persons(self) -> list[UUID]:
        """Who takes part. Raises Refused("value_unknown")."""
        return ids(self["members"].value() or ())

    def moment(self) -> datetime:
        """When it meets, in the county's zone. Raises Refused("session_when")."""
        try:
            found = timezone.make_aware(datetime.fromisoformat(self.value("meets_at").strip()))
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            raise Refused("session_when", field="meets_at")
        return found


class VoteForm(Typed):
    """A member's own word on one matter, and what they see otherwise. Each matter has its own on the page."""

    word = Plain(Keyed())
    dissent = Plain(line(maxlength="2000"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("word", [(word, label("vote", word, language())) for word in WORDS])


class PledgeForm(Once):
    """Which unit, who spoke for it, what they said, by when."""

    body = Plain(forms.Select())
    who = Plain(line(maxlength="80"))
    said = Plain(area(3, maxlength="500"))
    until = Plain(forms.DateInput(attrs={"type": "date"}))

    def faults(self) -> list[Refused]:
        """All that a form alone can tell is wrong, each with its field."""
        told = [Refused("text_empty", field="said")] if not self.value("said").strip() else []
        if typed.identity(self.value("body")) is None:
            told.append(Refused("body_unknown", field="body"))
        if not self.value("who").strip():
            told.append(Refused("name_missing", field="who"))
        if typed.day(self.value("until")) is None:
            told.append(Refused("not_a_date", field="until"))
        return told


class EndForm(Typed):
    """Minutes and who was there, and for each matter a decision and at most one task."""

    present = Several(required=False, widget=Ticks())
    minutes = Plain(area(6))

    def lay_out(self, page: SessionPage, people: Choices) -> None:
        """A decision and a task for each matter; everybody counts as present until a tick is taken away."""
        self.rows = page.items
        self.offer("present", [(str(person), name) for person, name, _ in page.members])
        self.fields["present"].initial = [str(person) for person, _, _ in page.members]
        for item in page.items:
            self.fields[f"decision-{item.id}"] = Plain(area(2))
            self.fields[f"task-{item.id}"] = Plain(line())
            self.fields[f"owner-{item.id}"] = Plain(forms.Select(choices=[("", "—"), *people]))
            self.fields[f"day-{item.id}"] = Plain(forms.TextInput(attrs={"type": "date"}))

    def each(self) -> Iterable[tuple[ItemRow, list[BoundField]]]:
        """Each matter with its decision, task, owner and day."""
        return [(one, [self[f"{part}-{one.id}"] for part in ("decision", "task", "owner", "day")]) for one in self.rows]

    def ending(self) -> Ending:
        """For the room. Raises Refused: session_owner, session_day, value_unknown."""
        return Ending(
            minutes=self.value("minutes"),
            decisions={item.id: self.value(f"decision-{item.id}") for item in self.rows},
            present=ids(self["present"].value() or ()),
            tasks={item.id: [self._task(item.id)] for item in self.rows if self._given(item.id)},
        )

    def refuse(self, refused: Refused) -> None:
        """What the room says of decisions and tasks stands at the matter it means."""
        part = {"session_undecided": "decision", "needs_task": "task", "task_past": "day"}.get(refused.code, "owner")
        if refused.field == "decisions":
            meant = [row.id for row in self.rows if not self.value(f"decision-{row.id}").strip()]
            meant = meant or [max(self.rows, key=lambda row: len(self.value(f"decision-{row.id}"))).id]
            refused = Refused(refused.code, field=f"decision-{meant[0]}", **refused.values)
        elif refused.field == "tasks":
            meant = [row.id for row in self.rows if self._given(row.id) and self._at_fault(row.id, part)]
            refused = Refused(refused.code, field=f"{part}-{meant[0]}" if meant else "", **refused.values)
        super().refuse(refused)

    def _given(self, item: UUID) -> bool:
        return any(self.value(f"{part}-{item}").strip() for part in ("task", "owner", "day"))

    def _at_fault(self, item: UUID, part: str) -> bool:
        """Whether this task may be the one that was refused."""
        if part == "task":
            return not self.value(f"task-{item}").strip()
        days = [typed.day(self.value(f"day-{row.id}")) or date.max for row in self.rows]
        return part != "day" or typed.day(self.value(f"day-{item}")) == min(days)

    def _task(self, item: UUID) -> Given:
        day = typed.day(self.value(f"day-{item}"))
        if not self.value(f"owner-{item}"):
            raise Refused("session_owner", field=f"owner-{item}")
        if day is None:
            raise Refused("session_day", field=f"day-{item}")
        owner = typed.chosen(self.value(f"owner-{item}"), "value_unknown", field=f"owner-{item}")
        return Given(owner, self.value(f"task-{item}").strip(), day)


def ids(values: Sequence[str]) -> list[UUID]:
    """Persons as forms carry them. Raises Refused("value_unknown")."""
    return [typed.chosen(str(one), "value_unknown", field="members") for one in values[:MOST]]

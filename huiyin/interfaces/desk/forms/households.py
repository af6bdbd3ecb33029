"""The forms of a household's page: into a category, an objection, what became of it."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from django import forms

from huiyin.interfaces.common import typed as read
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, Several, area, line
from huiyin.programme.refusal import Refused
from huiyin.programme.words import labels
from huiyin.register.actions.categories import Into
from huiyin.register.actions.households import PRESENCE
from huiyin.register.queries.whereabouts import ENDS

NONE = ("", "—")


class EnterForm(Once):
    """Into which category, who, known from where. Nothing is chosen beforehand: one Enter must not label anybody."""

    shown_at: ClassVar[Mapping[str, str]] = {"body": "unit"}
    category = Plain(forms.Select())
    person = Plain(forms.Select())
    source = Plain(line(list="sources"))
    matter = Plain(line(inputmode="numeric"))
    unit = Plain(line(maxlength="80"))
    where = Plain(line(maxlength="200"))
    paper = Plain(line(type="date"))

    def lay_out(self, categories: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]], whole: str) -> None:
        """Offer the categories, and the people of the household after the household as a `whole`."""
        self.offer("category", [NONE, *categories])
        self.offer("person", [("", whole), *people])

    def missing(self, matter_id: UUID | None) -> list[Refused]:
        """All that is still asked for, each with its field. `matter_id` is None where no matter was found."""
        wanted = [
            (not self.value("category"), "needs_category", "category"),
            (not self.value("source").strip(), "needs_source", "source"),
            (bool(self.value("matter").strip()) and matter_id is None, "matter_not_here", "matter"),
        ]
        found = [Refused(code, field=field) for lacks, code, field in wanted if lacks]
        try:
            read.dated(self.value("paper"), field="paper")
        except Refused as refused:
            found.append(refused)
        return found

    def into(self, matter_id: UUID | None) -> Into:
        """What was chosen, for the action. Raises Refused: the first of `missing`; value_unknown."""
        for one in self.missing(matter_id):
            raise one
        programme, _, category = self.value("category")[:130].partition(".")
        known = (self.value("source"), self.identity("person"), matter_id)
        paper = read.dated(self.value("paper"), field="paper")
        body, where = self.value("unit"), self.value("where")
        return Into(programme, category, *known, body=body, where=where, paper_until=paper)

    def body(self, household_id: UUID) -> bytes:
        """The same bytes for the same choice, to know it again."""
        names = ("category", "person", "source", "matter", "unit", "where", "paper")
        return json.dumps([str(household_id), *(self.value(name) for name in names)]).encode()


class OnPaper(Once):
    """A form for what may be typed in from a paper (R-155)."""

    paper_on = Plain(line(type="date"))

    def paper_day(self) -> date | None:
        """The day on the paper, None for none. Raises Refused("not_a_date")."""
        return read.dated(self.value("paper_on"), field="paper_on")


class ObjectForm(OnPaper):
    """What the household objects to, in its words."""

    about = Plain(forms.Select())
    words = Plain(area(3))

    def lay_out(self) -> None:
        """Offer what an objection can be about."""
        self.offer("about", [NONE, *labels("objection_about", language()).items()])

    def body(self, household_id: UUID) -> bytes:
        """The same bytes for the same objection, to know it again."""
        names = ("about", "words", "paper_on")
        return json.dumps([str(household_id), *(self.value(name) for name in names)]).encode()


class CorrectForm(OnPaper):
    """What is right in place of a fact or a section, and why."""

    shown_at: ClassVar[Mapping[str, str]] = {"value": "words"}
    words = Plain(area(6))
    reason = Plain(line())
    source = Plain(forms.Select())

    def body(self, household_id: UUID, what: str, person: str) -> bytes:
        """The same bytes for the same correction, to know it again."""
        names = ("words", "reason", "paper_on", "source")
        return json.dumps([str(household_id), what, person, *(self.value(name) for name in names)]).encode()


BUTTONS = {
    "review": ("membership", "paper"),
    "leave": ("membership",),
    "answer": ("objection", "outcome", "words"),
    "erase": ("person", "reason"),
    "wish": ("official",),
    "remove": ("membership", "noticed", "heard", "reason"),
    "back": ("departure",),
    "reopen": (),
}
"""The small forms of a household's page, by their button: what each brings."""


class ButtonForm(Once):
    """One of the small forms."""

    def body(self, household_id: UUID, do: str) -> bytes:
        """The same bytes for the same press, to know it again."""
        return json.dumps([str(household_id), do, *(str(self.data.get(name, "")) for name in BUTTONS[do])]).encode()


NEEDED = {
    "move": {"place": "move_to_missing"},
    "presence": {"status": "presence_missing"},
    "split": {"people": "split_who_missing", "head": "split_head_missing", "code": "split_code_missing"},
    "merge": {"into": "merge_into_missing"},
    "close": {"why": "close_why_missing"},
}
"""What each change cannot do without, and how that is said."""


class ChangeForm(Once):
    """What became of a household, from a day on: where it moved, who split off, into which it merged, why it ended."""

    shown_at: ClassVar[Mapping[str, str]] = {"": "on", "household_id": "into", "place_code": "place"}
    people = Several(required=False)
    on = Plain(line(type="date"))
    place = Plain(line())
    code_of_place = Plain(forms.Select())
    door = Plain(line(maxlength="200"))
    status = Plain(forms.Select())
    code = Plain(line(maxlength="40"))
    head = Plain(forms.Select())
    into = Plain(line(maxlength="40"))
    why = Plain(forms.Select())

    def lay_out(self, people: Iterable[tuple[str, str]], status: str) -> None:
        """Offer the people as heads, the states but today's, the reasons why a household ends."""
        words = labels("household_status", language())
        self.offer("head", [NONE, *people])
        self.offer("status", [NONE, *((one, words[one]) for one in PRESENCE if one != status)])
        self.offer("why", [NONE, *((one, words[one]) for one in ENDS)])

    def chosen(self) -> list[str]:
        """Who was ticked."""
        return [str(one) for one in self["people"].value() or ()]

    def wrong(self, what: str) -> list[Refused]:
        """All that is missing or no date, each with its field."""
        found = [
            Refused(code, field=name)
            for name, code in NEEDED[what].items()
            if not (self.chosen() if name == "people" else self.value(name).strip())
        ]
        try:
            self.day()
        except Refused as refused:
            found.append(refused)
        return found

    def body(self, household_id: UUID, what: str) -> bytes:
        """The same bytes for the same change, to know it again."""
        rest = [self.value(name) for name in self.fields if name not in ("key", "people")]
        return json.dumps([str(household_id), what, self.chosen(), *rest]).encode()

    def day(self) -> date | None:
        """From which day; None for today. Raises Refused("not_a_date")."""
        return read.dated(self.value("on"), field="on")

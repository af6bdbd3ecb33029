"""The forms of a household's page: into a category, an objection, a day to look back to."""

import json
from collections.abc import Iterable, Mapping
from typing import ClassVar
from uuid import UUID

from django import forms

from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, Typed, area, line
from huiyin.programme.refusal import Refused
from huiyin.programme.words import labels
from huiyin.register.actions.categories import Into

NONE = ("", "—")


class EnterForm(Typed):
    """Into which category, who, known from where. Nothing is chosen beforehand: one Enter must not label anybody."""

    category = Plain(forms.Select())
    person = Plain(forms.Select())
    source = Plain(line(list="sources"))
    matter = Plain(line(inputmode="numeric"))

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
        return [Refused(code, field=field) for lacks, code, field in wanted if lacks]

    def into(self, matter_id: UUID | None) -> Into:
        """What was chosen, for the action. Raises Refused: the first of `missing`; value_unknown."""
        for one in self.missing(matter_id):
            raise one
        programme, _, category = self.value("category")[:130].partition(".")
        return Into(programme, category, self.value("source"), self._person(), matter_id)

    def _person(self) -> UUID | None:
        try:
            return UUID(self.value("person")) if self.value("person") else None
        except ValueError as wrong:
            raise Refused("value_unknown", field="person") from wrong


class ObjectForm(Once):
    """What the household objects to, in its words."""

    about = Plain(forms.Select())
    words = Plain(area(3))

    def lay_out(self) -> None:
        """Offer what an objection can be about."""
        self.offer("about", [NONE, *labels("objection_about", language()).items()])

    def body(self, household_id: UUID) -> bytes:
        """The same bytes for the same objection, to know it again."""
        return json.dumps([str(household_id), self.value("about"), self.value("words")]).encode()


class DayForm(Typed):
    """Which day is looked back to."""

    shown_at: ClassVar[Mapping[str, str]] = {"": "day"}
    day = Plain(line(type="date"))

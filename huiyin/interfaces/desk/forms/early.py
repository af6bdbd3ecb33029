"""The forms of looking early: a signal, a brief, the petition figures of a month."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Choices, Once, Plain, area, line
from huiyin.programme.refusal import Refused

NONE = ("", "—")


class SignalForm(Once):
    """Where what begins, who looks after it, what they do by when."""

    place_code = Plain(forms.Select())
    topic = Plain(forms.Select())
    said = Plain(area(3))
    plan = Plain(area(2))
    owner = Plain(forms.Select())
    due_on = Plain(forms.DateInput(attrs={"type": "date"}))

    def lay_out(self, here: Choices, topics: Choices, people: Choices) -> None:
        """Offer the places in sight, the programme's topics and the officials there."""
        self.offer("place_code", [NONE, *here])
        self.offer("topic", [NONE, *topics])
        self.offer("owner", [NONE, *people])

    def day(self) -> date:
        """By when. Raises Refused("not_a_date")."""
        return typed.needed_day(self.value("due_on"), field="due_on")


class BriefForm(Once):
    """What is so at a place, to whom."""

    to = Plain(forms.Select())
    place_code = Plain(forms.Select())
    undertaking = Plain(forms.Select())
    title = Plain(line(maxlength="200"))
    said = Plain(area(6))

    def lay_out(self, here: Choices, leaders: Choices, undertakings: Choices) -> None:
        """Offer the places in sight, those who decide, and the tasks and projects of the programmes in force."""
        self.offer("place_code", [NONE, *here])
        self.offer("undertaking", [NONE, *undertakings])
        self.offer("to", [NONE, *leaders])


class DisputeForm(Once):
    """What it is about, and both sides."""

    place_code = Plain(forms.Select())
    sort = Plain(forms.Select())
    channel = Plain(forms.Select())
    title = Plain(line(maxlength="200"))
    about = Plain(area(3))
    a_name = Plain(line(maxlength="40"))
    a_phone = Plain(line(inputmode="tel", maxlength="30"))
    a_words = Plain(area(4))
    b_name = Plain(line(maxlength="40"))
    b_phone = Plain(line(inputmode="tel", maxlength="30"))
    b_words = Plain(area(4))

    def lay_out(self, here: Choices, sorts: Choices, channels: Choices) -> None:
        """Offer the places in sight and what the programme names."""
        self.offer("place_code", [NONE, *here])
        self.offer("sort", [NONE, *sorts])
        self.offer("channel", channels)


class PetitionForm(Once):
    """The figures of a town and month, one for each kind of the programme."""

    place_code = Plain(forms.Select())
    month = Plain(forms.DateInput(attrs={"type": "month"}))

    def __init__(self, *values: Any, kinds: Mapping[str, str], places: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*values, **more)
        self.kinds = kinds
        for kind in kinds:
            self.fields[kind] = Plain(line(inputmode="numeric", maxlength="6"))
        self.offer("place_code", [NONE, *places])

    @property
    def counts(self) -> list[tuple[BoundField, str]]:
        """The fields of the figures with what they count."""
        return [(self[kind], title) for kind, title in self.kinds.items()]

    def first(self) -> date:
        """The first day of the month. Raises Refused("not_a_month")."""
        found = typed.day(f"{self.value('month').strip()[:7]}-01")
        if found is None:
            raise Refused("not_a_month", field="month")
        return found

    def said(self) -> dict[str, int]:
        """The figures that are numbers; the others are refused as missing."""
        found = {kind: typed.whole(self.value(kind), digits=6) for kind in self.kinds}
        return {kind: number for kind, number in found.items() if number is not None}

"""The form of a practical thing."""

from collections.abc import Iterable
from datetime import date

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Once, Plain, line


class ThingForm(Once):
    """What, where, who, by when."""

    title = Plain(line(maxlength="200"))
    place_code = Plain(forms.Select())
    person = Plain(forms.Select())
    body = Plain(forms.Select())
    due_on = Plain(forms.DateInput(attrs={"type": "date"}))

    def lay_out(
        self, villages: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]], bodies: Iterable[tuple[str, str]]
    ) -> None:
        """Offer the villages in sight, the officials who serve there, and the units that may launch it."""
        self.offer("place_code", [("", "—"), *villages])
        self.offer("person", [("", "—"), *people])
        self.offer("body", [("", "—"), *bodies])

    def day(self) -> date:
        """By when. Raises Refused("not_a_date")."""
        return typed.needed_day(self.value("due_on"), field="due_on")

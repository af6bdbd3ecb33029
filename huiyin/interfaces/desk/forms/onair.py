"""The form of an episode of a radio hotline."""

from collections.abc import Iterable
from datetime import date

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Once, Plain, line


class EpisodeForm(Once):
    """Its day, who is on air, what it is about."""

    on = Plain(forms.DateInput(attrs={"type": "date"}))
    body = Plain(forms.Select())
    topic = Plain(line(maxlength="200"))

    def lay_out(self, bodies: Iterable[tuple[str, str]]) -> None:
        """Offer the units that may be on air."""
        self.offer("body", [("", "—"), *bodies])

    def day(self) -> date:
        """Its day. Raises Refused("not_a_date")."""
        return typed.needed_day(self.value("on"), field="on")


class CallForm(Once):
    """A matter by its code."""

    code = Plain(line(inputmode="numeric"))

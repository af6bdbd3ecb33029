"""The form of a delivery of handbooks: whom nobody met, and on which day; the groups are ticked beside it."""

import re
from datetime import date

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Once, Plain, line

_BETWEEN = re.compile(r"[\s,，、;；]+")
MOST = 500


class GivenForm(Once):
    """`but` holds codes of households, `on` the day (today where it is empty)."""

    but = Plain(line(maxlength="2000"))
    on = Plain(forms.TextInput(attrs={"type": "date"}))

    def codes(self) -> list[str]:
        """The codes that were typed."""
        return [one for one in _BETWEEN.split(self.value("but").strip())[:MOST] if one]

    def day(self) -> date | None:
        """The day that was typed. Raises Refused("not_a_date")."""
        return typed.dated(self.value("on"), field="on")

"""Forms of grids: laying one, its places, its head, setting right, ending. Each says from which day and why."""

import re
from datetime import date

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Keyed, Once, Plain, Several, Ticks, line

_PARTED = re.compile(r"[\s,;\u3001\uff0c\uff1b]+")


class Dated(Once):
    """From which day, and for what reason."""

    on = Plain(forms.DateInput(attrs={"type": "date"}))
    reason = Plain(line(maxlength="120"))

    def day(self) -> date | None:
        """The day; None where none was written. Raises Refused("not_a_date")."""
        return typed.dated(self.value("on"), field="on")


class PlacesForm(Dated):
    """The places a grid consists of, with those that were shown."""

    place_codes = Several(required=False, widget=Ticks())
    homes = Plain(forms.Textarea(attrs={"rows": "3"}))
    seen = Plain(forms.HiddenInput())

    def ticked(self) -> list[str]:
        """The codes that are ticked."""
        return [code[:15] for code in self["place_codes"].value() or ()]

    def numbers(self) -> list[str]:
        """The numbers of households that are written, each once."""
        return list(dict.fromkeys(one for one in _PARTED.split(self.value("homes")) if one))


class LayForm(PlacesForm):
    """A new grid."""

    kind = Plain(forms.Select())
    name = Plain(line(maxlength="60"))


class HeadForm(Dated):
    """Who answers for it: looked for by name, chosen by the post they have."""

    q = Plain(line(maxlength="60"))
    post = Plain(Keyed())


class CorrectForm(Dated):
    """What it is called and since when, as it should have been written."""

    name = Plain(line(maxlength="60"))


class EndForm(Dated):
    """From when it is no more, and why."""

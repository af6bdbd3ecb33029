"""The form of a list of relief."""

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Once, Plain, area, line
from huiyin.programme.refusal import Refused
from huiyin.register.rules import relief as rules


class ReliefForm(Once):
    """What was given, out of which purse, when, and to whom how much."""

    what = Plain(line(maxlength="60"))
    source = Plain(line(maxlength="60"))
    day = Plain(forms.DateInput(attrs={"type": "date"}))
    lines = Plain(area(6))

    def missing(self) -> list[Refused]:
        """All that can be seen to be wrong before anything is looked up, each with its field."""
        found = [
            Refused(code, field=name)
            for name, code in (("what", "needs_relief_what"), ("source", "needs_purse"))
            if not self.value(name).strip()
        ]
        for read, name in ((lambda text: typed.dated(text, field="day"), "day"), (rules.read, "lines")):
            try:
                read(self.value(name))
            except Refused as refused:
                found.append(refused)
        return found

"""The form of one fact of many places: a field for each, from where it is known, since when."""

from collections.abc import Mapping

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, line
from huiyin.programme.refusal import Refused
from huiyin.register.actions.facts import Known, Told


class FactForm(Once):
    """`value_CODE` and `before_CODE` of each place stand beside the fields of the form."""

    source = Plain(line(maxlength="200"))
    since = Plain(forms.TextInput(attrs={"type": "date"}))
    looked = Plain(forms.CheckboxInput())

    def told(self, codes: Mapping[str, str]) -> dict[str, Told]:
        """What was sent for each of the places, by code; `codes` holds what stands now."""
        sent = self.data
        return {
            code: Told(str(sent[f"value_{code}"])[:1000], str(sent.get(f"before_{code}", ""))[:1000])
            for code in codes
            if f"value_{code}" in sent
        }

    def known(self) -> Known:
        """From where, since when. Raises Refused: not_a_date."""
        return Known(
            self.value("source"), typed.dated(self.value("since"), field="since"), bool(self.data.get("looked"))
        )

    def wrong(self, faults: Mapping[str, Refused]) -> dict[str, str]:
        """The sentence of each place that is wrong."""
        return {code: refused.sentence(language()) for code, refused in faults.items()}

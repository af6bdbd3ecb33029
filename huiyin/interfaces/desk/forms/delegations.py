"""The form for lending a post's powers: to whom, from when until when, which of them."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Once, Plain, Several, line
from huiyin.programme.refusal import Refused


class LendForm(Once):
    """`to` is typed; where several are called so, `person` is chosen among them. No verb chosen means all."""

    to = Plain(line())
    person = Plain(forms.Select())
    since = Plain(line(type="date"))
    last = Plain(line(type="date"))
    verbs = Several(required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}))

    def lay_out(self, verbs: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]] = ()) -> None:
        """Offer the verbs of the post, and people to choose from where several were found."""
        self.offer("verbs", verbs)
        self.offer("person", [("", "—"), *people])

    def day(self, name: str) -> date:
        """A day as it was typed. Raises Refused: lend_needs_day, not_a_date."""
        if not self.value(name).strip():
            raise Refused("lend_needs_day", field=name)
        return typed.needed_day(self.value(name), field=name)

    def chosen(self) -> Sequence[str]:
        """The verbs that were ticked and are offered."""
        offered = {value for value, _ in self.fields["verbs"].widget.choices}
        return [one for one in self["verbs"].value() or () if one in offered]

    def body(self, post_id: UUID) -> bytes:
        """The same bytes for the same form, to know it again."""
        said = [str(post_id), *(self.value(name) for name in ("to", "person", "since", "last")), *self.chosen()]
        return json.dumps(said).encode()

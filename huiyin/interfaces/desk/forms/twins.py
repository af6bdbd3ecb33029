"""Forms of the page of matters that go together; several stand on one page, each with ids of its own."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from huiyin.casework.actions.intake import DISCLOSURES
from huiyin.casework.queries import joining
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Keyed, Once, Plain, Typed, area, line
from huiyin.programme.words import labels


class JoinForm(Typed):
    """Another matter by its code, and which of the two leads."""

    code = Plain(line(maxlength="20", inputmode="numeric"))
    way = Plain(Keyed())
    reason = Plain(area(2))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_join_%s", "initial": {"way": "over"}, **options})
        self.offer("way", labels("join_way", language()).items())


class ResidentForm(Once):
    """One more resident who says the same."""

    shown_at: ClassVar[Mapping[str, str]] = {"reporter_name": "name", "reporter_phone": "phone"}
    name = Plain(line(maxlength="80"))
    phone = Plain(line(inputmode="tel", maxlength="40"))
    disclosure = Plain(Keyed())
    spokesperson = Plain(forms.CheckboxInput(attrs={"class": "form-check-input"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_one_%s", **options})
        self.offer("disclosure", [(one, labels("counter_name", language())[one]) for one in DISCLOSURES])


class AnswerForm(Typed):
    """The text that each chosen one gets as its own answer."""

    reply = Plain(area(5))
    public_text = Plain(area(3))
    cause = Plain(area(2))
    basis = Plain(area(2))
    explained_by = Plain(line(maxlength="200"))
    view = Plain(area(2))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_answer_%s", **options})

    def more(self) -> dict[str, str]:
        """What flows or classes ask for besides the answer, as far as it was written."""
        return {name: self.value(name) for name in joining.PROSE if self.value(name)}

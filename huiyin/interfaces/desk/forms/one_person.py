"""The forms of one person of a household: they died, left or never lived there; who stands near them."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from django import forms

from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, line
from huiyin.programme.words import labels


class GoneForm(Once):
    """From which day, and who heads the household then."""

    on = Plain(line(type="date"))
    head = Plain(forms.Select())

    def lay_out(self, others: Iterable[tuple[str, str]]) -> None:
        """Offer whoever is left."""
        self.offer("head", [("", "—"), *others])


class KinForm(Once):
    """Who stands near, how, and by what they are known."""

    shown_at: ClassVar[Mapping[str, str]] = {"relative_id": "name", "number": "other_number"}
    columns: ClassVar[tuple[str, ...]] = ("name", "tie", "household_code", "other_number", "id_number")
    name = Plain(line(maxlength="60"))
    tie = Plain(forms.Select())
    household_code = Plain(line(maxlength="40"))
    other_number = Plain(line(maxlength="30"))
    id_number = Plain(line(maxlength="18"))

    def lay_out(self) -> None:
        """Offer how people can stand near each other."""
        self.offer("tie", [("", "—"), *labels("kin", language()).items()])

    def told(self) -> dict[str, str]:
        """What was typed, by the columns of a list."""
        given = {name: self.value(name) for name in self.columns}
        given["tie"] = given["tie"].replace("_", " ")
        return {name: words for name, words in given.items() if words.strip()}

"""The forms that write a household and a person down by hand."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django import forms

from huiyin.interfaces.common import typed as read
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Keyed, Once, Plain, line
from huiyin.programme.words import label, labels
from huiyin.register.actions.by_hand import Told
from huiyin.register.actions.households import PRESENCE

NONE = ("", "—")
SEXES = ("male", "female")
DECIDED: Mapping[str, tuple[str, ...]] = {
    "id_other_name": ("same",),
    "lives_elsewhere": ("move",),
    "names_alike": ("new",),
    "name_other_id": ("new",),
    "name_other_birth": ("new",),
    "phone_and_name_known": ("move", "new"),
    "named_near": ("new",),
}
"""What a person may decide of somebody the register may know already, by the reason. Who is in the household already
is put right there, not written down again."""


class PersonForm(Once):
    """A person as the household file has them; `decision` stands there once the register has asked."""

    columns: ClassVar[tuple[str, ...]] = ("name", "relation", "id_number", "birth", "sex", "phone", "since")
    name = Plain(line(maxlength="60"))
    relation = Plain(forms.Select())
    id_number = Plain(line(maxlength="18"))
    birth = Plain(line(maxlength="20"))
    sex = Plain(forms.Select())
    phone = Plain(line(maxlength="30", inputmode="tel"))
    since = Plain(line(type="date"))
    decision = Plain(Keyed())

    def lay_out(self) -> None:
        """Offer sexes and relations; the first to be written down is not the head unless that is said."""
        self.offer("sex", [NONE, *((one, label("sex", one, language())) for one in SEXES)])
        self.offer("relation", [NONE, *labels("relation", language()).items()])

    def ask(self, reason: str, about: Mapping[str, str]) -> None:
        """Offer what may be decided of those who may be the same: of a namesake in the village, who of them moves."""
        words = labels("same_decision", language())
        offered = [(one, words[one]) for one in DECIDED.get(reason, ())]
        if reason == "named_near":
            chosen = [(ref.partition(":")[2], f"{words['move']} {told}") for ref, told in about.items()]
            offered = [*((f"move:{one}", told) for one, told in chosen), *offered]
        self.offer("decision", offered)

    def told(self, **more: str) -> Told:
        """What was typed, as the action reads it."""
        decision, _, whom = self.value("decision").partition(":")
        given = {name: self.value(name) for name in self.columns if name in self.fields}
        given = {**given, **more}
        for name in ("relation", "status"):
            if name in given:
                given[name] = given[name].replace("_", " ")
        person: UUID | None = read.identity(whom) if whom else None
        return Told({name: words for name, words in given.items() if words.strip()}, decision, person)


class HouseholdForm(PersonForm):
    """A household with its head."""

    shown_at: ClassVar[Mapping[str, str]] = {"place_code": "place"}
    columns: ClassVar[tuple[str, ...]] = (
        *("household_code", "door", "status", "size"),
        *(one for one in PersonForm.columns if one != "relation"),
    )
    place = Plain(line())
    code_of_place = Plain(forms.Select())
    household_code = Plain(line(maxlength="40"))
    door = Plain(line(maxlength="200"))
    status = Plain(forms.Select())
    size = Plain(line(maxlength="3", inputmode="numeric"))

    def lay_out(self) -> None:
        """Also the states a household may be in."""
        super().lay_out()
        words = labels("household_status", language())
        self.offer("status", [(one, words[one]) for one in PRESENCE])

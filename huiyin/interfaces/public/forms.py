"""The forms of this door. They carry what was typed and keep it; what is right or wrong the rooms below say."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms

from huiyin.casework.actions.intake import Words
from huiyin.casework.rules.codes import keyed_in
from huiyin.casework.rules.files import FROM_RESIDENTS
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed as read
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.uploads import Picked
from huiyin.interfaces.common.widgets import LongSelect
from huiyin.interfaces.public.words import word
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Grade
from huiyin.programme.words import label
from huiyin.register.queries import places

SLIP = re.compile(r"[0-9a-f]{32}")
NAMES = {"reporter_phone": "phone", "reporter_name": "name", "place_code": "village"}
"""Fields as the rooms call them, and as this door does."""

Choices = list[tuple[str, Any]]


class Typed(forms.CharField):
    """A field that refuses nothing by itself: sentences come from the rooms, and nothing typed is lost."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)
        self.validators = []


class Chosen(Typed):
    """Radios; `options` are keys of words, `lines` whether each has a line of consequence."""

    def __init__(self, options: Mapping[str, str], *, lines: bool = False) -> None:
        super().__init__(widget=forms.RadioSelect(attrs={"class": "form-check-input"}))
        self.options, self.lines = options, lines
        self.consequences: dict[str, str] = {}

    def speak(self) -> None:
        """Fill in the words of this request's language."""
        self.widget.choices = [(value, word(key)) for value, key in self.options.items()]
        self.consequences = {value: word(f"{key}_line") for value, key in self.options.items()} if self.lines else {}


class Worded(forms.Form):
    """A form whose labels and hints are words of this door, under the names of its fields."""

    hints: Sequence[str] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if field.widget.is_hidden:
                continue
            field.label = word(name)
            field.help_text = word(f"{name}_hint") if name in self.hints else ""
            if isinstance(field, Chosen):
                field.speak()

    def files_again(self) -> None:
        """Say that a browser keeps no files, where some were sent and the form comes back."""
        self["attached"].help_text = self.fields["attached"].help_text = word("files_again")

    def refuse(self, refused: Refused, names: Mapping[str, str] | None = None) -> None:
        """Put a refusal at the field it belongs to, in the reader's language."""
        field = (names or {}).get(refused.field, refused.field)
        self.add_error(field if field in self.fields else None, refused.sentence(language()))


class AskForm(Worded):
    """What, where, how to reach, who may know. `key` makes a second press harmless; the proof is made from `slip`."""

    hints = ("text", "attached", "phone", "name", "earlier")
    text = Typed(widget=forms.Textarea(attrs={"rows": 6}))
    attached = Picked(FROM_RESIDENTS)
    earlier = Typed(
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
    )
    town = Typed(widget=LongSelect)
    village = Typed(widget=LongSelect)
    phone = Typed(widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
    disclosure = Chosen({"named": "named", "confidential": "confidential", "anonymous": "anonymous"}, lines=True)
    name = Typed(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    answer_by = Chosen({"code": "by_code", "phone": "by_phone", "sms": "by_sms", "paper": "by_paper"})
    sealed = Typed(widget=forms.HiddenInput)
    key = Typed(widget=forms.HiddenInput)
    slip = Typed(widget=forms.HiddenInput)

    def __init__(self, *args: Any, towns: Choices, villages: Choices, by_sms: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not by_sms:  # nothing is offered that cannot be done
            widget = self.fields["answer_by"].widget
            widget.choices = [one for one in widget.choices if one[0] != "sms"]
        self.fields["town"].widget.choices = [("", word("town_unknown")), *towns]
        self.fields["village"].widget.choices = [("", word("village_unknown")), *villages]
        if self.apart:
            self.fields["text"].help_text = word("text_sealed_hint")

    @property
    def apart(self) -> bool:
        """Whether it goes the confidential way: about somebody in office."""
        return bool(self["sealed"].value())

    def clean_earlier(self) -> str:
        """An earlier matter's key as it was meant, read as where one looks a matter up."""
        return keyed_in(self.cleaned_data["earlier"][:40])

    def words(self, nature: str) -> Words:
        """What was typed, for `open_matter`. Raises Refused("place_apart") for a village of another town."""
        typed = self.cleaned_data
        town, village = typed["town"].strip(), typed["village"].strip()
        if town and village and village[:9] != town[:9]:
            raise Refused("place_apart", field="village")
        return Words(
            text=typed["text"],
            channel="web",
            place_code=village or town,
            reporter_name=typed["name"],
            reporter_phone=typed["phone"],
            disclosure=typed["disclosure"] or "named",
            answer_by=typed["answer_by"],
            nature=nature if self.apart else "",
            locked=self.apart,
            slip=typed["slip"],
        )


class CommentForm(Worded):
    """What somebody says under an entry of a wall; nothing of who they are."""

    hints = ("text",)
    text = Typed(widget=forms.Textarea(attrs={"rows": 4}))
    key = Typed(widget=forms.HiddenInput)
    slip = Typed(widget=forms.HiddenInput)

    def __init__(self, *args: Any, longest: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = word("comment_text")
        self.fields["text"].help_text = word("comment_text_hint", most=longest)


class HarassedForm(Worded):
    """Who is harassed or forced, how, and who may know; always the confidential way, to the county (SG-24)."""

    hints = ("text", "phone")
    who = Chosen({"resident": "who_resident", "staff": "who_staff"})
    text = Typed(widget=forms.Textarea(attrs={"rows": 5}))
    phone = Typed(widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
    disclosure = Chosen({"confidential": "confidential", "anonymous": "anonymous"}, lines=True)
    key = Typed(widget=forms.HiddenInput)
    slip = Typed(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label, self.fields["text"].help_text = word("harassed_text"), word("harassed_text_hint")

    def words(self, nature: str) -> Words:
        """What was typed, for `open_matter`. No place: nobody's own line has it."""
        typed = self.cleaned_data
        who = typed["who"] if typed["who"] == "staff" else "resident"
        return Words(
            text=typed["text"],
            subject=label("harassed", who, "zh-Hans") if typed["text"].strip() else "",
            channel="web",
            reporter_phone=typed["phone"],
            disclosure="anonymous" if typed["disclosure"] == "anonymous" else "confidential",
            nature=nature,
            locked=True,
            slip=typed["slip"],
        )


class TrackForm(Worded):
    """Code and the phone's last four, or the proof of the receipt."""

    hints = ("code", "key")
    code = Typed(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
    key = Typed(
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
    )


class MoreForm(Worded):
    """More words for a matter, opened by its proof."""

    hints = ("more", "attached")
    more = Typed(widget=forms.Textarea(attrs={"rows": 4}))
    attached = Picked(FROM_RESIDENTS)
    proof = Typed(widget=forms.HiddenInput)
    again = Typed(widget=forms.HiddenInput)


class TurnForm(Worded):
    """Taking a matter back, or wanting it handled after all; opened by its proof."""

    words = Typed(widget=forms.Textarea(attrs={"rows": 3}))
    proof = Typed(widget=forms.HiddenInput)
    again = Typed(widget=forms.HiddenInput)


class AfreshForm(TurnForm):
    """A new matter after one that ended too long ago; opened by the earlier one's proof, with a slip of its own."""

    slip = Typed(widget=forms.HiddenInput)


class JudgeForm(Worded):
    """The four questions of the call-back."""

    contacted = Chosen({"yes": "contacted_yes", "no": "contacted_no", "unsure": "contacted_unsure"})
    true = Chosen({"yes": "true_yes", "no": "true_no", "unsure": "true_unsure"})
    solved = Chosen({"yes": "solved_yes", "part": "solved_part", "no": "solved_no", "unsure": "solved_unsure"})
    grade = Chosen({"none": "grade_none"})
    words = Typed(widget=forms.Textarea(attrs={"rows": 4}))
    proof = Typed(widget=forms.HiddenInput)
    again = Typed(widget=forms.HiddenInput)

    def on(self, grades: Sequence[Grade]) -> "JudgeForm":
        """With the scale of the matter's programme, best first."""
        ranked = sorted(grades, key=lambda one: -one.value)
        said = [(str(one.value), one.title or label("grade_short", str(one.value), language())) for one in ranked]
        self.fields["grade"].widget.choices = [*said, ("none", word("grade_none"))]
        return self

    def said(self) -> dict[str, Any]:
        """The answers as `resident_word` takes them. Raises Refused("needs_solved")."""
        typed = self.cleaned_data
        if not typed["solved"]:
            raise Refused("needs_solved", field="solved")
        grade = typed["grade"]
        return {
            "contacted": {"yes": True, "no": False}.get(typed["contacted"]),
            "true": {"yes": True, "no": False}.get(typed["true"]),
            "solved": typed["solved"],
            "grade": read.whole(grade, digits=1) if grade != "none" else None,
            "words": typed["words"],
            "unsure": [name for name in ("contacted", "true", "solved") if typed[name] == "unsure"],
        }


def fresh() -> dict[str, str]:
    """A new key and slip: one form, one matter."""
    return {"key": str(uuid4()), "slip": secrets.token_hex(16)}


def key_of(typed: str) -> UUID:
    """The key a form came with; a new one where it is none, so that nobody is kept from speaking by a broken form."""
    return read.identity(typed) or uuid4()


def place_choices(viewer: Viewer, county: str, at: datetime) -> tuple[Choices, Choices]:
    """Towns, and villages under the name of their town."""
    towns, rest = places.towns_and_villages(viewer, county)
    villages: dict[str, Choices] = {code: [] for code, _ in towns}
    for code, name, town in rest:
        villages.setdefault(town, []).append((code, name))
    return list(towns), [(name, villages[code]) for code, name in towns if villages[code]]


class KeptForm(Worded):
    """Whether a promise was kept; opened by the matter's proof."""

    kept = Chosen({"yes": "kept_yes", "no": "kept_no", "unsure": "kept_unsure"})
    words = Typed(widget=forms.Textarea(attrs={"rows": 3}))
    promise = Typed(widget=forms.HiddenInput)
    proof = Typed(widget=forms.HiddenInput)
    again = Typed(widget=forms.HiddenInput)

    def said(self) -> tuple[UUID, str, str]:
        """Which promise, the word about it, and the words. Raises Refused: needs_kept, not_a_key."""
        if not self.cleaned_data["kept"]:
            raise Refused("needs_kept", field="kept")
        promise = read.chosen(self.cleaned_data["promise"], "not_a_key")
        return promise, self.cleaned_data["kept"], self.cleaned_data["words"]


class MineForm(Worded):
    """Who is my official: the code on the card, or a registered number to be rung back at."""

    hints = ("code", "phone")
    code = Typed(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
    phone = Typed(widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.fields:
            self.fields[name].label, self.fields[name].help_text = word(f"mine_{name}"), word(f"mine_{name}_hint")

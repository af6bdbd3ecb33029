"""Fields that keep whatever was typed: rules are the rooms', so a form only carries plain texts there and back."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Refused

Choices = Iterable[tuple[str, str]]


class Plain(forms.CharField):
    """A text as it was typed, blanks and control characters included; the action cleans or refuses it."""

    def __init__(self, widget: forms.Widget | None = None, **options: Any) -> None:
        super().__init__(required=False, strip=False, widget=widget or forms.TextInput, **options)

    def run_validators(self, value: Any) -> None:
        """None here: Django would answer in words that are not ours."""


class Chosen(forms.ChoiceField):
    """One of some choices, or whatever was sent instead: the room refuses that in its own words."""

    def valid_value(self, value: Any) -> bool:
        """Anything here, as with `Plain`."""
        return True


class Several(forms.MultipleChoiceField):
    """Some of several choices, likewise."""

    def valid_value(self, value: Any) -> bool:
        """Anything here, as with `Plain`."""
        return True


class Typed(forms.Form):
    """A form of plain fields. Words of labels stand in the template."""

    use_required_attribute = False
    shown_at: ClassVar[Mapping[str, str]] = {}
    """Where the refusal of a field is shown that nobody sees."""

    def offer(self, name: str, choices: Choices) -> None:
        """What a field may be chosen from."""
        self.fields[name].widget.choices = list(choices)

    def several(self, name: str) -> bool:
        """Whether there is more than one thing to choose from, such as places of one name."""
        return len(list(self.fields[name].widget.choices)) > 1

    def value(self, name: str) -> str:
        """What stands in a field now: typed, or the initial value."""
        return str(self[name].value() or "")

    def identity(self, name: str) -> UUID | None:
        """The id that was chosen, None where nothing was. Raises Refused("value_unknown")."""
        text = self.value(name)
        return typed.chosen(text, "value_unknown", field=name) if text else None

    def put(self, **values: str) -> None:
        """Change what was typed."""
        self.data = {**{name: self.value(name) for name in self.fields}, **values}

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at its field, or on top where no field is meant."""
        name = self.shown_at.get(refused.field, refused.field)
        self.add_error(name if name in self.fields else None, refused.sentence(language()))


class Once(Typed):
    """A form with a key of its own, so that the same form sent twice is one write."""

    key = Plain(forms.HiddenInput(attrs={"id": False}))  # a page may have several such forms, and one id once

    def key_of(self) -> UUID:
        """The form's own key. Raises Refused("not_a_key")."""
        return typed.chosen(self.value("key"), "not_a_key")

    def refuse(self, refused: Refused) -> None:
        """As of any form; a key that is used up or none is replaced, so that the next press counts."""
        super().refuse(refused)
        if refused.code in ("form_used", "not_a_key"):
            self.put(key=str(uuid4()))


def line(**attributes: str) -> forms.TextInput:
    """One line, without the browser's own suggestions."""
    return forms.TextInput(attrs={"autocomplete": "off", **attributes})


def area(rows: int, **attributes: str) -> forms.Textarea:
    """Several lines."""
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off", **attributes})


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, for some of many: on a phone there is no key to hold, and one wrong tap undoes no other choice."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-check-input"})


class Keyed(forms.RadioSelect):
    """Radios as the look has them; `keys` maps a value to the key that picks it outside fields."""

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs={"class": "form-check-input"})
        self.keys = keys or {}

    @property
    def shown(self) -> dict[str, str]:
        """The keys as they stand beside the words."""
        return {value: key.upper() for value, key in self.keys.items()}

    def create_option(self, name: str, value: Any, *more: Any, **options: Any) -> dict[str, Any]:
        """An option with its key."""
        option = super().create_option(name, value, *more, **options)
        if str(value) in self.keys:
            option["attrs"]["data-key"] = self.keys[str(value)]
        return option

"""Controls put together by hand are Django's, sign for sign."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.utils.safestring import mark_safe

from huiyin.interfaces.common import widgets

EVIL = "\"><script>x</script>&'{{ x }}"
CHOICES = [
    ("", "—"),
    ("a", "甲"),
    (EVIL, EVIL),
    (3, 1_234),
    (mark_safe("a &amp; b"), [("c", "丙")]),
    (EVIL, [("b", "乙"), (EVIL + "2", mark_safe("<b>x</b>"))]),
]
ATTRS: dict[str, Any] = {"class": "form-control", "required": True, "hidden": False, "max": 1_234, "data-x": EVIL}
ATTRS["data-safe"] = mark_safe("a &amp; b")
CONTROLS = [
    *(one(attrs=ATTRS) for one in (forms.TextInput, forms.NumberInput, forms.EmailInput, forms.HiddenInput)),
    *(one(attrs=ATTRS) for one in (forms.DateInput, forms.TimeInput, forms.CheckboxInput, forms.Textarea)),
    *(one(attrs=ATTRS) for one in (forms.URLInput, forms.PasswordInput, forms.SearchInput, forms.ClearableFileInput)),
    *(one(attrs=ATTRS, choices=CHOICES) for one in (forms.Select, forms.SelectMultiple, forms.RadioSelect)),
    forms.CheckboxSelectMultiple(attrs=ATTRS, choices=CHOICES),
    forms.NullBooleanSelect(),
]


@pytest.mark.parametrize("value", [None, "", "a", EVIL, " 两行\n字 ", 1_234, 0, True, ["a", EVIL], mark_safe("<b>")])
@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: type(one).__name__)
def test_a_control_is_djangos(control: forms.Widget, value: Any) -> None:
    def drawn(renderer: BaseRenderer) -> str:
        try:
            return control.render(f"name{EVIL}", value, {"id": "id_name"}, renderer)
        except (TypeError, AttributeError) as problem:  # some take no such value, whoever draws them
            return type(problem).__name__

    assert drawn(widgets.Renderer()) == drawn(DjangoTemplates())


def test_options_of_a_choice_are_djangos_one_by_one() -> None:
    class Asked(forms.Form):
        one = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
        many = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)

    def drawn(renderer: BaseRenderer) -> list[str]:
        form = Asked({"one": EVIL, "many": ["a", EVIL]}, renderer=renderer)
        return [option.tag() for bound in form for option in bound.subwidgets]

    ours = drawn(widgets.Renderer())
    assert ours == drawn(DjangoTemplates())
    assert sum(" checked" in one for one in ours) == 3


def test_forms_of_the_product_are_drawn_so() -> None:
    assert isinstance(forms.Form().renderer, widgets.Renderer)


@pytest.mark.parametrize("chosen", ["", "a", EVIL])
def test_a_long_list_is_djangos_own_whatever_was_chosen_before(chosen: str) -> None:
    choices = [("", "不知道"), (EVIL, [("a", EVIL), (EVIL, "乙村")])]

    def drawn(kind: type[forms.Select]) -> str:
        return re.sub(r">\s+<", "><", kind(choices=choices).render("place", chosen).strip())

    assert drawn(widgets.LongSelect) == drawn(widgets.LongSelect) == drawn(forms.Select)
    assert drawn(widgets.LongSelect).count(" selected") == 1

"""Controls that Django draws too slowly for a page with hundreds of choices."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    """A select of the same markup as Django's, without a template for each option."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The control with its groups and options, every text escaped."""
        chosen = set(self.format_value(value))
        parts = []
        for key, inside in self.choices:
            if isinstance(inside, (list, tuple)):
                parts.append(format_html('<optgroup label="{}">{}</optgroup>', key, _options(inside, chosen)))
            else:
                parts.append(_options([(key, inside)], chosen))
        around = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", flatatt(around), mark_safe("".join(parts)))  # noqa: S308 - made of escaped parts


def _options(choices: Iterable[tuple[Any, Any]], chosen: set[str]) -> SafeString:
    return mark_safe(  # noqa: S308 - made of escaped parts
        "".join(
            format_html(
                '<option value="{}"{}>{}</option>',
                key,
                mark_safe(" selected") if str(key) in chosen else "",
                said,
            )
            for key, said in choices
        )
    )

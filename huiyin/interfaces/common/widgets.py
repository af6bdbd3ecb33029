"""Controls that Django draws too slowly for a page with hundreds of choices."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape, format_html
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
    drawn = _drawn(tuple((str(key), str(said)) for key, said in choices))
    return mark_safe(  # noqa: S308 - made of escaped parts
        "".join(f"{before} selected{after}" if key in chosen else f"{before}{after}" for key, before, after in drawn)
    )


@lru_cache(maxsize=500)
def _drawn(choices: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    """Each option's key and what stands before and after the mark that it is chosen: a county's villages are the same
    for everybody."""
    return tuple((key, f'<option value="{escape(key)}"', f">{escape(said)}</option>") for key, said in choices)


class Renderer(DjangoTemplates):
    """Django's own, without a template for every attribute of every control: a list of sixty names took 10 ms of a
    page. The kinds of control below are put together here, sign for sign as Django's templates have them."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The control."""
        drawn = _DRAWN.get(template_name)
        if drawn is None or context["widget"].get("wrap_label"):
            return super().render(template_name, context, request)
        return drawn(context["widget"])


def _input(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget))


def _textarea(widget: dict[str, Any]) -> SafeString:
    attributes = _attributes(widget)
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes, widget["value"] or "")


def _select(widget: dict[str, Any]) -> SafeString:
    parts = []
    for group, options, _ in widget["optgroups"]:
        inside = "".join(f"\n  {_option(one)}\n" for one in options)
        parts.append(f'\n  <optgroup label="{conditional_escape(group)}">{inside}\n  </optgroup>' if group else inside)
    whole = mark_safe("".join(parts))  # noqa: S308 - made of escaped parts
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget), whole)


def _option(widget: dict[str, Any]) -> str:
    return format_html(
        '<option value="{}"{}>{}</option>', str(widget["value"]), _attributes(widget), str(widget["label"])
    )


def _attributes(widget: dict[str, Any]) -> SafeString:
    given = [(conditional_escape(name), value) for name, value in widget["attrs"].items() if value is not False]
    return mark_safe(  # noqa: S308 - made of escaped parts
        "".join(
            f" {conditional_escape(name)}"
            if value is True
            else f' {conditional_escape(name)}="{conditional_escape(value)}"'
            for name, value in given
        )
    )


_WIDGETS = "django/forms/widgets"
_DRAWN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    **{f"{_WIDGETS}/{name}.html": _input for name in ("input", "text", "number", "email", "url", "password", "hidden")},
    **{f"{_WIDGETS}/{name}.html": _input for name in ("date", "time", "checkbox", "radio_option", "checkbox_option")},
    f"{_WIDGETS}/textarea.html": _textarea,
    f"{_WIDGETS}/select.html": _select,
}

"""Fields whose words stand in the template. `{% load counter %}`."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BoundField

from huiyin.interfaces.common.templatetags.hy import field as plain_field
from huiyin.interfaces.common.templatetags.hy import pick as plain_pick

register = template.Library()


@register.inclusion_tag("common/parts/field.html")
def write(
    bound: BoundField,
    label: str,
    hint: str = "",
    width: str = "",
    label_key: str = "",
    optional: bool = False,  # noqa: FBT001, FBT002 - a template tag
) -> dict[str, Any]:
    """A field with its label, hint and error."""
    bound.label = label
    bound.help_text = bound.field.help_text = hint
    return plain_field(bound, optional=optional, width=width, label_key=label_key)


@register.inclusion_tag("common/parts/pick.html")
def choose(
    bound: BoundField,
    label: str,
    hint: str = "",
    layout: str = "",
    keys: Mapping[str, str] | None = None,
    lines: Mapping[str, str] | None = None,
    optional: bool = False,  # noqa: FBT001, FBT002 - a template tag
) -> dict[str, Any]:
    """Whole-row radios or boxes; `keys` maps a value to the key that picks it, `lines` to its consequence."""
    bound.label = label
    bound.help_text = bound.field.help_text = hint
    return plain_pick(bound, layout=layout, keys=keys, lines=lines, optional=optional)


@register.filter
def grouped(proof: str) -> str:
    """ABCD-EFGH-JKLM-NPQR: a proof as it is copied by hand."""
    return "-".join(proof[at : at + 4] for at in range(0, len(proof), 4))

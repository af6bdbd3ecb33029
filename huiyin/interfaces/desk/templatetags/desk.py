"""Tags of the desk: words of the vocabulary, labelled fields, small shapes. `{% load desk %}`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from huiyin.casework.rules.hints import Hint
from huiyin.interfaces.common import clocks
from huiyin.interfaces.common.drawn import draw
from huiyin.interfaces.common.phrases import language, row
from huiyin.interfaces.common.shapes import ClockFace
from huiyin.interfaces.common.templatetags.hy import date as day_tag
from huiyin.interfaces.common.templatetags.hy import field as plain_field
from huiyin.interfaces.common.templatetags.hy import mark
from huiyin.interfaces.desk.forms.filters import Choice
from huiyin.programme import words
from huiyin.programme.refusal import Refused

register = template.Library()


@register.simple_tag
def says(group: str, key: str) -> str:
    """The label of a key in the reader's language; the key itself where a county's own word has none."""
    return words.label(group, key, language()) if words.has_label(group, key) else key


@register.simple_tag
def options(name: str, items: Sequence[Choice]) -> SafeString:
    """The values of a filter as boxes to tick: words of the method, the same for everybody."""
    return draw("desk/parts/options.html", {"name": name, "items": tuple(items)}, {})


@register.simple_tag
def glyph(state: str) -> SafeString:
    """The shape of a clock alone, for beside a number that has its own words."""
    shape, look = clocks.draw(ClockFace(state, 0.8, ""))  # type: ignore[arg-type]  # a literal in a template
    return format_html('<span class="hy-c {}">{}</span>', look, shape)


@register.filter
def sentence(refused: Refused | None) -> str:
    """What a refusal says, in the reader's language."""
    return refused.sentence(language()) if refused else ""


@register.filter
def weekday(value: date) -> str:
    """周三."""
    return row("weekdays")[value.weekday()]


@register.inclusion_tag("common/parts/field.html")
def ask(bound: BoundField, label: str, hint: str = "", width: str = "", label_key: str = "") -> dict[str, Any]:
    """A field whose words stand in the template: forms of libraries have their own, which are not ours."""
    bound.label = label
    bound.help_text = hint
    bound.field.help_text = hint
    return plain_field(bound, width=width, label_key=label_key)


@register.simple_tag
def hint_words(hint: Hint) -> str:
    """What a hint says."""
    return words.label("hint", hint.key, language()).format(word=hint.word)


@register.filter
def last_day(value: datetime) -> SafeString | str:
    """The last day of a limit: a due moment at midnight ends the day before."""
    return day_tag(value - timedelta(microseconds=1), "plain")


@register.filter
def date_value(value: date | None) -> str:
    """A day as a date control holds it."""
    return value.isoformat() if value else ""


PROMISES = {
    "open": ("outline", "calendar"),
    "due": ("soon", "phone-call"),
    "kept": ("done", "circle-check"),
    "broken": ("late", "circle-x"),
    "unsure": ("outline", "help"),
    "unreached": ("outline", "message-circle-off"),
}


DRAFTS = {
    "waiting": ("soon", "hourglass"),
    "approved": ("done", "circle-check"),
    "refused": ("late", "arrow-back-up"),
    "replaced": ("outline", "replace"),
    "sent": ("rest", "send"),
}


FINDINGS = {
    "found": ("outline", "search"),
    "circulated": ("soon", "speakerphone"),
    "set": ("go", "progress"),
    "mended": ("done", "circle-check"),
}
MOVED = {
    "early": ("outline", "hourglass"),
    "few": ("outline", "circle-dashed"),
    "unclear": ("outline", "help"),
    "better": ("done", "circle-check"),
    "worse": ("late", "alert-circle"),
}


@register.simple_tag
def finding_mark(state: str) -> SafeString:
    """How far a finding is, with its shape."""
    look, picture = FINDINGS[state]
    return mark(words.label("finding", state, language()), look, picture)


@register.simple_tag
def moved_mark(verdict: str) -> SafeString:
    """Whether a figure moved, with its shape."""
    look, picture = MOVED[verdict]
    return mark(words.label("moved", verdict, language()), look, picture)


@register.simple_tag
def draft_mark(state: str) -> SafeString:
    """Where a version of an answer stands, with its shape."""
    look, picture = DRAFTS[state]
    return mark(words.label("draft", state, language()), look, picture)


@register.simple_tag
def promise_mark(state: str) -> SafeString:
    """Where a promise stands, with its shape."""
    look, picture = PROMISES[state]
    return mark(words.label("promise", state, language()), look, picture)

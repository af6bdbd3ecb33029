"""How far a line of a ledger is, in words. `{% load ledger %}`."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from huiyin.casework.queries.ledgers import Line
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.templatetags.hy import day_words
from huiyin.interfaces.desk.views import ledgers

register = template.Library()

DAY = re.compile(r"\d{4}-\d\d-\d\d")


@register.filter
def progress(one: Line) -> str:
    """As the printed ledger says it, with days as the desk's other pages say them."""
    return ledgers.progress(one, language(), lambda day: day_words(day, "plain"))


@register.filter
def whole_days(cell: object) -> SafeString:
    """A printed cell whose days are not broken at their hyphens."""
    kept = DAY.sub(r'<span class="nowrap">\g<0></span>', escape(str(cell)))
    return mark_safe(kept)  # noqa: S308 - escaped above, the span is ours

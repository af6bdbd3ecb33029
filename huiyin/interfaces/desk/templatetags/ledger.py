"""How far a line of a ledger is, in words. `{% load ledger %}`."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from huiyin.casework.queries.ledgers import Line
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.templatetags.hy import day_words
from huiyin.interfaces.desk.views import ledgers

register = template.Library()

DAY = re.compile(r"(\d{4}-\d\d-\d\d)")


@register.filter
def progress(one: Line) -> str:
    """As the printed ledger says it, with days as the desk's other pages say them."""
    return ledgers.progress(one, language(), lambda day: day_words(day, "plain"))


@register.filter
def whole_days(cell: object) -> SafeString:
    """A printed cell whose days are not broken at their hyphens."""
    parts = DAY.split(str(cell))  # every second one is a day
    days = (format_html('<span class="nowrap">{}</span>', one) if at % 2 else one for at, one in enumerate(parts))
    return format_html_join("", "{}", ((one,) for one in days))

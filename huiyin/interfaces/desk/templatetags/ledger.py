"""How far a line of a ledger is, in words. `{% load ledger %}`."""

from django import template

from huiyin.casework.queries.ledgers import Line
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.views import ledgers

register = template.Library()


@register.filter
def progress(one: Line) -> str:
    """As the printed ledger says it."""
    return ledgers.progress(one, language())

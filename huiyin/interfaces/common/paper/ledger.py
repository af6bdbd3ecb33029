"""A ledger as PDF: the lines of a month in the columns of the programme."""

from collections.abc import Sequence

from huiyin.interfaces.common.paper import make


def pdf(*, title: str, under: str, head: Sequence[str], rows: Sequence[Sequence[str]], foot: str) -> bytes:
    """The sheets; `foot` stands on each of them. Raises Refused("no_chinese_font")."""
    told = {"title": title, "under": under, "head": list(head), "rows": [list(row) for row in rows], "foot": foot}
    return make.drawn("ledger", told)

"""A report as PDF: what a leader reads on top, then the comparisons, hot topics and tables."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from huiyin.core.rulebook import current
from huiyin.interfaces.common.paper import make
from huiyin.programme.words import phrase


def pdf(told: dict[str, Any], place: str, at: datetime) -> bytes:
    """The paper. `told` is what `report_words.told` says. Raises Refused("no_chinese_font")."""
    county = current(at).rulebook.county
    day = at.astimezone(county.tz)
    data = {
        "title": told["title"],
        "place": place,
        "centre": county.centre,
        "phone": county.telephone,
        "span": phrase("reports", "span", first=told["first"].isoformat(), last=told["last"].isoformat()),
        "day": [day.year, day.month, day.day],
        "short": told["short"],
        "lines": [asdict(one) for one in told["lines"]],
        "hot": [asdict(one) for one in told["hot"]],
        "again": [asdict(one) for one in told["again"]],
        "columns": told["columns"],
        "tables": [
            {"title": table["title"], "rows": [[one.title, str(one.collected), *one.shares] for one in table["rows"]]}
            for table in told["tables"]
        ],
    }
    return make.drawn("report", data)

"""A report in words: what a leader reads first, and the tables behind it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from huiyin.casework.queries.reports import Report
from huiyin.casework.rules import hot
from huiyin.casework.rules.figures import GOALS, SHARES, share
from huiyin.casework.rules.spans import Behind, Wanted
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import figure_words as words
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import label, phrase
from huiyin.register.queries import places

HOT, AGAIN, FEW = 8, 10, 12
"""Lines of each table of a report."""


@dataclass(frozen=True)
class Compared:
    """A share or count now, in the period before, and a year ago."""

    title: str
    says: str
    now: str
    of: str
    earlier: str
    year_ago: str
    href: str


@dataclass(frozen=True)
class Topic:
    """A hot or recurring topic with where it comes from. `href` opens its matters."""

    topic: str
    places: str
    now: int
    usual: str
    href: str


def told(viewer: Viewer, found: Report, page: Matters, *, opens: str) -> dict[str, Any]:
    """Everything a report says, for page and paper. Two or three questions for names."""
    names = words.names(viewer, page, found.lines)
    codes = {one for topic in found.hot[:HOT] for one, _ in topic.villages[:4]}
    codes |= {cell.village for cell in found.recurrent[:AGAIN]}
    villages = places.paths(viewer, codes) if codes else {}
    topics = {key: one.title for key, one in page.topics.items()}
    return {
        "title": label("report", found.step, language()),
        "first": found.wanted.from_,
        "last": found.wanted.until - timedelta(days=1),
        "short": short(found, topics, villages),
        "lines": [_compared(found, name, opens=opens) for name in ("collected", *SHARES)],
        "hot": [_hot(found.wanted, one, topics, villages, opens=opens) for one in found.hot[:HOT]],
        "again": [_again(found.wanted, one, topics, villages, opens=opens) for one in found.recurrent[:AGAIN]],
        "tables": [_table(found, name, names, opens=opens) for name in ("channel", "topic", "place", "body", "result")],
        "columns": [label("figure_share", one, language()) for one in words.SHOWN],
    }


def short(found: Report, topics: dict[str, str], villages: dict[str, str]) -> list[str]:
    """What a leader reads: five sentences, each with its numbers."""
    spoken, now = language(), found.now
    none = phrase("reports", "no_base", spoken)
    parts = {name: share(name, now) for name in SHARES}
    shares = {name: words.percent(one) if one.base else none for name, one in parts.items()}
    said = [
        phrase(
            "reports",
            "received",
            spoken,
            n=now["collected"],
            before=phrase("reports", f"the_{found.step}_before", spoken),
            change=_change(now["collected"], found.earlier["collected"]),
            year=_change(now["collected"], found.year_ago["collected"]),
        ),
        phrase("reports", "done", spoken, answered=found.answered, closed=found.closed),
    ]
    if now["collected"]:
        said.append(
            phrase(
                "reports",
                "goals",
                spoken,
                replied=shares["replied"],
                called=shares["called"],
                solved=shares["solved"],
            )
        )
    if parts["satisfied_reasonable"].base:
        said.append(phrase("reports", "satisfied", spoken, satisfied=shares["satisfied_reasonable"]))
    if found.hot:
        top = found.hot[0]
        topic, usual = topics.get(top.topic, top.topic), f"{top.usual:.1f}"
        told_of: dict[str, str | int] = {"topic": topic, "n": top.now, "villages": len(top.villages)}
        if usual == "0.0":
            said.append(phrase("reports", "hot_new", spoken, **told_of))
        else:
            said.append(phrase("reports", "hot", spoken, usual=usual, **told_of))
    else:
        said.append(phrase("reports", "no_hot", spoken))
    if found.recurrent:
        one = found.recurrent[0]
        place, topic = villages.get(one.village, one.village), topics.get(one.topic, one.topic)
        said.append(phrase("reports", "again", spoken, place=place, topic=topic, n=one.lately))
    lacking = {name: (now[SHARES[name][0]], now[SHARES[name][1]]) for name in (*GOALS, "in_time", "solved")}
    if name := hot.worst(lacking):
        part, base = lacking[name]
        said.append(phrase("reports", "worst", spoken, name=label("figure_gap", name, spoken), n=base - part))
    return said


def _change(now: int, then: int) -> str:
    spoken, found = language(), hot.change(now, then)
    if found is None:
        return phrase("reports", "nothing", spoken)
    if not found:
        return phrase("reports", "same", spoken)
    return phrase("reports", "more" if found > 0 else "fewer", spoken, part=f"{abs(found) * 100:.0f}%")


def _compared(found: Report, name: str, *, opens: str) -> Compared:
    spoken = language()
    if name == "collected":
        texts = [f"{one['collected']:,}" for one in (found.now, found.earlier, found.year_ago)]
        title, says, of, measure = label("figure_measure", name, spoken), "", "", "collected"
    else:
        texts = [words.percent(share(name, one)) for one in (found.now, found.earlier, found.year_ago)]
        part, base = SHARES[name]
        title, says, measure = label("figure_share", name, spoken), label("figure_says", name, spoken), part
        of = f"{found.now[part]:,} / {found.now[base]:,}"
    href = words.link(Behind(found.wanted, measure), opens) if found.now[measure] else ""
    return Compared(title, says, texts[0], of, texts[1], texts[2], href)


def _hot(wanted: Wanted, one: hot.Hot, topics: dict[str, str], villages: dict[str, str], *, opens: str) -> Topic:
    where = phrase("sums", "and", language()).join(
        f"{villages.get(code, code)} {count}" for code, count in one.villages[:4]
    )
    href = words.link(Behind(words.narrowed(wanted, "topic", one.topic), "collected"), opens)
    return Topic(topics.get(one.topic, one.topic), where, one.now, f"{one.usual:.1f}", href)


def _again(wanted: Wanted, one: hot.Cell, topics: dict[str, str], villages: dict[str, str], *, opens: str) -> Topic:
    town = one.village.endswith("000")  # what was said of a town as a whole opens without its villages
    back = Wanted(
        from_=wanted.until - timedelta(days=hot.LATELY),
        until=wanted.until,
        place=one.village if town else wanted.place,
        only=(("place", one.village), ("topic", one.topic)),
    )
    href = words.link(Behind(back, "collected"), opens)
    return Topic(topics.get(one.topic, one.topic), villages.get(one.village, one.village), one.lately, "", href)


def _table(found: Report, name: str, names: dict[tuple[str, str], str], *, opens: str) -> dict[str, Any]:
    lines = found.lines[name]
    return {
        "title": label("element", name, language()),
        "name": name,
        "rows": words.rows(name, lines[:FEW], names, found.wanted, opens=opens, deeper=lambda _: ""),
        "more": max(0, len(lines) - FEW),
    }

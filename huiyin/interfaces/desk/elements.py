"""The ten elements in words: the rows of a block, or the cells of a file."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from huiyin.casework.queries.elements import Elements
from huiyin.core.safe_cells import Cell
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.templatetags.hy import day_words, time_words
from huiyin.programme.words import has_label, label, phrase

TEN = (
    *("reporter", "opened_at", "channel", "classes", "opinion", "due", "result", "handler", "supervisor"),
    "called_back",
)
"""反映人、反映时间、反映渠道、类型分类、受理意见、办理时限、处理结果、具体承办人、具体督办人、回访情况."""


def rows(found: Elements) -> list[tuple[str, str]]:
    """Label and words of each, for a page."""
    return list(zip(headers(), [str(cell or "—") for cell in _words(found)], strict=True))


def headers() -> list[str]:
    """The ten names."""
    return [label("ten", name, language()) for name in TEN]


def cells(found: Elements) -> list[Cell]:
    """The ten as cells of a file; days and moments as such."""
    told: list[Cell] = list(_words(found))
    told[TEN.index("opened_at")] = timezone.localtime(found.opened_at).replace(microsecond=0)
    return told


def _words(found: Elements) -> list[str]:
    spoken = language()
    classes = [f"{label('need', name, spoken)}：{title}" for name, title in found.classes]
    if found.level:
        classes.append(f"{label('need', 'level', spoken)}：{label('level', found.level, spoken)}")
    return [
        found.name or label("disclosure", found.disclosure, spoken),
        _moment(found),
        found.channel,
        "\n".join(classes),
        _opinion(found),
        _due(found),
        found.result or label("state", found.state, spoken),
        " ".join(one for one in (found.body, found.handler) if one),
        found.supervisor,
        _called(found),
    ]


def _moment(found: Elements) -> str:
    """When it came; the day alone where it lay on paper and no more is known."""
    local = timezone.localtime(found.opened_at)
    return day_words(local.date(), "year") if local.time() == time() else _when(found.opened_at)


def _when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{day_words(local.date(), 'year')} {time_words(local)}"


def _opinion(found: Elements) -> str:
    one = found.opinion
    if one is None:
        return ""
    said = f"{label('step', one.step, language())} {_when(one.at)} {one.by}".strip()
    return f"{said}：{one.words}" if one.words else said


def _due(found: Elements) -> str:
    """The last day; a limit in days ends at its 24:00."""
    if found.due_at is None:
        return ""
    day = timezone.localtime(found.due_at - timedelta(microseconds=1)).date()
    named = label("ten", "named", language()) if found.named else ""
    return f"{day_words(day, 'year')} {named}".strip()


def _called(found: Elements) -> str:
    """How often it was tried and whether anybody was reached; never the grade (decisions.md, sealed matters)."""
    spoken = language()
    if not found.calls:
        return label("ten", "not_called", spoken)
    told = phrase("elements", "called", spoken, times=found.calls, reached=found.reached)
    return f"{told} {label('solved', found.word, spoken)}" if has_label("solved", found.word) else told

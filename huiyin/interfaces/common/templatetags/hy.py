"""Every tag and filter of the look. `{% load hy %}`; the usage of each is in docs/explanation/look.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date as Date
from datetime import datetime as DateTime
from datetime import time as Time
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.template.base import Parser, TextNode, Token
from django.template.defaulttags import LoadNode, URLNode
from django.template.library import SimpleNode
from django.templatetags.i18n import TranslateNode
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from huiyin.casework.queries.files import FileRow
from huiyin.casework.rules.codes import spoken
from huiyin.core.now import now
from huiyin.core.text import spaced_phone
from huiyin.interfaces.common import controls, drawn
from huiyin.interfaces.common.assets import built_url, icon_body, icons_made
from huiyin.interfaces.common.clocks import draw
from huiyin.interfaces.common.phrases import has, language, phrase, row
from huiyin.interfaces.common.shapes import (
    Chip,
    ClockFace,
    ClockState,
    Figure,
    NavGroup,
    NavItem,
    Pager,
    Step,
    Tab,
    WallLine,
)
from huiyin.programme.words import label, state_look

register = template.Library()

EVIDENCE = {
    "confirmed": ("done", "circle-check"),
    "to_check": ("soon", "hourglass"),
    "one_side": ("outline", "user"),
    "contradicted": ("late", "arrows-diff"),
    "none": ("outline", "circle-dashed"),
    "sealed_in_log": ("rest", "rubber-stamp"),
}
VERDICTS = {
    "meets": ("done", "circle-check"),
    "below": ("late", "circle-x"),
    "indeterminate": ("outline", "arrows-horizontal"),
    "not_shown": ("outline", "eye-off"),
    "not_measured": ("outline", "ruler-measure"),
    "under_appeal": ("soon", "scale"),
}
NOTICES = {
    "plain": "info-circle",
    "main": "info-circle",
    "go": "progress",
    "soon": "hourglass",
    "late": "alert-triangle",
    "done": "circle-check",
    "seal": "lock",
}
BLOCKS = {"empty": "coffee", "refused": "zoom-cancel", "error": "alert-triangle", "busy": ""}
LOOKS = frozenset({"main", "go", "soon", "late", "done", "seal", "rest", "outline", "ink"})
STEP_ICONS = {"done": "check", "late": "exclamation-mark", "paused": "player-pause", "outline": "minus"}
ALIKE = frozenset({"icon", "kbd", "built", "glyph"})
"""Tags that say the same to everybody, so that they may stand in `fixed`."""
KEPT = 4_096
"""So much of what is drawn again and again is kept: shapes and words of the product's own, never of a matter or a
person."""


# --- small tags ------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """An inlined icon. Hidden from screen readers, unless it stands alone and has a `title`."""
    if not title:
        return _picture(name, icons_made())
    body = mark_safe(icon_body(name))  # noqa: S308 - the drawing comes from our own build, never from a person
    return format_html('<svg class="hy-i" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', title, body)


@lru_cache(KEPT)
def _picture(name: str, made: int) -> SafeString:
    """An icon without a title, as the build of that moment has it."""
    body = mark_safe(icon_body(name))  # noqa: S308 - the drawing comes from our own build, never from a person
    return format_html('<svg class="hy-i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', body)


@register.simple_tag
def built(name: str) -> str:
    """The address of a built style or script: `desk.css`, `public.css`, `print.css`, `desk.js`, `public.js`."""
    return built_url(name)


@register.simple_tag
def language_tag() -> str:
    """The language of the page for `<html lang>`: zh-Hans, zh-Hant or en."""
    return language()


@register.simple_tag
def step_words(state: str) -> str:
    """What the shape of a step means, for those who hear the page."""
    return phrase(f"step_{state}")


@register.simple_tag
def wall_words(part: str) -> SafeString:
    """问, 办, 评 or 欠, with the long form for those who hear the page."""
    sign, words = phrase(f"wall_{part}"), phrase(f"wall_{part}_long")
    return format_html('<span aria-hidden="true">{}</span><span class="hy-visually-hidden">{}</span>', sign, words)


@register.simple_tag
def badge(group: str, key: str, words: str = "") -> SafeString:
    """A state that a programme names. `group` is state, state_public, evidence or verdict; `words` replaces the label.

    Raises TemplateSyntaxError for an unknown group and KeyError for an unknown key.
    """
    if words:
        return _badge(group, key, words, "")
    return _plain_badge(group, key, language(), icons_made())


@lru_cache(KEPT)
def _plain_badge(group: str, key: str, spoken: str, made: int) -> SafeString:
    """A badge in the product's own words, in one language."""
    return _badge(group, key, "", spoken)


def _badge(group: str, key: str, words: str, spoken: str) -> SafeString:
    match group:
        case "state" | "state_public":
            colour, drawing = state_look(key)
            text = words or label(group, key, spoken)
        case "evidence":
            colour, drawing = EVIDENCE[key]
            text = words or label("evidence", key, spoken)
        case "verdict":
            colour, drawing = VERDICTS[key]
            text = words or phrase(f"verdict_{key}")
        case _:
            raise template.TemplateSyntaxError(f"badge has no group “{group}”")
    return mark(text, colour, drawing)


@register.simple_tag
def mark(words: str, look: str = "outline", picture: str = "") -> SafeString:
    """A badge with words of one's own, as 已督办 or 来电. `look` is a colour token, outline or ink."""
    if look not in LOOKS:
        raise template.TemplateSyntaxError(f"mark has no look “{look}”")
    return format_html('<span class="hy-b hy-b-{}">{}{}</span>', look, icon(picture) if picture else "", words)


@register.simple_tag
def clock(face: ClockFace, inline: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - template tags take no keyword-only
    """A deadline: shape and words. `inline` lets long words break."""
    if face.state != "extended":
        return _clock(face.state, round(face.share, 2), face.text, inline)
    words = phrase("extended")
    if face.approved_by:
        words = f"{words}・{phrase('extended_by', name=face.approved_by)}"
    return _face(face, inline, mark(words, "outline"))


@lru_cache(KEPT)
def _clock(state: ClockState, share: float, text: str, inline: bool) -> SafeString:  # noqa: FBT001 - its own helper
    """A deadline nobody extended: a state, a hundredth of the time and words like “还有 3 个工作日”."""
    return _face(ClockFace(state, share, text), inline)


def _face(face: ClockFace, inline: bool, extra: SafeString | str = "") -> SafeString:  # noqa: FBT001 - its own helper
    shape, look = draw(face)
    classes = f"hy-c {look}{' hy-c-inline' if inline else ''}"
    return format_html('<span class="{}">{}<span>{}</span>{}</span>', classes, shape, face.text, extra)


@register.simple_tag
@lru_cache(KEPT)
def kbd(keys: str) -> SafeString:
    """The key that does the same; shown on the button itself, not read aloud."""
    return format_html('<kbd class="hy-kbd" aria-hidden="true">{}</kbd>', keys)


@register.simple_tag
def bar(share: float, look: str = "main", late: float = 0) -> SafeString:
    """A bar of `share` (0 to 1) of the width, of which the part `late` (0 to 1 of the width) is red. SVG, no style."""
    red, whole = max(0.0, min(late, 1.0)) * 100, max(0.0, min(share, 1.0)) * 100
    return format_html(
        '<svg viewBox="0 0 100 6" width="100%" height="12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="hy-svg-late" x="0" y="0" width="{}" height="6"/>'
        '<rect class="hy-svg-{}" x="{}" y="0" width="{}" height="6"/></svg>',
        f"{red:.2f}",
        look,
        f"{red + (0.6 if red else 0):.2f}",
        f"{max(whole - red - (0.6 if red else 0), 0):.2f}",
    )


# --- components made of a template ----------------------------------------------------------------------------------


@register.simple_tag
def nav(groups: Sequence[NavGroup]) -> SafeString:
    """The side navigation. Only its counts differ between two who may go to the same places."""
    counts: dict[str, str] = {}
    shown = tuple((group.label, tuple(_uncounted(item, counts) for item in group.items)) for group in groups)
    return drawn.draw("common/parts/nav.html", {"groups": shown}, counts)


def _uncounted(item: NavItem, counts: dict[str, str]) -> tuple[NavItem, str]:
    """A place of the navigation and the mark of its count, which goes to the others; no mark where none is shown."""
    if item.count is None:
        return item, ""
    name = f"count{len(counts)}"
    counts[name] = item.count
    return replace(item, count=None), drawn.mark(name)


@register.inclusion_tag("common/parts/steps.html")
def steps(items: Sequence[Step], fold: int = 0) -> dict[str, Any]:
    """Where a matter is. With `fold`, the steps between the first and the last `fold` are folded away."""
    middle = items[1:-fold] if fold and len(items) > fold + 2 else []
    shown = [items[0], *items[-fold:]] if middle else items
    return {"first": shown[:1], "middle": middle, "last": shown[1:], "icons": STEP_ICONS}


@register.inclusion_tag("common/parts/wbpq.html")
def wbpq(lines: Sequence[WallLine]) -> dict[str, Any]:
    """问 办 评 欠: what was asked, done, judged, still owed."""
    return {"lines": lines, "english": language() == "en"}


@register.inclusion_tag("common/parts/figures.html")
def figures(items: Sequence[Figure], ruled: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a template tag
    """Numbers with their bases and ways down."""
    return {"items": items, "ruled": ruled}


@register.inclusion_tag("common/parts/views.html")
def views(tabs: Sequence[Tab], name: str, save_url: str = "") -> dict[str, Any]:
    """Saved views as a row of links. `name` is what a screen reader calls the row."""
    return {"tabs": tabs, "name": name, "save_url": save_url}


@register.inclusion_tag("common/parts/chips.html")
def chips(items: Sequence[Chip], clear_url: str = "") -> dict[str, Any]:
    """Filters as chips that read as a sentence."""
    return {"items": items, "clear_url": clear_url}


@register.inclusion_tag("common/parts/pager.html")
def pager(page: Pager) -> dict[str, Any]:
    """Before and after; no numbers."""
    return {"page": page}


@register.inclusion_tag("common/parts/errors.html")
def errors(form: BaseForm, quiet: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a template tag
    """What is still missing, on top, with a link to each place. Nothing when the form is right.

    Where one sentence would stand there twice, each has the name of its place before it.

    `quiet` is for showing it as a sample: it takes no focus and is not read aloud at once.
    """
    places = controls.wrong_places(form)
    return {"general": form.non_field_errors(), "places": places, "count": len(places), "quiet": quiet}


@register.inclusion_tag("common/parts/field.html")
def field(bound: BoundField, optional: bool = False, width: str = "", label_key: str = "") -> dict[str, Any]:  # noqa: FBT001, FBT002 - a template tag
    """Label, hint, error, control. `width` is code, phone, date or short; `label_key` shows the key that goes there."""
    return {
        "field": bound,
        "control": controls.described(bound),
        "optional": optional,
        "width": f"hy-w-{width}" if width else "",
        "label_key": label_key,
        "error": bound.errors[0] if bound.errors else "",
    }


@register.inclusion_tag("common/parts/pick.html")
def pick(
    bound: BoundField,
    lines: Mapping[str, str] | None = None,
    layout: str = "",
    optional: bool = False,  # noqa: FBT001, FBT002 - a template tag
    keys: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Whole-row radios or checkboxes; `lines` gives the consequence of each value, `keys` the key that picks it.

    `layout` is "" (one below the other), "two", "across", or "many" for a list that scrolls. Without `lines` the
    field's own `consequences` count.
    """
    lines = lines or getattr(bound.field, "consequences", {})
    options = [
        {
            "tag": controls.choice(option),
            "id": option.id_for_label,
            "label": option.choice_label,
            "line": lines.get(str(option.data["value"]), ""),
            "key": (keys or {}).get(str(option.data["value"]), ""),
        }
        for option in bound.subwidgets
    ]
    return {
        "field": bound,
        "options": options,
        "layout": f" hy-pick-{layout}" if layout else "",
        "optional": optional,
        "error": bound.errors[0] if bound.errors else "",
    }


@register.simple_block_tag
def notice(content: SafeString, look: str = "plain", title: str = "", picture: str = "", role: str = "") -> SafeString:
    """One thing to know before acting. `look` is plain, main, go, soon, late, done or seal."""
    if look not in NOTICES:
        raise template.TemplateSyntaxError(f"notice has no look “{look}”")
    return format_html(
        '<div class="hy-n hy-n-{}"{}>{}<div class="hy-n-body">{}{}</div></div>',
        look,
        format_html(' role="{}"', role) if role else "",
        icon(picture or NOTICES[look]),
        format_html('<b class="hy-n-title">{}</b>', title) if title else "",
        content.strip() and mark_safe(content.strip()),  # noqa: S308 - rendered template, escaped already
    )


@register.simple_block_tag
def blank(content: SafeString, kind: str, title: str, picture: str = "", level: int = 2) -> SafeString:
    """A list or page with nothing to show. `kind` is empty, busy, refused or error; the content is the way on."""
    if kind not in BLOCKS:
        raise template.TemplateSyntaxError(f"blank has no kind “{kind}”")
    inside = mark_safe(content.strip())  # noqa: S308 - rendered template, escaped already
    if kind == "busy":
        return format_html(
            '<div class="hy-block hy-block-busy" role="status"><div class="hy-bar"></div><div class="hy-bar hy-bar-2">'
            '</div><div class="hy-bar hy-bar-3"></div><p class="hy-block-title">{}</p>{}</div>',
            title,
            inside,
        )
    heading = f"h{level}"
    return format_html(
        '<div class="hy-block hy-block-{}">{}<{} class="hy-block-title">{}</{}>'
        '<div class="hy-block-body">{}</div></div>',
        kind,
        icon(picture or BLOCKS[kind]),
        mark_safe(heading),  # noqa: S308 - h1 to h6, made of a number
        title,
        mark_safe(heading),  # noqa: S308 - as above
        inside,
    )


# --- what is the same for everybody -----------------------------------------------------------------------------------


class _Fixed(template.Node):
    """Its content by language, drawn once per process."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self._drawn: dict[tuple[str, int], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Drawn without anything of the page: what is kept cannot hold what only one reader may see."""
        key = language(), icons_made()
        if key not in self._drawn:
            self._drawn[key] = self.nodelist.render(context.new({}))
        return self._drawn[key]


@register.tag
def fixed(parser: Parser, token: Token) -> _Fixed:
    """`{% fixed %}…{% endfixed %}`: a part that says the same on every page and to everybody, in each language.

    Only words, icons, keys and addresses without a variable may stand in it; else TemplateSyntaxError.
    """
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    for node in nodelist:
        if not _is_fixed(node):
            raise template.TemplateSyntaxError(f"what changes cannot stand in `fixed`: {node!r}")
    return _Fixed(nodelist)


def _is_fixed(node: template.Node) -> bool:
    """Whether a node says the same to everybody."""
    match node:
        case TextNode() | LoadNode():
            return True
        case TranslateNode():
            said = node.filter_expression
            return said.var.lookups is None and not said.filters and node.asvar is None
        case URLNode():
            given = [node.view_name, *node.args, *node.kwargs.values()]
        case SimpleNode():
            given = [*node.args, *node.kwargs.values()]
            if node.func.__name__ not in ALIKE or node.target_var is not None:
                return False
        case _:
            return False
    return not any(one.is_var or one.filters for one in given)


# --- filters ---------------------------------------------------------------------------------------------------------


@register.filter
def date(value: Date | DateTime | None, form: str = "") -> SafeString | str:
    """11月25日（周三）; the year is written when it is not this one.

    `form` is "", plain (without weekday), year (always with it), year_plain (both) or spaced (11月25日 周三).
    """
    if value is None:
        return ""
    if form not in ("", "plain", "year", "year_plain", "spaced"):
        raise template.TemplateSyntaxError(f"date has no form “{form}”")
    day = local_day(value)
    return _day(day, form, language(), with_year=_needs_year(day, form))


@lru_cache(KEPT)
def _day(day: Date, form: str, spoken: str, *, with_year: bool) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), _day_words(day, form, spoken, with_year))


@register.filter
def datetime(value: DateTime | None, form: str = "plain") -> SafeString | str:
    """11月25日 17:30, in the county's zone."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    words = phrase("day_and_time", day=day_words(local.date(), form), time=time_words(local))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.filter
def came(value: DateTime) -> SafeString | str:
    """When words came: day and time; the day alone where they lay on paper and no more is known."""
    return date(value, "plain") if timezone.localtime(value).time() == Time() else datetime(value)


@register.filter
def of_part(rows: Sequence[FileRow], part: str) -> list[FileRow]:
    """The files of a matter that came with the resident's words (`said`) or with answers (`answer`)."""
    return [row for row in rows if row.part == part]


@register.filter
def of_reply(rows: Sequence[FileRow], reply_id: UUID) -> list[FileRow]:
    """The files that came with one answer."""
    return [row for row in rows if row.reply_id == reply_id]


@register.filter
def time(value: DateTime | None) -> SafeString | str:
    """17:30, in the county's zone."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), time_words(local))


@register.filter
def phone(value: str | None) -> SafeString | str:
    """199-0000-1200 on one line, as `core.text.spaced_phone` has it; a masked one with words for those who hear it."""
    if not value:
        return ""
    words = spaced_phone(value)
    if "*" not in words:
        return nowrap(words)
    told = phrase("hidden_digits")
    return format_html(
        '<span class="nowrap" aria-label="{}…{}（{}）" role="text">{}</span>', value[:3], value[-4:], told, words
    )


@register.filter
def phone_link(value: str | None) -> SafeString | str:
    """The number as a link that rings."""
    if not value:
        return ""
    digits = "".join(character for character in value if character.isdigit() or character == "+")
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', digits, spaced_phone(value))


@register.filter
def code(value: str | None) -> SafeString | str:
    """4730-1168-5: a matter's code in groups that can be said; what is none as it is."""
    if not value:
        return ""
    digits = value.replace("-", "")
    return nowrap(spoken(digits) if digits.isdigit() else value)


@register.filter
def nowrap(value: object) -> SafeString:
    """A name or number that never breaks across lines."""
    return format_html('<span class="nowrap">{}</span>', value)


@register.filter
def rise(share: float) -> str:
    """By how much a figure rose or fell: +2.3%, −1.4%, 0%."""
    return f"{share:+.1%}".replace("-", "−") if round(share, 3) else "0%"


@register.filter
def number(value: int | float | None) -> str:
    """1,286."""
    return "" if value is None else f"{value:,}"


@register.filter
def as_json(value: Any) -> str:
    """Data for a script, to stand in an attribute; the template escapes it like every other text."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of `key`, or nothing."""
    return mapping.get(key, "")


# --- their words -----------------------------------------------------------------------------------------------------


def local_day(value: Date | DateTime) -> Date:
    """The day in the county's zone."""
    return timezone.localtime(value).date() if isinstance(value, DateTime) else value


def day_words(day: Date, form: str) -> str:
    """A day as people say it; the year only when it is not this one or asked for."""
    return _day_words(day, form, language(), _needs_year(day, form))


def _needs_year(day: Date, form: str) -> bool:
    return form in ("year", "year_plain") or day.year != timezone.localtime(now()).year


@lru_cache(KEPT)
def _day_words(day: Date, form: str, spoken: str, year: bool) -> str:  # noqa: FBT001 - its own helper
    """Kept by day and language; `phrase` speaks the language of the request, which `spoken` is."""
    key = (
        "day"
        + ("_year" if year else "")
        + ("_plain" if form in ("plain", "year_plain") else "_spaced" if form == "spaced" else "")
    )
    months = row("months") if has("months") else ()
    return phrase(
        key,
        year=day.year,
        month=day.month,
        day=day.day,
        weekday=row("weekdays")[day.weekday()],
        month_name=months[day.month - 1] if months else "",
    )


def time_words(moment: DateTime) -> str:
    """17:30, and 9:42 without a leading nought."""
    return f"{moment.hour}:{moment.minute:02d}"

"""What changed between two rulebooks, as sentences for the people who decide about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.words import has_label, label, phrase

VALUES = {"verbs": "verb", "level": "level", "ladder": "level", "meaning": "outcome"}
"""What stands in some places is keys; the label group of each."""
TITLED = ("county/tiers", "/disputes/sorts", "/petitions/kinds", "/pause/reasons")
"""Where a key has its title beside it: how such a place ends."""
_Leaves = dict[str, Any]
_UNITS = frozenset({"amount", "unit"})


@dataclass(frozen=True)
class Change:
    """One difference: where, what kind, and the two readings. `titles` says the same place by the titles the pages give
    their things, a key where they give none.
    """

    path: str
    code: str
    values: dict[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    def sentence(self, language: str = "zh-Hans") -> str:
        """“echo › matters › clocks › handling › limit: 5个工作日 → 7个工作日”, for who edits the pages."""
        return self._sentence(self.path.split("/"), language)

    def in_words(self, language: str = "zh-Hans", english: Mapping[str, str] | None = None) -> str:
        """“工作法 › 事项 › 期限 › 办理答复 › 时长: 5个工作日 → 7个工作日”, for who only reads what is in force.

        `english` are the pages' own words in English, said where that is spoken.
        """
        told = (english or {}) if language == "en" else {}
        group = VALUES.get(self.path.rpartition("/")[2], "")
        here = replace(self, values={key: told.get(value, value) for key, value in self.values.items()})
        return here._sentence([_part(told.get(title, title), language) for title in self.titles], language, group)

    def _sentence(self, parts: Sequence[str], language: str, group: str = "") -> str:
        told = {key: _named(_said(value, language), group, language) for key, value in self.values.items()}
        return phrase("changes", self.code, language, path=" › ".join(parts), **told)


def compare(old: Rulebook, new: Rulebook) -> list[Change]:
    """Differences from `old` to `new`, in the order of the pages; what is wholly new or gone is told once."""
    before = {"county": old.county.model_dump(mode="json"), "words": old.words, **_pages(old)}
    after = {"county": new.county.model_dump(mode="json"), "words": new.words, **_pages(new)}
    tiers = {**old.county.tiers, **new.county.tiers}
    found = [_tiered(change, tiers) for change in _differences("", before, after)]
    return found + _in_english(old.english, new.english)


def _in_english(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """How many words are said otherwise in English, in one line: they change nothing else."""
    words = sum(old.get(word) != new.get(word) for word in {*old, *new})
    return [Change("english", "english", {"words": str(words)}, ("in_english",))] if words else []


def _tiered(change: Change, tiers: Mapping[str, str]) -> Change:
    """What is said for each tier, by the county's own name of it."""
    if "/loads/" not in change.path:
        return change
    return replace(change, titles=tuple(tiers.get(title, title) for title in change.titles))


def _pages(book: Rulebook) -> dict[str, Any]:
    return {name: programme.model_dump(mode="json") for name, programme in book.programmes.items()}


def _differences(path: str, old: Any, new: Any, titles: tuple[str, ...] = ()) -> Iterator[Change]:
    if old == new:
        return
    old, new = _keyed(old), _keyed(new)
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)) or _is_limit(old) or _is_limit(new):
        yield Change(path, "changed", {"old": _text(old), "new": _text(new)}, titles)
        return
    for key in dict.fromkeys([*old, *new]):
        here = f"{path}/{key}" if path else str(key)
        value = new.get(key, old.get(key))
        named = (*titles, str(value) if path.endswith(TITLED) else _title(str(key), value))
        if key not in new:
            yield Change(here, "gone", {}, named)
        elif key not in old:
            yield Change(here, "added", {}, named)
        else:
            yield from _differences(here, old[key], new[key], named)


def _title(key: str, value: Any) -> str:
    """What a page calls a thing: its own title, a whole programme's; its key where it has none."""
    if not isinstance(value, Mapping):
        return key
    about = value.get("about")
    return str(value.get("title") or (about.get("title") if isinstance(about, Mapping) else "") or key)


def _keyed(value: Any) -> Any:
    """A list of tables as a table keyed by name or title, so that order is no change; a second one is numbered."""
    if not (isinstance(value, list) and value and all(isinstance(item, dict) for item in value)):
        return value
    found: dict[str, Any] = {}
    for item in value:
        name = str(item.get("name") or item.get("title") or item.get("post") or item.get("level"))
        number = 1 + sum(key == name or key.startswith(f"{name} #") for key in found)
        found[name if number == 1 else f"{name} #{number}"] = item
    return found


def _is_limit(value: Any) -> bool:
    return isinstance(value, Mapping) and frozenset(value) == _UNITS


def _text(value: Any) -> str:
    if _is_limit(value):
        return f"{value['amount']}\x1f{value['unit']}"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value) or "-"
    if isinstance(value, bool):
        return f"\x1f{'yes' if value else 'no'}"
    return "-" if value in (None, "", {}) else str(value)


def _part(key: str, language: str) -> str:
    """A part of a page in words, where there is a word for it."""
    return label("rule_part", key, language) if has_label("rule_part", key) else key


def _named(text: str, group: str, language: str) -> str:
    """Keys of a label group in words, each that has one."""
    if not group:
        return text
    return ", ".join(label(group, one, language) if has_label(group, one) else one for one in text.split(", "))


def _said(text: str, language: str) -> str:
    amount, mark, unit = text.partition("\x1f")
    if not mark:
        return text
    if not amount:
        return label("yes_no", unit, language)
    return phrase("changes", "limit", language, amount=amount, unit=label("unit", unit, language))

"""Every code has its sentence, in every language."""

import ast
import string
from pathlib import Path
from typing import get_args

import pytest

from huiyin.programme import words
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.county import Verb
from huiyin.programme.schema.matters import Need, State, StepName

ROOT = Path(__file__).parents[3] / "huiyin"


def test_both_languages_have_the_same_keys() -> None:
    assert words.missing() == {"zh-Hans": [], "en": []}


@pytest.mark.parametrize("group", ["refusals", "problems", "sums", "changes"])
def test_both_languages_are_filled_with_the_same_values(group: str) -> None:
    for key in words.known(group):
        filled = {language: placeholders(group, key, language) for language in words.WRITTEN}
        assert filled["zh-Hans"] == filled["en"], key


@pytest.mark.parametrize("state", [*get_args(State), "sealed"])
def test_every_state_has_a_word_a_colour_and_an_icon(state: str) -> None:
    assert all(words.label("state", state, language) for language in words.LANGUAGES)
    assert all(words.label("state_public", state, language) for language in words.LANGUAGES)
    colour, icon = words.state_look(state)
    assert colour in {"rest", "go", "soon", "main", "late", "done", "outline", "seal"}
    assert icon


def test_green_is_only_for_what_the_resident_confirmed() -> None:
    green = [state for state in get_args(State) if words.state_look(state)[0] == "done"]
    assert green == ["closed"]


def test_every_step_and_verb_has_a_word_and_every_need_a_sentence() -> None:
    assert all(words.label("step", step, "en") for step in (*get_args(StepName), "open"))
    assert all(words.label("verb", verb, "en") for verb in get_args(Verb))
    assert {f"needs_{need}" for need in get_args(Need)} <= words.known("refusals")


def test_every_refusal_in_the_product_has_its_sentence_and_its_values() -> None:
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        for code, given in refusals(path):
            if code not in words.known("refusals"):
                wrong.append(f"{path.relative_to(ROOT)}: no sentence for {code}")
            elif given is not None and (lacking := placeholders("refusals", code, "zh-Hans") - given):
                wrong.append(f"{path.relative_to(ROOT)}: {code} lacks {', '.join(sorted(lacking))}")
    assert not wrong, "\n".join(wrong)


def test_values_that_are_codes_are_told_in_the_reader_s_words() -> None:
    refusal = Refused("step_not_allowed", step="close", state="working")
    assert refusal.sentence() == "这件事现在是“办理中”，还不能“办结”。请先做前面的一步。"
    assert "In hand" in refusal.sentence("en")
    assert "辦理中" in refusal.sentence("zh-Hant")


def test_missing_says_nothing_about_existence() -> None:
    assert Missing().code == "not_found"
    assert Missing().values == {}


def test_an_unknown_code_or_language_is_an_error_not_a_silence() -> None:
    with pytest.raises(KeyError):
        words.say("no_such_code")
    with pytest.raises(KeyError):
        words.say("not_found", "fr")
    with pytest.raises(KeyError):
        words.label("state", "lost")


def test_a_county_renames_a_word_and_the_rest_stays() -> None:
    own = {"zh-Hans": {"role": {"official": "包户干部"}}}
    assert words.label("role", "official", overrides=own) == "包户干部"
    assert words.label("role", "official", "zh-Hant", own) == "包戶幹部"
    assert words.label("role", "official", "en", own) == "Linked official"
    assert words.labels("role", overrides=own)["clerk"] == "受理员"


def placeholders(group: str, key: str, language: str) -> set[str]:
    """The names a sentence is filled with."""
    collected: dict[str, str] = {}

    class Collect(dict[str, str]):
        def __missing__(self, name: str) -> str:
            collected[name] = name
            return name

    text = words._table(language)[group][key]
    assert string.Formatter().vformat(text, (), Collect())
    return set(collected)


def refusals(path: Path) -> list[tuple[str, set[str] | None]]:
    """Codes of `Refused("…")` written in a file, with the names given; None where they are passed on as a whole."""
    found: list[tuple[str, set[str] | None]] = []
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)) if "Refused(" in source else ():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused"):
            continue
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            names = {keyword.arg for keyword in node.keywords if keyword.arg}
            found.append((node.args[0].value, names if all(k.arg for k in node.keywords) else None))
    return found

"""A county's pages in English: the same rulebook, told in other words."""

from pathlib import Path

import pytest

from huiyin.programme.compare import compare
from huiyin.programme.loader import counties, county_folder, dump, load_county, restore
from huiyin.programme.words import label, of_method
from tests.rows import row
from tests.rules.programme import broken

COUNTY = county_folder("wangchuan")


@row("SG-50")
@pytest.mark.parametrize("county", counties())
def test_every_county_that_comes_with_the_product_is_told_in_english_whole(county: str) -> None:
    book = load_county(county_folder(county))
    assert book.without_english == []
    assert book.english_of_nothing == []


def test_a_reader_of_english_gets_the_words_and_whoever_else_those_that_stand_there() -> None:
    book = load_county(COUNTY)
    told = book.told("en").programmes["echo"]
    assert told.matters.topics["water"].title == "Drinking water and irrigation"
    assert told.about.phases[0].tasks[0] == "Every town holds an opening meeting"
    assert book.told("zh-hans") is book
    assert book.told("en").hash == book.hash, "it is the same rulebook"


@pytest.mark.parametrize("title", ["The people’s office", "“Echo”", "Café"])
def test_a_word_in_english_is_said_whatever_signs_it_is_written_with(title: str) -> None:
    assert of_method("channel", "phone", title, "en") == title
    assert of_method("channel", "phone", "热线", "en") == label("channel", "phone", "en")


def test_what_is_matched_or_sent_stays_as_it_was_written() -> None:
    book = load_county(COUNTY)
    was, told = book.programmes["echo"], book.told("en").programmes["echo"]
    assert told.matters.topics["water"].body == was.matters.topics["water"].body
    assert told.matters.topics["water"].keywords == was.matters.topics["water"].keywords
    assert told.people and was.people
    assert told.people.categories["hardship"].office == was.people.categories["hardship"].office
    assert told.replies and was.replies
    for name, one in was.replies.templates.items():
        assert told.replies.templates[name].text == one.text
    assert book.told("en").county.name == book.county.name


def test_a_county_without_english_keeps_its_hash_and_is_read_in_chinese(tmp_path: Path) -> None:
    folder = broken.copy(tmp_path)
    (folder / "english.toml").unlink()
    book = load_county(folder)
    assert '"english":{"' not in dump(book)
    assert restore(dump(book)).hash == book.hash
    assert book.told("en") is book
    assert "饮水和水利" in book.without_english


def test_a_stored_rulebook_keeps_its_english() -> None:
    book = load_county(COUNTY)
    again = restore(dump(book))
    assert again.hash == book.hash
    assert again.told("en") == book.told("en")


def test_a_word_that_is_not_there_stays_chinese_and_one_too_many_is_named(tmp_path: Path) -> None:
    folder = broken.copy(tmp_path)
    broken.replace(folder, "english.toml", '"饮水和水利" =', '"饮水和水力" =')
    book = load_county(folder)
    assert book.told("en").programmes["echo"].matters.topics["water"].title == "饮水和水利"
    assert (book.without_english, book.english_of_nothing) == (["饮水和水利"], ["饮水和水力"])


def test_a_changed_word_is_told_in_one_line_and_titles_of_other_changes_in_english(tmp_path: Path) -> None:
    old, folder = load_county(COUNTY), broken.copy(tmp_path)
    broken.replace(folder, "english.toml", "Drinking water and irrigation", "Water")
    five, seven = (f"limit       = {{ amount = {n}, unit" for n in (5, 7))
    broken.replace(folder, "programmes/echo/matters.toml", five, seven)
    limit, words = compare(old, load_county(folder))
    assert words.in_words("en", old.english) == "English words: 1 words differ"
    assert "Handling and reply" in limit.in_words("en", old.english)
    assert "办理答复" in limit.in_words("zh-Hans", old.english)


def test_an_english_page_that_is_no_table_of_words_is_refused(tmp_path: Path) -> None:
    folder = broken.copy(tmp_path)
    (folder / "english.toml").write_text('["受理"]\nx = 1\n', encoding="utf-8")
    assert broken.sentences(folder) != []

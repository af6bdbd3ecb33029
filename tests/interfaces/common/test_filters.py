"""The filters: dates, times, numbers and codes as people say them, never broken across lines."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from huiyin.core.text import mask_phone
from huiyin.interfaces.common import phrases
from huiyin.interfaces.common.templatetags import hy


def shown(source: str, value: object) -> str:
    """A value through a filter."""
    return Template("{% load hy %}{{ value" + source + " }}").render(Context({"value": value}))


@pytest.fixture(autouse=True)
def year_2026(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """It is November 2026."""
    monkeypatch.setattr(hy, "now", lambda: at)


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("|date", date(2026, 11, 25), "11月25日（周三）"),
        ("|date", date(2027, 3, 31), "2027年3月31日（周三）"),
        ('|date:"plain"', date(2026, 11, 25), "11月25日"),
        ('|date:"plain"', date(2025, 11, 1), "2025年11月1日"),
        ('|date:"year"', date(2026, 11, 25), "2026年11月25日（周三）"),
        ('|date:"year_plain"', date(2026, 11, 25), "2026年11月25日"),
        ('|date:"spaced"', date(2026, 11, 25), "11月25日 周三"),
        ("|datetime", datetime(2026, 11, 18, 1, 42, tzinfo=UTC), "11月18日 9:42"),
        ("|time", datetime(2026, 11, 18, 9, 30, tzinfo=UTC), "17:30"),
    ],
)
def test_a_moment_reads_as_people_say_it(source: str, value: object, words: str) -> None:
    html = shown(source, value)
    assert f">{words}<" in html
    assert html.startswith("<time datetime=")


def test_a_day_is_cut_in_the_county_not_in_utc() -> None:
    assert "11月19日" in shown("|date", datetime(2026, 11, 18, 17, 0, tzinfo=UTC))


def test_dates_in_english_and_in_traditional_chinese() -> None:
    with translation.override("en"):
        assert ">Wed 25 Nov<" in shown("|date", date(2026, 11, 25))
        assert ">31 Mar 2027<" in shown('|date:"plain"', date(2027, 3, 31))
    with translation.override("zh-hant"):
        assert "週三" in shown("|date", date(2026, 11, 25))


@pytest.mark.parametrize("source", ["|date", "|datetime", "|time", "|phone", "|phone_link", "|code", "|number"])
def test_nothing_is_shown_for_nothing(source: str) -> None:
    assert shown(source, None) == ""


def test_an_unknown_form_of_date_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown('|date:"Y-m-d"', date(2026, 11, 25))


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("|phone", "19900001200", "199-0000-1200"),
        ("|phone", "0530-1234567", "0530-1234567"),
        ("|phone", "05301234567", "0530-1234567"),
        ("|phone", "01012345678", "010-12345678"),
        ("|phone", "4001234567", "400-123-4567"),
        ("|phone", "12345", "12345"),
        ("|code", "473011685", "4730-1168-5"),
        ("|code", "4730-1168-5", "4730-1168-5"),
        ("|code", "M-014", "M-014"),
    ],
)
def test_numbers_are_grouped_and_stay_on_one_line(source: str, value: str, words: str) -> None:
    assert shown(source, value) == f'<span class="nowrap">{words}</span>'


def test_a_masked_number_shows_no_middle_digit() -> None:
    html = shown("|phone", mask_phone("19900008821"))
    assert "199-****-8821" in html
    assert "199…8821（" in html
    assert "0000" not in html


def test_a_number_to_ring_is_a_link() -> None:
    assert shown("|phone_link", "199-0000-1200") == '<a class="nowrap" href="tel:19900001200">199-0000-1200</a>'


def test_large_numbers_are_grouped() -> None:
    assert shown("|number", 1286) == "1,286"


def test_the_language_falls_back_to_simplified_chinese() -> None:
    with translation.override(None):
        assert phrases.language() == "zh-Hans"

"""contact.toml: on which days somebody can be met, and how much contact is owed, each reading of the words a choice."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from huiyin.programme.contact import counted, falls_on, following, owed
from huiyin.programme.loader import county_folder, load_county, restore
from huiyin.programme.schema.contact import Contact, Day, Quota
from tests.rows import row


def a_day(**more: Any) -> Day:
    return Day(**{"title": "接待日", "who": "班子成员", "where": "接待室", "weekdays": (2,), **more})


def a_quota(**more: Any) -> Quota:
    given = {"title": "走访", "of": "干部", "amount": 120, "unit": "distinct_households", "window": "year"}
    return Quota(**{**given, **more})


def in_month(rule: Day, year: int, month: int) -> list[int]:
    days = (date(year, month, 1) + timedelta(days=away) for away in range(28))
    return [day.day for day in days if falls_on(rule, day)]


@row("AM-10")
def test_the_first_and_third_tuesday_is_not_the_tuesday_of_the_first_and_third_week() -> None:
    # October 2026 begins on a Thursday: the week that holds day 1 has its Tuesday in September.
    assert in_month(a_day(weeks=(1, 3)), 2026, 10) == [6, 20]
    assert in_month(a_day(weeks=(1, 3), counted="calendar_week"), 2026, 10) == [13, 27]
    rule = a_day(weeks=(1, 3), counted="calendar_week")
    assert following(rule, date(2026, 9, 28), 2) == [date(2026, 9, 29), date(2026, 10, 13)]


@row("AM-09")
def test_odd_thursdays_of_the_month_are_not_those_of_the_years_odd_weeks() -> None:
    thursday: dict[str, Any] = {"weekdays": (4,)}
    assert following(a_day(**thursday, weeks=(1, 3, 5)), date(2026, 10, 1), 3) == [
        *(date(2026, 10, 1), date(2026, 10, 15), date(2026, 10, 29)),
    ]
    iso = following(a_day(**thursday, counted="iso_odd"), date(2026, 10, 1), 3)
    assert iso == [date(2026, 10, 8), date(2026, 10, 22), date(2026, 11, 5)]
    assert all(day.isocalendar().week % 2 for day in iso)


@row("AM-09", "AM-10")
@given(since=st.dates(date(2010, 1, 1), date(2040, 1, 1)), counted=st.sampled_from(["of_month", "calendar_week"]))
def test_a_day_of_the_first_and_third_week_comes_twice_in_five_weeks_at_least(since: date, counted: str) -> None:
    rule = a_day(weeks=(1, 3), counted=counted)
    found = following(rule, since, 2)
    assert found[0] >= since and found[1] - since <= timedelta(days=42)
    assert all(day.isoweekday() == 2 for day in found)


@row("AM-08")
def test_who_served_part_of_a_span_owes_the_whole_unless_the_programme_reckons_parts() -> None:
    assert owed(a_quota(), span=365, served=270) == 120
    assert owed(a_quota(pro_rata=True), span=365, served=270) == 89
    assert owed(a_quota(pro_rata=True), span=365, served=365) == 120


@row("AM-14")
def test_twice_a_month_is_for_each_village_or_for_all_together_as_the_programme_says() -> None:
    police: dict[str, Any] = {"amount": 2, "unit": "visits", "window": "month"}
    assert owed(a_quota(**police, per="link"), span=31, served=31, links=3) == 6
    assert owed(a_quota(**police), span=31, served=31, links=3) == 2


@row("AM-13", "AM-54")
def test_one_day_serves_every_quota_it_is_named_for_once_and_nights_need_a_night() -> None:
    quotas = {"visits": a_quota(), "nights": a_quota(unit="nights"), "days": a_quota(unit="days")}
    activities: dict[str, Any] = {
        "duty": {"title": "值班日走访", "kind": "working", "counts_for": ("visits", "days")},
        "stay": {"title": "住村", "kind": "residence", "counts_for": ("nights",)},
        "study": {"title": "调研", "kind": "research"},
    }
    page = Contact(quotas=quotas, activities=activities)
    days = [("duty", False), ("stay", True), ("stay", False), ("study", True)]
    assert {name: counted(page, name, days) for name in quotas} == {"visits": 1, "nights": 1, "days": 1}
    wrong: dict[str, Any] = {"day": {"title": "值班", "kind": "working", "counts_for": ("nights",)}}
    with pytest.raises(ValidationError, match="activity_without_night"):
        Contact(quotas=quotas, activities=wrong)
    lost: dict[str, Any] = {"day": {"title": "值班", "kind": "working", "counts_for": ("nothing",)}}
    with pytest.raises(ValidationError, match="activity_without_quota"):
        Contact(quotas=quotas, activities=lost)


@row("AM-09", "AM-10")
def test_weeks_that_say_nothing_are_refused() -> None:
    with pytest.raises(ValidationError, match="day_weeks_iso"):
        a_day(weeks=(1,), counted="iso_odd")
    with pytest.raises(ValidationError, match="day_weeks_missing"):
        a_day(counted="calendar_week")


@row("AM-26")
def test_the_figures_of_the_document_stand_as_its_words_and_as_no_result() -> None:
    about = load_county(county_folder("zoucheng-2013")).programmes["three_platforms"].about
    figures = about.values["figures"]
    assert "不作" in figures.title
    assert [one for one in figures.items if "36.9%" in one] == ["越级信访案件数同比下降36.9%"]
    assert [one for one in figures.items if "41.5%" in one] == ["110接警数同比下降41.5%"]
    assert {"办复率100%", "群众满意率98%"} <= set(figures.items)
    assert about.goals["petitions"].context and about.goals["petitions"].target is None


def test_a_stored_method_with_this_page_is_read_again_as_it_was() -> None:
    book = load_county(county_folder("hubin"))
    assert restore(book.canonical()).hash == book.hash

"""What is known of places: dated, with its source; numbers, choices, yes and no as the method's page says."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.core.viewer import Viewer
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.problems import ProgrammeError
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import facts
from huiyin.register.actions.facts import Known, Stated, Told
from huiyin.register.models import PlaceFact
from huiyin.register.queries import facts as ask
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


def told(**values: str) -> dict[str, Told]:
    """What is typed for some places: `value<before`."""
    codes = {"huaishuping": HUAISHUPING, "shiqiao": SHIQIAO, "liuwan": LIUWAN}
    said = {codes[name]: value.partition("<") for name, value in values.items()}
    return {code: Told(value, before) for code, (value, _, before) in said.items()}


def say(by: Viewer, at: datetime, fact: str, values: dict[str, Told], **known: object) -> Stated:
    return facts.state(by=by, at=at, programme="echo", fact=fact, told=values, known=Known(**known))  # type: ignore[arg-type]  # as the test names them


def stands(by: Viewer, at: datetime, fact: str, *, day: date | None = None) -> dict[str, str]:
    found = ask.side_by_side(by, [HUAISHUPING, SHIQIAO], at, day=day)
    return {code: values["echo", fact] for code, values in found.items() if ("echo", fact) in values}


@row("R-056", "R-057", "R-058", "R-062", "R-041")
def test_a_village_has_its_terrain_economy_five_haves_branch_and_numbers(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    for fact, value, kept in (
        ("terrain", "高山", "高山"),
        ("economy", "薄弱村", "薄弱村"),
        ("leader", "yes", "yes"),
        ("branch", " 三位一体  设置 ", "三位一体 设置"),
        ("area", "1,616.50", "1616.5"),
        ("hazard_sites", "03", "3"),
        ("without_water", "44", "44"),
        ("floating", "175", "175"),
    ):
        assert say(xu, at, fact, {HUAISHUPING: Told(value, "")}) == Stated(1, 0)
        assert stands(xu, at, fact) == {HUAISHUPING: kept}
    rows = {one.name: one for one in ask.of_place(xu, HUAISHUPING, "village", at)}
    assert (rows["terrain"].source, rows["terrain"].since) == ("县农业农村局产业规划", TODAY), "the page's own source"
    assert rows["rules"].value == "" and not rows["rules"].due


@row("R-059", "R-056")
def test_what_was_before_is_seen_as_of_its_day_and_a_mistake_of_a_day_is_corrected(cast: Cast, at: datetime) -> None:
    xu, last_year = cast.xu.viewer(at), TODAY - timedelta(days=365)
    say(xu, at, "economy", told(huaishuping="空壳村", shiqiao="一般"), since=last_year, source="农业局清单")
    assert say(xu, at, "economy", told(huaishuping="薄弱村<空壳村", shiqiao="一般<一般")) == Stated(1, 0)
    assert stands(xu, at, "economy") == {HUAISHUPING: "薄弱村", SHIQIAO: "一般"}
    assert stands(xu, at, "economy", day=TODAY - timedelta(days=1)) == {HUAISHUPING: "空壳村", SHIQIAO: "一般"}
    say(xu, at, "economy", told(huaishuping="一般<薄弱村"))
    assert PlaceFact.objects.filter(place_code=HUAISHUPING, replaced_at=at, value="薄弱村").count() == 1
    with pytest.raises(Refused, match="fact_before"):
        say(xu, at, "economy", told(huaishuping="较强<一般"), since=TODAY - timedelta(days=1))
    assert say(xu, at, "economy", told(shiqiao="<一般")) == Stated(0, 1)
    assert stands(xu, at, "economy") == {HUAISHUPING: "一般"}


def test_two_who_write_at_once_lose_nothing_and_the_second_is_told(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    say(xu, at, "economy", told(huaishuping="一般"))
    say(xu, at, "economy", told(huaishuping="较强<一般", shiqiao="<"))
    assert say(xu, at, "economy", told(huaishuping="一般<一般", shiqiao="薄弱村<")) == Stated(1, 0), "the other's stays"
    assert stands(xu, at, "economy") == {HUAISHUPING: "较强", SHIQIAO: "薄弱村"}
    with pytest.raises(Refused, match="fact_changed"):
        say(xu, at, "economy", told(huaishuping="空壳村<一般"))


def test_what_has_to_be_looked_at_again_is_due_until_somebody_did(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    say(xu, at, "without_water", told(huaishuping="44"))
    later = at + timedelta(days=100)
    make.put_in_force(at=later)
    xu = cast.xu.viewer(later)
    due = {one.name: one.due for one in ask.of_place(xu, HUAISHUPING, "village", later)}
    assert due["without_water"] and not due["terrain"]
    assert say(xu, later, "without_water", told(huaishuping="44<44")) == Stated(0, 0)
    assert say(xu, later, "without_water", told(huaishuping="44<44"), looked=True) == Stated(0, 0, 1)
    (found,) = [one for one in ask.of_place(xu, HUAISHUPING, "village", later) if one.name == "without_water"]
    assert (found.due, found.since, found.value) == (False, TODAY, "44")


@row("SG-12", "SG-03")
def test_what_is_wrong_is_refused_and_petitions_are_not_written_of_a_place(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    for fact, value, code in (
        ("area", "很大", "fact_number"),
        ("area", "1.234", "fact_number"),
        ("area", "-1", "fact_number"),
        ("economy", "富裕村", "value_unknown"),
        ("leader", "是", "value_unknown"),
        ("branch", "上访户多", "fact_refused"),
        ("branch", "一" * 201, "text_too_long"),
    ):
        with pytest.raises(Refused, match=code):
            say(xu, at, fact, {HUAISHUPING: Told(value, "")})
    with pytest.raises(Refused, match="day_ahead"):
        say(xu, at, "area", told(huaishuping="3"), since=TODAY + timedelta(days=1))
    with pytest.raises(Missing):
        say(xu, at, "economy", told(liuwan="一般"))  # a town has none
    with pytest.raises(Missing):
        say(xu, at, "no_such", told(huaishuping="一般"))
    assert not PlaceFact.objects.exists()


def test_only_who_keeps_the_register_there_writes(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        say(cast.chen.viewer(at), at, "economy", told(huaishuping="一般"))
    with pytest.raises(ValueError, match="at most"):
        say(cast.xu.viewer(at), at, "economy", {f"99010110120{n:04}": Told("一般", "") for n in range(501)})


@row("R-058", "SG-11")
@pytest.mark.parametrize(
    ("page", "code"),
    [
        ('[facts.a]\ntitle="甲"\nsource="乙"\npurpose="丙"\nkind="choice"\nchoices=["一"]', "fact_choices"),
        ('[facts.a]\ntitle="甲"\nsource="乙"\npurpose="丙"\nunit="人"', "fact_unit"),
        ('[facts.a]\ntitle="上访户数"\nsource="乙"\npurpose="丙"\nkind="number"', "category_refused"),
    ],
)
def test_a_page_of_facts_is_checked(tmp_path: Path, page: str, code: str) -> None:
    folder = Path(shutil.copytree(county_folder("wangchuan"), tmp_path / "county"))
    (folder / "programmes" / "echo" / "places.toml").write_text(page, encoding="utf-8")
    with pytest.raises(ProgrammeError) as raised:
        load_county(folder)
    assert code in {problem.code for problem in raised.value.problems}
    assert load_county(county_folder("zoucheng-2013")).programmes["three_platforms"].places is not None

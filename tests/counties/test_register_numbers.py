"""The documents' figures of the register and its links come with the product as goals of each county's programme.

They are what a county set out to do, never a result of this system (§3 of the requirements: N-rows).
"""

import tomllib
from pathlib import Path

import pytest

from huiyin.core import rulebook
from huiyin.core.now import now
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.schema.about import About
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

YUNNAN = Path(__file__).parents[2] / "docs" / "examples" / "programmes" / "four_masses.toml"
PAGES = {
    "ziyang": ("ziyang-2014", "four_methods"),
    "yishui": ("yishui-2013", "double_coverage"),
    "hubin": ("hubin", "relieve"),
    "zoucheng": ("zoucheng-2013", "three_platforms"),
}


def about(county: str) -> About:
    if county == "yunnan":
        return About.model_validate(tomllib.loads(YUNNAN.read_text(encoding="utf-8")), strict=False)
    folder, programme = PAGES[county]
    return load_county(county_folder(folder)).programmes[programme].about


def owed(county: str, goal: str) -> list[int]:
    """The numbers of a goal as they are handed down."""
    return [part.number for part in about(county).goals[goal].owed]


@row("N-006", "N-007", "N-008", "N-009", "N-013")
def test_ziyang_pairs_its_officials_with_key_households_and_farm_households() -> None:
    assert owed("ziyang", "paired") == [1_000, 5_000, 1_000, 70_000]
    assert owed("ziyang", "phone_frame") == [180_000]


@row("N-043", "N-044", "N-045", "N-046")
def test_yishui_links_every_household_and_every_official() -> None:
    assert owed("yishui", "every_household") == [337_000, 1_000_000]
    assert owed("yishui", "every_official") == [10_180, 30]
    assert {about("yishui").goals[name].target for name in ("every_household", "every_official")} == {1.0}


@row("N-090", "N-091", "N-092", "N-094", "N-095", "N-096", "N-097", "N-102")
def test_yunnan_is_a_provinces_programme_to_be_adopted_with_its_totals() -> None:
    assert owed("yunnan", "households") == [300_000, 1_800_000]
    assert about("yunnan").goals["households"].target == 0.2
    assert owed("yunnan", "teams") == [129, 1_248, 20_000]
    assert owed("yunnan", "cards") == [2_000_000]
    rotation = about("yunnan").rotation
    assert rotation is not None
    assert (rotation.years, rotation.share) == (5, 0.2)


@row("N-146", "N-159", "N-160")
def test_hubin_sends_a_hundred_officials_each_with_two_members_and_three_residents() -> None:
    assert owed("hubin", "officials_in_homes") == [100]
    links = load_county(county_folder("hubin")).programmes["relieve"].links
    assert links is not None
    asked = {one.category: one.least for one in links.pairings["one_two_three"].must}
    assert asked == {"member": 2, "hard_member": 1, "hard_resident": 1}


@row("N-173", "N-174", "N-175", "N-176", "N-177", "N-178", "N-179", "N-197", "N-209")
def test_zoucheng_staffs_every_village_and_keeps_clients_and_contacts() -> None:
    assert owed("zoucheng", "every_village") == [10, 16, 1_028, 600, 887, 887]
    assert owed("zoucheng", "client_database") == [48_000]
    assert owed("zoucheng", "public_contacts") == [800]
    assert owed("zoucheng", "population") == [1_160_000]
    assert about("zoucheng").goals["population"].context, "nobody is measured by how many people live there"


@row("N-036", "N-037")
def test_ziyangs_leaders_have_one_of_each_and_its_departments_one_village() -> None:
    links = load_county(county_folder("ziyang-2014")).programmes["four_methods"].links
    assert links is not None
    for name in ("town_contract", "village_link", "project", "enterprise"):
        assert {load.aim for load in links.pairings[name].loads.values()} == {1}


@row("N-012", "N-015", "N-024")
def test_ziyang_visits_five_kinds_looks_after_three_left_behind_and_farms_four_bands() -> None:
    found = load_county(county_folder("ziyang-2014")).programmes["four_methods"]
    assert found.people is not None and found.places is not None
    must = [one for one in found.people.categories.values() if "重点户" in one.title or "五必访" in one.purpose]
    assert len(must) == 5
    assert any(one.title.startswith("三留守") for one in found.people.categories.values())
    assert len(found.places.facts["terrain"].choices) == 4


@pytest.mark.django_db
@row("N-091", "N-146", "N-197", "N-209")
@pytest.mark.parametrize(
    ("county", "shown"),
    [("yunnan", "1,800,000"), ("hubin", "100"), ("zoucheng", "48,000"), ("yishui", "10,180"), ("ziyang", "70,000")],
)
def test_the_figures_stand_among_the_goals_of_the_method_in_force(cast: Cast, county: str, shown: str) -> None:
    book = make.county_book()
    echo = book.programmes["echo"].model_copy(update={"about": about(county)})
    changed = book.model_copy(update={"programmes": {"echo": echo}})
    rulebook.activate(by=make.SYSTEM, at=now(), rulebook=changed, in_force_from=now())
    page = seat(cast.xu).get("/desk/programme/").content.decode()
    goals = page[page.index('id="goals"') :]
    assert shown in goals[: goals.index("</details>")]

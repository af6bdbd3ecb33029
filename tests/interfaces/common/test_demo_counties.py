"""`huiyin demo --county`: counties of the data folder with invented people, in small; killed and gone on with."""

import csv
import io
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from huiyin.core import marks, startup
from huiyin.core.audit import verify
from huiyin.core.models import Mark
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.demo import plan, shares
from huiyin.programme.refusal import Refused
from huiyin.register.actions import invented
from huiyin.register.queries import coverage, finding
from tests.conftest import data_folder
from tests.rows import row

pytestmark = pytest.mark.usefixtures("english_terminal")

TOP = Viewer.system("test")
COUNTY_CODES = {"yishui": "371323000000", "ziyang": "610924000000", "zoucheng": "370883000000"}
MOST_IDS = 10_000_000


def table(label: str) -> Any:
    return apps.get_model(label)._base_manager


def count(label: str, **where: object) -> int:
    return int(table(label).filter(**where).count())


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def write(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """Invented divisions, names and sizes under the county's own codes."""
    places: list[tuple[object, ...]] = [
        ("370000000000", "云岭省", "province", ""),
        ("371300000000", "临江市", "prefecture", "370000000000"),
        ("371323000000", "望水县", "county", "371300000000"),
    ]
    for town in (1, 2):
        places.append((f"37132300{town}000", f"柳{'一二'[town - 1]}街道", "town", "371323000000"))
        places += [
            (f"37132300{town}{200 + village}", f"槐{village}村村民委员会", "village", f"37132300{town}000")
            for village in range(1, 4)
        ]
    write(tmp_path / "divisions" / "yishui.csv", "code,name,level,parent_code", places)
    write(tmp_path / "names" / "surnames.csv", "surname,weight_percent", [("王", 7), ("欧阳", 1)])
    write(tmp_path / "names" / "given_names.csv", "sex,given_name", [("male", "强"), ("female", "秀英")])
    sizes = [(2020, "某省", one, "", 20) for one in range(1, 6)]
    head = "year,area,persons_in_household,households,share_percent,source"
    write(tmp_path / "demography" / "household_size.csv", head, [(*one, "") for one in sizes])
    settings.HUIYIN_DATA = tmp_path
    return tmp_path


@row("N-051", "R-025", "R-027", "SG-42")
@pytest.mark.django_db
def test_a_county_in_small_has_every_household_with_its_people_and_an_official(data: Path) -> None:
    said = run("--county", "yishui")
    assert "600 households, 1,765 people" in said
    assert (count("register.Household"), count("register.Resident")) == (600, 1_765)
    assert count("register.Phone") == 780
    assert marks.is_demo()
    assert not marks.half_made()
    cover = coverage.cover(TOP, now(), under=COUNTY_CODES["yishui"])
    assert (cover.whole.households, cover.whole.gap, cover.whole.double) == (600, 0, 0)
    kinds = set(table("register.Overlay").values_list("kind", flat=True))
    assert kinds == {"small_grid", "medium_grid", "large_grid"}
    assert count("register.Post", overlay__isnull=False) == count("register.Overlay")
    assert set(table("core.Account").values_list("username", flat=True)) >= {"clerk1", "dispatcher2", "official1"}
    assert finding.find(TOP, "王 槐1村", now()).rows
    assert verify(now()).told() == []


@row("SG-42")
@pytest.mark.django_db
def test_nobody_can_be_rung_and_no_number_is_one_an_authority_gave(data: Path) -> None:
    run("--county", "yishui")
    assert all(phone.opened().startswith("160") for phone in table("register.Phone").all()[:50])
    assert all(one.startswith("160") for one in table("core.Official").values_list("duty_phone", flat=True))
    made = plan.plan("yishui", data, full=False, seed=1)
    first = made.homes[0]
    assert shares.id_number(first.first, shares.birthday(random.Random(1), 1980)).startswith("99")


@pytest.mark.django_db
def test_a_run_that_was_killed_is_told_apart_and_goes_on_to_the_same_county(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = invented.lay_families
    done = iter(range(3))

    def killed(**given: object) -> int:
        next(done)  # the fourth time the process is killed
        return laid(**given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(invented, "lay_families", killed)
    with pytest.raises(StopIteration):
        run("--county", "yishui")
    assert 0 < count("register.Household") < 600
    assert any("--county yishui --seed 1" in fault for fault in startup.database_faults("en"))
    with pytest.raises(CommandError, match="not empty"):
        run("--county", "yishui", "--seed", "2")
    monkeypatch.setattr(invented, "lay_families", laid)
    assert "going on" in run("--county", "yishui")
    assert (count("register.Household"), count("register.Resident")) == (600, 1_765)
    living = count("register.Resident", person__official__isnull=False)
    assert living == 3
    assert count("core.Person") == count("register.Resident") + count("core.Official") - living
    own = table("register.Resident").filter(person__official__isnull=False).values_list("household", "person__official")
    assert not set(own) & set(table("register.Link").values_list("household", "official"))
    assert count("register.Link", until=None) == 600
    assert not any("half made" in fault for fault in startup.database_faults("en"))
    with pytest.raises(CommandError, match="not empty"):
        run("--county", "yishui")


@pytest.mark.django_db
def test_without_the_data_one_sentence_says_what_is_missing_and_nothing_is_made(tmp_path: Path, settings: Any) -> None:
    settings.HUIYIN_DATA = tmp_path
    with pytest.raises(CommandError, match=r"yishui\.csv was not found: let HUIYIN_DATA name"):
        run("--county", "yishui")
    assert not Mark.objects.filter(name__startswith="demo").exists()
    with pytest.raises(CommandError, match="--full needs --county"):
        run("--full")


@pytest.mark.django_db
def test_a_county_at_work_is_not_filled_with_invented_people() -> None:
    with pytest.raises(Refused, match="not_demo"):
        invented.lay_families(by=TOP, at=now(), programme="x", families=[], since=now().date())


def test_a_number_divided_in_proportion_is_the_sum_of_its_parts() -> None:
    assert shares.spread(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(shares.spread(337_000, [0.3 * one for one in range(1, 400)])) == 337_000
    assert shares.spread(5, []) == []


def test_every_serial_has_an_identity_number_of_its_own() -> None:
    day = shares.birthday(random.Random(1), 1950)
    numbers = {shares.id_number(serial, day)[:17] for serial in range(0, MOST_IDS, 997)}
    assert len(numbers) == len(range(0, MOST_IDS, 997))


@pytest.mark.realdata
@row("R-027", "R-063")
@pytest.mark.parametrize("county", plan.COUNTIES)
@pytest.mark.django_db
def test_each_county_of_the_data_folder_can_be_made_in_small(county: str, settings: Any) -> None:
    settings.HUIYIN_DATA = data_folder()
    run("--county", county)
    cover = coverage.cover(TOP, now(), under=COUNTY_CODES[county])
    assert cover.whole.households == count("register.Household")
    assert cover.whole.gap == 0
    table_ = plan.plan(county, data_folder(), full=False, seed=1).table
    tied = set(table("register.Tie").values_list("pairing", flat=True))
    assert tied == {link["pairing"] for link in table_.get("links", ())}
    assert verify(now()).told() == []


@pytest.mark.realdata
@row(
    "N-007", "N-008", "N-009", "N-044", "N-045", "N-174", "N-177", "N-178", "N-179", "R-085", "R-086", "R-087", "R-067"
)
@row("AM-46")
def test_the_totals_of_the_counties_are_those_of_the_accounts() -> None:
    made = {name: plan.plan(name, data_folder(), full=True, seed=1) for name in plan.COUNTIES}
    yishui, ziyang, zoucheng = made["yishui"], made["ziyang"], made["zoucheng"]
    assert (yishui.households, yishui.residents, yishui.officials) == (340_000, 1_000_000, 10_180)
    assert len(yishui.villages) == 386
    laid = [one for some in plan.grids(yishui) for one in some]
    assert Counter(one.kind for one in laid)["small_grid"] == 386
    assert Counter(one.kind for one in laid)["large_grid"] == 18
    assert min(len(one.place_codes) for one in laid if one.kind == "medium_grid") > 1
    staff = {name: _by_tier(one) for name, one in made.items()}
    assert (ziyang.households, ziyang.residents) == (70_000, 260_971)
    assert sum(count for home in ziyang.homes for _, count in home.marked) == 5_000
    assert staff["ziyang"]["town"] == 1_000
    assert sum(staff["ziyang"][tier] for tier in ("county_leader", "department_leader", "department")) == 1_000
    assert len(zoucheng.villages) == 887
    served = {key: sum(map(len, found.values())) for key, found in zoucheng.served.items()}
    assert (served["dispatched"], served["police"], served["agents"]) == (1_028, 600, 887)
    linked = {link["pairing"]: plan.pairs(zoucheng, link) for link in zoucheng.table["links"]}
    villages = {one.code for one in zoucheng.villages}
    for pairing in ("first_secretary", "agent", "police"):
        assert {one.place_code for one in linked[pairing]} == villages
    assert {one.place_code for one in linked["team_leader"]} == {one.code for one in zoucheng.towns}
    assert max(Counter(one.number for one in linked["police"]).values()) <= 3
    towns = {one.code[:9]: sum(v.above == one.code for v in ziyang.villages) for one in ziyang.towns}
    assert min(towns.values()) > 0


def _by_tier(made: plan.Plan) -> dict[str, int]:
    found: dict[str, int] = {made.table["named_tier"]: len(made.named)}
    for unit in made.units:
        for one in unit.staff:
            found[one.tier] = found.get(one.tier, 0) + 1
    return found

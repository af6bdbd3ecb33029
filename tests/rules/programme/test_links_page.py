"""links.toml: loads, reach and kinds of links as data, and what it refuses in words."""

import tomllib
from pathlib import Path

import pytest

from huiyin.programme.loader import counties, county_folder, dump, load_county, restore
from huiyin.programme.schema.links import Links, Load, Pairing
from huiyin.programme.schema.rulebook import Rulebook
from tests.rows import row
from tests.rules.programme.broken import ECHO, copy, replace, sentences

LINKS = f"{ECHO}/links.toml"


@row("AM-34")
def test_the_pairings_of_three_counties_are_data() -> None:
    def pairings(county: str, programme: str) -> dict[str, Pairing]:
        links = load_county(county_folder(county)).programmes[programme].links
        assert links is not None
        return links.pairings

    ziyang = pairings("ziyang-2014", "four_methods")
    assert ziyang["fixed"].link == "lead"
    assert ziyang["key"].link == "supporting"
    assert {ziyang[name].to for name in ("town_contract", "village_link", "project", "enterprise")} == {
        "town",
        "village",
        "project",
        "enterprise",
    }
    assert ziyang["group_link"].rotating
    assert len(ziyang["fixed"].functions) == 5
    yishui = pairings("yishui-2013", "double_coverage")["household"]
    assert {(one.least, one.aim, one.most) for one in yishui.loads.values()} == {(26, 34, 38)}  # the same for all ranks
    zoucheng = pairings("zoucheng-2013", "three_platforms")
    assert {"first_secretary", "police", "agent"} <= set(zoucheng)
    assert len(zoucheng["first_secretary"].functions) == 4


@row("AM-32", "R-064")
def test_who_is_left_out_is_written_down() -> None:
    links = load_county(county_folder("yishui-2013")).programmes["double_coverage"].links
    assert links is not None
    assert links.without == ("teacher", "doctor")


@pytest.mark.parametrize("county", counties())
def test_a_rulebook_keeps_its_hash_whether_it_has_the_page_or_not(county: str) -> None:
    book = load_county(county_folder(county))
    assert restore(dump(book)).hash == book.hash
    without = {name: programme.model_copy(update={"links": None}) for name, programme in book.programmes.items()}
    old = Rulebook(county=book.county, words=book.words, programmes=without)
    # What was stored before there was such a page does not mention it.
    assert '"links"' not in old.canonical()
    assert restore(dump(old)).hash == old.hash != book.hash or book.canonical() == old.canonical()


@row("R-083")
def test_a_set_that_lacks_its_hard_cases_is_named() -> None:
    text = """
without = []
[pairings.one_two_three]
title = "123"
purpose = "结对"
link = "supporting"
loads = { any = { least = 5, aim = 5, most = 5 } }
must = [{ category = "hard_member", least = 1 }, { category = "hard_resident", least = 1 }]
"""
    pairing = Links.model_validate(tomllib.loads(text), strict=False).pairings["one_two_three"]
    assert pairing.lacking(["member", "hard_member", "resident", "resident", "hard_resident"]) == ()
    assert pairing.lacking(["member", "member", "resident", "resident", "hard_resident"]) == ("hard_member",)
    assert pairing.capacity({"any": 10}) == (50, 50)


def test_reach_ends_where_a_post_ends() -> None:
    pairing = Pairing(title="x", purpose="x", loads={"any": Load(aim=1, most=2, reach="town")})
    assert pairing.under("any", "990101101201") == "990101101"
    assert pairing.under("any", "990101101000") == "990101101"
    assert pairing.under("any", "990101000000") == "990101"  # a post over the county reaches no less than the county
    assert pairing.bearing("unknown") == "any"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("least = 4\naim   = 8", "least = 40\naim   = 8", "numbers go upwards"),
        ("[pairings.fixed.loads.village]", "[pairings.fixed.loads.villager]", "the county keeps no tier “villager”"),
        ('link      = "lead"', 'link      = "lead"\ncategories = ["key"]', "a lead is for every household"),
        ('link      = "lead"', 'link      = "lead"\nvoluntary = true', "help given freely is nobody's duty"),
        ('link      = "lead"', 'link      = "leed"', "pairings.fixed.link"),
        (
            'link      = "lead"',
            'link      = "lead"\nmust = [{ category = "hard", least = 99 }]',
            "the composition asks for more",
        ),
    ],
)
def test_a_wrong_page_is_refused_in_words(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = copy(tmp_path)
    replace(folder, LINKS, old, new)
    assert any(told in sentence for sentence in sentences(folder)), sentences(folder)


def test_a_second_lead_is_refused(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    path = folder / LINKS
    fixed = path.read_text(encoding="utf-8").split("[pairings.fixed]")[1].split("[pairings.grid_head]")[0]
    more = fixed.replace("pairings.fixed", "pairings.second")
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[pairings.second]{more}", encoding="utf-8")
    assert any("“fixed” is that already" in one for one in sentences(folder)), sentences(folder)

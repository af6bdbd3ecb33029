"""What a programme's pages hold, as the rows ask."""

from datetime import date

import pytest
from pydantic import ValidationError

from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.schema.about import Goal
from huiyin.programme.schema.matters import Clock, Flow
from huiyin.programme.schema.publication import Board
from tests.rows import row

BOOK = load_county(county_folder("wangchuan"))
ABOUT = BOOK.programmes["echo"].about
MATTERS = BOOK.matters("echo")
ZOUCHENG = load_county(county_folder("zoucheng-2013"))


@row("R-001", "R-006", "R-007", "R-008", "R-010", "R-012", "R-014", "R-015", "R-017", "R-018")
def test_a_programme_keeps_who_carries_it_on_what_and_for_what() -> None:
    assert (ABOUT.number, ABOUT.from_) == ("望办发〔2026〕7号", date(2026, 5, 1))
    assert len(ABOUT.parts) == 3
    assert ABOUT.groups[0].members
    assert ABOUT.participants[0].as_of == date(2026, 5, 1)
    assert "supervising" in ABOUT.offices[0].powers
    assert [charge.level for charge in ABOUT.chain] == ["county", "town", "village"]
    assert [section.title for section in ABOUT.plans[0].sections] == ["指导思想", "时间安排", "工作内容", "工作要求"]
    assert {review.outcome for review in ABOUT.inventory} == {"keep", "repeal", "issue"}
    assert {learning.kind for learning in ABOUT.learning} == {"site", "discussion"}
    assert "动员会记录" in ABOUT.phases[0].deliverables
    assert len(ABOUT.values["four_words"].items) == 4
    assert ABOUT.goals["replied"].target == 1.0


@row("R-023")
def test_every_flow_and_clock_in_force_names_its_basis() -> None:
    for book in (BOOK, ZOUCHENG):
        for programme in book.programmes.values():
            for rule in [f"flows.{name}" for name in programme.matters.flows] + [
                f"clocks.{name}" for name in programme.matters.clocks
            ]:
                assert programme.about.basis_of(rule), rule
    assert ABOUT.basis_of("clocks.handling")[0].number == "望政办发〔2026〕11号"


@row("R-018", "SG-03", "SG-31")
@pytest.mark.parametrize(
    "title",
    ["信访件数下降", "越级上访为零", "110接警数下降", "petitions", "集体访批次", "进省非访人次", "群访", "报警数"],
)
def test_petition_figures_are_never_a_goal(title: str) -> None:
    for where in ({"title": title}, {"of": title}, {"measure": "petition_total"}):
        with pytest.raises(ValidationError, match="goal_counts_petitions"):
            Goal.model_validate({"title": "平安", "measure": "count", "of": "全县"} | where)
    with pytest.raises(ValidationError, match="goal_context_target"):
        Goal(title=title, measure="count", of="全县", context=True, target=0.5)
    assert Goal(title=title, measure="count", of="全县", context=True).context


@row("R-188", "R-189", "R-211")
def test_zoucheng_has_five_working_days_first_asked_and_call_back_of_all() -> None:
    page = ZOUCHENG.matters("three_platforms")
    flow = page.flow_of("appeal")
    assert (page.clocks["handling"].limit.amount, page.clocks["handling"].limit.unit) == (5, "working_days")
    assert page.clocks["handling"].extension is None
    assert flow.owner_rule == "first_asked_until_accepted"
    assert flow.callback.of == "all"
    assert len(page.ways) == 7
    goals = ZOUCHENG.programmes["three_platforms"].about.goals
    assert {goals[name].target for name in ("replied", "called_back", "satisfied")} == {1.0}


@row("AM-56")
def test_no_board_can_show_who_asked() -> None:
    for field in ("reporter_name", "applicant", "phone", "door", "handler"):
        with pytest.raises(ValidationError):
            Board.model_validate({"title": "x", "level": "village", "fields": [field]})


@row("SG-01")
def test_two_county_dispatchers_see_held_matters() -> None:
    assert BOOK.county.held.at_least == 2
    assert BOOK.county.roles_with("matter.held") == ("dispatcher",)
    assert MATTERS.natures["complaint"].held
    assert not MATTERS.natures["complaint"].publishable


def test_the_administrator_sees_no_matter() -> None:
    for book in (BOOK, ZOUCHENG):
        assert not [verb for verb in book.county.roles["admin"].verbs if verb.startswith("matter.")]


@row("SG-42")
def test_the_demo_county_is_invented_and_its_numbers_cannot_ring() -> None:
    assert BOOK.county.demo
    assert BOOK.county.code.startswith("9901")
    assert BOOK.county.telephone.startswith("160-0000-")
    assert not ZOUCHENG.county.demo


def test_values_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        MATTERS.clocks["handling"].limit.amount = 99  # type: ignore[misc] # that it is refused is what is tested


def test_a_clock_warns_at_three_quarters_unless_told_otherwise() -> None:
    assert Clock.model_fields["warn_at_share"].default == 0.75
    assert Flow.model_fields["initial"].default == "received"


def test_a_text_suggests_the_topic_with_most_of_its_words() -> None:
    assert MATTERS.suggest("村道路面坑洼，路灯也坏了")[0] == "roads"
    assert MATTERS.suggest("今天天气好") == ()

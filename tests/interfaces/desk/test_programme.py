"""The programme's page: everything in force on one page, each rule with its basis (R-001 to R-023)."""

import json
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.core import rulebook
from huiyin.core.now import now
from huiyin.interfaces.desk.views.programme import rules, time_line
from huiyin.programme.contact import following
from huiyin.programme.schema.rulebook import Rulebook
from tests import factories as make
from tests.cast import Cast
from tests.flows import work_as
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/programme/"


@pytest.fixture
def html(cast: Cast) -> str:
    """The page as the county's leader sees it."""
    make.put_in_force(at=now())
    return seat(cast.tang).get(PAGE).content.decode()


def all_in(html: str, *words: str) -> bool:
    return [word for word in words if word not in html] == []


@row("R-001", "R-019")
def test_the_page_says_what_the_programme_is_and_what_it_is_made_of(html: str) -> None:
    assert all_in(
        html, "望川县“一户一干部、件件有回音”工作法", "望办发〔2026〕7号", "2026 年版", "联户", "回音", "公开"
    )


@row("R-003")
def test_phases_stand_on_a_time_line_overlap_and_share_boundary_days(html: str) -> None:
    about = make.county_book().programmes["echo"].about
    overlap = time_line(about, date(2026, 5, 20))
    assert overlap is not None
    assert [phase.title for phase in overlap.now] == ["宣传发动", "全面实施"]
    assert 0 <= overlap.today <= overlap.width
    outside = time_line(about, date(2030, 1, 1))
    assert outside is not None
    assert outside.now == []
    assert outside.today == -1.0
    assert all_in(html, "联户卡送到每一户", "动员会记录", "每户都有联户干部", "<rect")


@row("R-006", "R-007", "R-008")
def test_leading_group_participants_office_and_chain_are_named(html: str) -> None:
    assert all_in(html, "县委副书记", "县信访局局长", "参加的单位", "12 人", "受理、调度、督办、回访", "镇长")


@row("R-010", "R-004", "R-016")
def test_local_plans_and_campaigns_stand_with_their_dates_and_documents(html: str) -> None:
    assert all_in(
        html, "柳政发〔2026〕3号", "把事办在村口", "到槐树坪村住十天", "望民发〔2026〕9号", "抗旱送水", "缺水户数"
    )


@row("R-018", "R-011")
def test_goals_stand_with_their_base_are_handed_down_as_numbers_and_petitions_are_context_only(html: str) -> None:
    assert all_in(html, "件件有答复", "全部事项", "100%", "4,200", "每名联户干部", "只作背景，不考核")


@row("R-023")
def test_every_rule_names_its_basis_and_every_document_its_rules(html: str) -> None:
    book = make.county_book()
    shown = book.programmes["echo"]
    for key, document in shown.about.documents.items():
        assert f'id="document-{key}"' in html
        assert document.title in html
        for ref in document.establishes:
            assert f'href="#{ref.replace(".", "-")}"' in html, ref
    found = {rule.ref: rule for rule in rules(shown, book)}
    assert {ref for document in shown.about.documents.values() for ref in document.establishes} <= set(found)
    assert all(rule.basis for ref, rule in found.items() if ref.split(".")[0] in ("flows", "clocks", "boards"))


def test_rules_are_named_in_words_and_sections_are_folded_under_their_headings(html: str) -> None:
    shown = make.county_book().programmes["echo"]
    assert [rule.ref for rule in rules(shown, make.county_book()) if f">{rule.ref}<" in html] == []
    assert "期限 · 办理答复" in html
    assert len(re.findall(r'<details class="hy-card hy-fold" id="\w+">', html)) >= 9
    assert html.count('class="hy-card hy-fold" id="phases" open') == 1


def test_every_anchor_leads_somewhere(html: str) -> None:
    ids = set(re.findall(r'id="([^"]+)"', html))
    assert [one for one in re.findall(r'href="#([^"]+)"', html) if one not in ids] == []


@row("R-005", "R-009", "R-012", "R-013", "R-014", "R-015", "R-017", "R-020", "R-021", "R-022")
def test_what_was_done_and_is_under_way_is_kept_as_data_and_shown(html: str) -> None:
    assert all_in(
        html, "干部轮流驻村", "20%", "“一户一干部”工作法（样本）", "本县件件回访", "群众来访登记表（纸质）", "废止"
    )
    assert all_in(
        html, "查漏补缺", "定成制度的", "跟单走一遍", "实地体验", "民主议政日", "问、办、评、欠", "柳湾大桥改建"
    )
    assert all_in(html, "做的时候问", "望川县农业农村局：种养和补贴", "在外打工的人", "残疾人", "企业里的人")


def test_flows_stand_as_tables_clocks_with_a_sum_and_roles_with_their_verbs(html: str) -> None:
    assert all_in(
        html, "诉求办理", "承办单位和承办人", "收到，当天不算", "最多延 2 次", "由督办人批准", "看待定密件并指明对象"
    )


def test_versions_stand_with_what_changed_as_sentences(cast: Cast) -> None:
    book = make.county_book()
    at = now()
    make.put_in_force(at=at)
    data = book.model_dump(mode="json")
    data["programmes"]["echo"]["matters"]["clocks"]["handling"]["limit"]["amount"] = 7
    changed = Rulebook.model_validate_json(json.dumps(data))
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=changed, in_force_from=at + timedelta(days=30))
    html = seat(cast.tang).get(PAGE).content.decode()
    assert "5个工作日 → 7个工作日" in html
    assert "还没到日子" in html
    assert changed.hash[:16] in html


def test_a_county_without_details_has_a_page_without_empty_sections(cast: Cast) -> None:
    make.put_in_force("general", at=now())
    html = seat(cast.tang).get(PAGE).content.decode()
    assert 'id="people"' not in html
    assert 'id="around"' not in html
    assert 'id="flows"' in html


def test_whoever_may_see_it_sees_it_and_anonymous_signs_in(cast: Cast) -> None:
    for member in (cast.chen, cast.li, cast.luo, cast.qian, cast.xu, cast.zheng):
        assert seat(member).get(PAGE).status_code == 200
    assert seat(cast.chen).get(PAGE, {"name": "nothing"}).status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/account/login/")


def test_the_page_is_whole_in_english(cast: Cast) -> None:
    make.put_in_force(at=now())
    html = seat(cast.tang, language="en").get(PAGE).content.decode()
    assert all_in(html, "What each rule rests on", "Context only, nobody is measured by it", "How a matter goes")


def test_the_page_asks_little_of_the_database(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.put_in_force(at=now())
    client = seat(cast.tang)
    client.get(PAGE)
    with django_assert_max_num_queries(11):
        client.get(PAGE)


@row("AM-08", "AM-09", "AM-10", "AM-14", "AM-26")
def test_days_to_be_met_and_the_contact_asked_stand_with_the_documents_own_figures(cast: Cast) -> None:
    work_as("zoucheng-2013", now())
    page = seat(cast.tang).get(f"{PAGE}?name=three_platforms").content.decode()
    assert all_in(page, "市政府领导接听公开电话日", "书记市长公开电话", "每月不少于 2 次", "联几个村，村村都要")
    rule = make.county_book("zoucheng-2013").programmes["three_platforms"].contact
    assert rule is not None
    today = now().astimezone(make.county_book().county.tz).date()
    assert all(f"{one.month}月{one.day}日" in page for one in following(rule.days["leaders_phone"], today))
    assert all_in(page, "只作目标，不作这套系统的结果", "110接警数同比下降41.5%")


def test_the_page_drawn_again_is_the_same_in_each_language_and_changes_with_the_version(cast: Cast) -> None:
    make.put_in_force(at=now())
    chinese = [sections(seat(cast.tang)) for _ in range(2)]
    english = sections(seat(cast.tang, language="en"))
    assert chinese[0] == chinese[1] != english
    book = make.county_book()
    role = book.county.roles["leader"].model_copy(update={"title": "县里的领导"})
    county = book.county.model_copy(update={"roles": {**book.county.roles, "leader": role}})
    rulebook.activate(
        by=make.SYSTEM, at=now(), rulebook=book.model_copy(update={"county": county}), in_force_from=now()
    )
    assert "县里的领导" in sections(seat(cast.tang))


def sections(client: Client) -> str:
    """The page without what a request has of its own."""
    html = client.get(PAGE).content.decode()
    return html[html.index('<main id="main"') : html.index("</main>")]

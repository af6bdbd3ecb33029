"""people.toml: what may be a category, and what is refused with a sentence."""

import pytest

from huiyin.programme.loader import counties, county_folder, load_county
from huiyin.programme.refused import refused_in
from huiyin.programme.schema.people import Category, People
from huiyin.programme.schema.peoplechecks import check_people
from tests.rows import row


def problems(name: str, **more: object) -> list[str]:
    """The codes a page of one category is refused with."""
    given = {"title": "某类", "source": "走访", "purpose": "走访"} | more
    page = People(categories={name: Category(**given)})
    return [one.code for one in check_people("people.toml", page)]


@row("SG-11", "SG-12")
@pytest.mark.parametrize(
    "title",
    [
        "有不同意见的党员群众",
        "信教户",
        "上访户",
        "“钉子户”",
        "钉 子 户",
        "社会闲散人员",
        "不稳定因素",
        "Petition household",
        "政治面貌",
    ],
)
def test_opinion_belief_petitions_and_labels_are_never_categories(title: str) -> None:
    assert problems("kind", title=title) == ["category_refused"]
    assert problems("kind", title=title, closed=True) == ["category_refused"]
    assert problems("kind", purpose=title) == ["category_refused"]


@row("SG-10")
def test_family_planning_stands_as_a_word_of_its_time_only() -> None:
    assert problems("birth", title="计划生育重点户") == ["category_not_closed"]
    assert problems("birth", title="计划生育重点户", closed=True) == []


@row("SG-13")
def test_a_dispute_stands_with_a_matter_only() -> None:
    assert problems("dispute", title="矛盾纠纷重点户") == ["category_without_matter"]
    assert problems("dispute", title="矛盾纠纷重点户", with_matter=True, sensitivity="high") == []


@row("SG-14")
def test_hardship_disability_and_left_behind_are_highly_sensitive() -> None:
    for title in ("困难户", "残疾人", "三留守人员", "低保户"):
        assert problems("some", title=title) == ["category_not_high"]
        assert problems("some", title=title, sensitivity="high") == []
    assert problems("some", review_months=12, lasts_months=6) == ["category_review_late"]


@row("R-028")
@pytest.mark.parametrize("title", ["党员", "困难党员", "Party member"])
def test_party_membership_is_highly_sensitive_wherever_it_is_a_category(title: str) -> None:
    assert problems("some", title=title, of="person") == ["category_not_high"]
    assert problems("some", title=title, of="person", sensitivity="high") == []


@row("R-033", "R-035", "R-036")
def test_the_sets_of_the_documents_come_with_the_product() -> None:
    ziyang = load_county(county_folder("ziyang-2014")).programmes["four_methods"].people
    assert ziyang is not None
    assert [one.title for one in ziyang.categories.values()][:5] == [
        "产业发展大户",
        "防汛防滑重点户",
        "矛盾纠纷重点户",
        "贫困低保户",
        "计划生育重点户",
    ]
    assert "key_birth" not in ziyang.open()
    zoucheng = load_county(county_folder("zoucheng-2013")).programmes["three_platforms"].people
    assert zoucheng is not None
    assert (zoucheng.categories["problem"].with_matter, zoucheng.categories["hardship"].sensitivity) == (True, "high")


def test_pages_without_categories_keep_their_hash_and_their_shape() -> None:
    for name in counties():
        book = load_county(county_folder(name))
        for programme in book.programmes.values():
            assert ("people" in programme.model_dump()) == (programme.people is not None)


def test_a_plain_note_is_let_through_and_a_label_is_found_however_it_is_typed() -> None:
    assert refused_in("屋后水沟堵了，想请人来看。") is None
    assert refused_in("他家是上 访户") == ("petition", "上访")

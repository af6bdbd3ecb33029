"""Several methods at once over the same people and officials: one queue, one search, one caller (R-002, R-019)."""

from datetime import datetime

import pytest

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.casework.queries import matters
from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.loader import county_folder, load_county
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db
TEXTS = {"echo": "三组的自来水一到傍晚就没有了。", "three_platforms": "三组的自来水表坏了没人修。"}


@pytest.fixture
def opened(cast: Cast, at: datetime) -> dict[str, Matter]:
    """A matter under each of two methods in force, by the same resident."""
    own, lent = load_county(county_folder("wangchuan")), load_county(county_folder("zoucheng-2013"))
    both = own.model_copy(update={"programmes": {**own.programmes, **lent.programmes}})
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=both, in_force_from=at)
    found = {}
    for programme, text in TEXTS.items():
        words = Words(
            text=text,
            programme=programme,
            kind="appeal",
            channel="phone",
            place_code=HUAISHUPING,
            reporter_name="张丽华",
            reporter_phone=ZHANG_PHONE,
        )
        found[programme] = open_matter(by=Viewer.resident(), at=at, words=words).matter
    return found


@row("R-002", "R-019")
def test_a_matter_found_in_one_arm_is_seen_in_the_others_by_the_clerk_a_search_the_callers_number_and_the_handler(
    cast: Cast, at: datetime, opened: dict[str, Matter]
) -> None:
    codes = {one.code for one in opened.values()}
    assert {one.programme for one in opened.values()} == set(TEXTS)

    def seen(who: Viewer, text: str = "") -> set[str]:
        return {one.code for one in matters.matters(who, matters.Filters(text=text), at).rows}

    assert seen(cast.chen.viewer(at)) == codes
    assert seen(cast.chen.viewer(at), "自来水") == codes
    assert {one.code for one in matters.earlier(cast.chen.viewer(at), ZHANG_PHONE)} == codes
    for one in opened.values():
        page = rulebook.current(at).rulebook.matters(one.programme)
        nature = "problem" if "problem" in page.natures else next(iter(page.natures))
        topic = next(key for key in page.topics)
        take_step(by=cast.chen.viewer(at), at=at, matter_id=one.id, step="accept", given={})
        parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
        named = {"topic": topic, "nature": nature, "way": "pass_for_handling"}
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=one.id, step="assign", given=parts | named)
    assert seen(cast.li.viewer(at)) == codes
    assert len({one.rulebook_id for one in opened.values()}) == 1, "one rulebook, two methods"

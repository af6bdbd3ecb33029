"""Writing an answer: texts to begin with from the programme, and what to look at again, also in the public text."""

import re
from datetime import datetime, timedelta

import pytest

from huiyin.casework.models import Reply
from huiyin.casework.queries import answering, one
from huiyin.casework.rules.codes import spoken
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def moment(cast: Cast) -> datetime:
    """Now, with this year's working days."""
    make.notices_from(now())
    make.put_in_force(at=now() - timedelta(days=10))
    return now()


@row("R-177", "R-210")
def test_a_text_is_filled_from_the_matter_and_what_is_lacking_is_told(cast: Cast, moment: datetime) -> None:
    matter = a_matter(cast, moment, "take")
    client, address = seat(cast.li), f"/desk/matters/{matter.code}/"
    page = client.get(address).content.decode()
    assert "停水：修泵、修管" in page and 'data-key="alt+1"' in page
    assert "低保、救助" not in page, "a text of another topic"
    step = client.post(f"{address}step/answer/", {"seen": matter.version, "template": "done", "reply": "先说一句。"})
    shown = step.content.decode()
    typed = re.search(r'<textarea[^>]*name="reply"[^>]*>\s*(.*?)</textarea>', shown, re.DOTALL)
    assert typed and typed[1].startswith("先说一句。\n张丽华，您"), "nothing typed is lost"
    assert "三组傍晚停水" in typed[1] and spoken(matter.code) in typed[1] and "160-0000-1200" in typed[1]
    part = client.post(f"{address}step/answer/", {"template": "done"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "“【做了什么】”还没有填" in part and "“【哪天】”还没有填" in part
    assert not Reply.objects.exists(), "choosing a text sends nothing"


@row("R-181", "R-182")
def test_who_answers_is_asked_for_nothing_that_only_another_way_needs(cast: Cast, moment: datetime) -> None:
    matter = a_matter(cast, moment, "take")
    page = seat(cast.li).get(f"/desk/matters/{matter.code}/step/answer/").content.decode()
    assert 'name="reply"' in page
    assert 'name="participants"' not in page and 'name="outcome"' not in page, "it is no call of three"


def test_a_text_that_is_not_offered_is_refused_and_changes_nothing(cast: Cast, moment: datetime) -> None:
    matter = a_matter(cast, moment, "take")
    answer = seat(cast.li).post(f"/desk/matters/{matter.code}/step/answer/", {"template": "aid", "reply": "写了一半"})
    assert answer.status_code == 422 and "写了一半" in answer.content.decode()


@row("SG-20", "SG-23")
def test_names_and_numbers_in_a_public_text_are_named_but_nobodys_guess_is_answered(
    cast: Cast, moment: datetime
) -> None:
    told = a_matter(cast, moment, "take")
    kept = a_matter(cast, moment, "take", disclosure="confidential")
    typed = {"reply": "修好了", "public_text": "张丽华家 160-0000-1234 修好了"}
    client = seat(cast.li)
    part = client.post(f"/desk/matters/{told.code}/hints/", typed).content.decode()
    assert "“张丽华”认得出是谁家" in part and "“160-0000-1234”认得出是谁家" in part
    part = client.post(f"/desk/matters/{kept.code}/hints/", typed).content.decode()
    assert "张丽华" not in part, "that would tell who asked for confidence"
    assert "“160-0000-1234”认得出是谁家" in part
    assert "张丽华" not in answering.filled(
        cast.li.viewer(moment), one.one(cast.li.viewer(moment), kept.id, moment), "done", moment
    )

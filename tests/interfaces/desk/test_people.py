"""Finding people at the desk: the field, what is found, nothing found, too little, the budget spent."""

from datetime import datetime

import pytest
from django.test import Client

from huiyin.core.models import Look
from huiyin.core.now import now
from tests import factories as make
from tests.cast import SHANGHE, ZHANG_PHONE, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/people/"


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """Clerk Chen, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.chen)


def asked(client: Client, typed: str) -> tuple[int, str]:
    """The answer to what was typed."""
    answer = client.post(PAGE, {"q": typed})
    return answer.status_code, answer.content.decode()


@row("R-096", "SG-49")
def test_a_clerk_finds_who_somebodys_official_is_and_the_look_is_counted(clerk: Client, cast: Cast) -> None:
    assert "今天还有 200 次" in clerk.get(PAGE).content.decode()
    for number, typed in enumerate(("张丽华", "zlh", ZHANG_PHONE, "张 槐树坪", "槐树坪 12号"), start=1):
        status, page = asked(clerk, typed)
        assert (status, "找到 1 人" in page, "柳湾镇 槐树坪村 三组" in page, "罗大勇" in page) == (200,) + (True,) * 3
        assert f"今天还有 {200 - number} 次" in page
        assert f'href="/desk/households/{cast.zhang_household}/"' in page
    assert Look.objects.count() == 5
    assert ZHANG_PHONE not in str(list(Look.objects.values_list()))


def test_nobody_too_little_and_a_foreign_scope_are_answered(clerk: Client, cast: Cast) -> None:
    assert "没有找到" in asked(clerk, "没有人")[1]
    status, page = asked(clerk, "张")
    assert (status, "写得太少" in page, 'value="张"' in page) == (422, True, True)
    make.a_household(SHANGHE, head="周小满")
    assert asked(seat(cast.luo), "周小满")[1].count("您这里没有这个人") == 1


@row("SG-49")
def test_a_spent_budget_is_said_and_nothing_is_looked_up(clerk: Client, cast: Cast, at: datetime) -> None:
    moment = now()
    Look.objects.bulk_create(
        Look(at=moment, person_id=cast.chen.person_id, kind="people", subject="search:name") for _ in range(200)
    )
    status, page = asked(clerk, "张丽华")
    assert (status, "今天的次数用完了" in page, "罗大勇" in page) == (422, True, False)
    assert Look.objects.count() == 200

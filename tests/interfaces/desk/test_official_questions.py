"""An official's page asks as few questions with ten posts as with one, and no more than fifteen."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.core.now import now
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import GROUP_THREE, Cast
from tests.interfaces.desk.seat import seat

pytestmark = pytest.mark.django_db

MOST = 15


def asked(client: Client, cast: Cast) -> int:
    """How many questions the page of an official asks."""
    with CaptureQueriesContext(connection) as found:
        answer = client.get(f"/desk/staff/people/{cast.luo.person_id}/")
    assert answer.status_code == 200
    return sum("set_config" not in one["sql"] for one in found.captured_queries)


@pytest.mark.once
def test_the_page_of_an_official_asks_fifteen_questions_with_one_post_and_with_ten(cast: Cast) -> None:
    make.put_in_force(at=now())
    client = seat(cast.xu)
    client.get("/desk/")
    one = asked(client, cast)
    for number in range(9):
        body = make.a_body(f"单位{number}")
        staff.appoint(
            by=make.SYSTEM, at=now(), body_id=body, role="official", title="干事", person_id=cast.luo.person_id
        )
        home, _ = make.a_household(GROUP_THREE, at=now())
        make.a_link(cast.luo.official_id, home, now())
    page = client.get(f"/desk/staff/people/{cast.luo.person_id}/").content.decode()
    assert "单位8" in page
    assert "联系 10 户" in page
    assert max(one, asked(client, cast)) <= MOST

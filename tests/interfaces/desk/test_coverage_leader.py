"""Coverage in both directions is the leaders' too (R-099): they look, within their scope, and change nothing."""

from pathlib import Path

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register.models import Household
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

ROOT = Path(__file__).parents[3] / "huiyin" / "counties"
COUNTIES = sorted(path.parent.name for path in ROOT.glob("*/county.toml"))


@row("R-099")
@pytest.mark.django_db
def test_a_leader_opens_coverage_and_the_households_and_officials_behind_a_figure(cast: Cast) -> None:
    make.put_in_force(at=now())
    home, _ = make.a_household(HUAISHUPING)
    client: Client = seat(cast.tang)
    page = client.get("/desk/links/coverage/")
    assert page.status_code == 200
    assert "还有 1 户没有联户干部" in page.content.decode()
    code = Household.objects.get(pk=home).code
    assert code in client.get("/desk/links/coverage/households/?show=gap").content.decode()
    assert client.get("/desk/links/coverage/officials/?show=idle").status_code == 200


@row("R-099")
@pytest.mark.parametrize("name", COUNTIES)
def test_a_leader_of_every_county_sees_the_register_and_no_more_of_it(name: str) -> None:
    verbs = set(make.county_book(name).county.roles["leader"].verbs)
    assert {verb for verb in verbs if verb.startswith("register.")} == {"register.see"}

"""Months, halves and years one after the other: the first and the last lead no further, never to themselves."""

import re
from html import unescape

import pytest
from django.test import Client

from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat

BACK = {
    "/disputes/?month=2000-01": "前一个月",
    "/petitions/?half=1901-1": "前一个半年",
    "/desk/early/petitions/?half=1901-1": "前一个半年",
    "/desk/ledgers/?month=1970-01": "上个月",
    **{f"/desk/reports/?step={step}&day=1990-01-01": "前一期" for step in ("day", "week", "month", "quarter", "year")},
}
"""The first page of each, and what the way to the one before it is called."""
ON = ("后一个月", "后一个半年", "下个月", "后一期")


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def way(client: Client, address: str, *names: str) -> str:
    """Where the link of one of these names leads from a page; empty where there is none."""
    page = client.get(address)
    assert page.status_code == 200, address
    found = re.search(
        rf'<a class="btn[^>]* href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?(?:{"|".join(names)})<?', page.content.decode()
    )
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("first", BACK)
def test_the_first_leads_to_none_before_it_and_the_next_one_leads_to_it(cast: Cast, first: str) -> None:
    client, place = seat(cast.zhou), first.partition("?")[0]
    assert way(client, first, BACK[first]) == ""
    second = way(client, first, *ON)
    assert second and way(client, place + second, BACK[first])
    assert way(client, place + way(client, place + second, BACK[first]), BACK[first]) == "", "back at the first"


@pytest.mark.parametrize(
    "late",
    [
        "/disputes/?month=2999-12",
        "/petitions/?half=2199-2",
        "/desk/early/petitions/?half=2199-2",
        "/desk/ledgers/?month=2999-12",
        "/desk/reports/?step=month&day=2999-01-01",
    ],
)
def test_the_newest_leads_to_none_after_it(cast: Cast, late: str) -> None:
    assert way(seat(cast.zhou), late, *ON) == ""

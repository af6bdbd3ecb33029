"""What `huiyin bench pages` opens is there: a page that refuses would be measured as a fast one."""

import pytest
from django.test import Client

from huiyin.config.bench.page import Page, register
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat

SEATS = {"clerk": "chen", "dispatcher": "zhou", "admin": "xu"}


@pytest.mark.slow
def test_every_page_of_the_register_opens_for_whom_it_is_measured(cast: Cast) -> None:
    make.put_in_force(at=now())
    pages = list(register())
    clients = {role: seat(getattr(cast, name)) for role, name in SEATS.items()} | {"": Client()}

    def opened(page: Page) -> int:
        return clients[page.role].get(page.addresses[0]).status_code

    assert {page.name: status for page in pages if (status := opened(page)) != page.good} == {}
    assert len({page.name for page in pages}) == len(pages) > 15

"""Every page of the register at the desk as of a day: one argument, one control, one banner, nothing to press."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_links import counted
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGES = (
    f"links/coverage/?under={LIUWAN}",
    f"links/coverage/households/?under={LIUWAN}&show=all",
    f"links/coverage/officials/?under={LIUWAN}&show=all",
    f"links/grid/?under={LIUWAN}",
    f"links/grid/?under={HUAISHUPING}",
    f"links/grid/laid/?under={LIUWAN}",
    "links/left-out/?",
    "links/kinds/?",
    "links/handovers/?",
    f"phones/?under={LIUWAN}",
    f"staff/?under={LIUWAN}&q=镇",
    f"places/?under={LIUWAN}",
    f"households/?place={LIUWAN}",
    f"cards/?town={LIUWAN}",
    f"cards/kit/?town={LIUWAN}",
    "cards/duty/?",
)
BANNER = "的样子，只能看"
FRAME = ("/desk/search/", "/account/", "/desk/acting/", "/language/")
"""Forms of the frame around each page."""


@pytest.fixture
def clerk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    return seat(cast.xu)


@row("R-059", "R-026", "R-099")
def test_every_page_of_the_register_is_shown_as_of_a_day_and_nothing_is_done_there(clerk: Client, cast: Cast) -> None:
    at = now()
    day = today(cast.xu.viewer(at), at)
    before, ahead = (day + timedelta(days=step) for step in (-1, 1))
    for page in PAGES:
        there = f"/desk/{page}"
        shown = clerk.get(there).content.decode()
        assert 'name="day"' in shown, page
        assert BANNER not in shown, page
        then = clerk.get(f"{there}&day={before.isoformat()}")
        html = then.content.decode()
        assert (then.status_code, html.count(BANNER)) == (200, 1), page
        main = html[html.index("<main") : html.index("</main")]
        assert not re.search(r'<form[^>]*method="post"', main), page
        assert f'value="{before.isoformat()}"' in main, page
        for other in re.findall(r'<form[^>]*method="get".*?</form>', main, re.S):
            assert 'name="day"' in other, page
        wrong = (ahead.isoformat(), "1990-01-01", "gestern")[PAGES.index(page) % 3]
        refused = clerk.get(f"{there}&day={wrong}")
        told = refused.content.decode()
        assert (refused.status_code, told.count('id="id_day-error"'), BANNER in told) == (422, 1, False), page


@row("R-059")
def test_lists_that_go_on_and_what_they_open_keep_the_day(clerk: Client, cast: Cast) -> None:
    at = now()
    before = (today(cast.xu.viewer(at), at) - timedelta(days=1)).isoformat()
    for _ in range(51):
        make.a_household(HUAISHUPING)
    page = clerk.get(f"/desk/households/?place={LIUWAN}&day={before}").content.decode()
    (further,) = re.findall(r'href="(\?[^"]*after=[^"]+)"', page)
    assert f"day={before}" in further
    assert f"/?day={before}" in page, "the file opens on the same day"
    rest = clerk.get(f"/desk/households/{further}".replace("&amp;", "&"))
    assert BANNER in rest.content.decode()
    cover = clerk.get(f"/desk/links/coverage/?under={HUAISHUPING}&day={before}").content.decode()
    assert not [one for one in re.findall(r'href="(/desk/links/coverage/[^"]+)"', cover) if before not in one]
    assert max(counted(clerk, f"/desk/{there}&day={before}") for there in PAGES) <= 12, "fifty ask as one does"
    sheet = clerk.get(f"/desk/links/grid/paper/?under={HUAISHUPING}&day={before}")
    assert before in sheet["Content-Disposition"]

"""吃拿卡要 and 推诿扯皮 are kinds of their own, and none of them goes the ordinary way."""

import pytest

from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.programme.loader import county_folder, load_county
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

COUNTIES = ("general", "hubin", "wangchuan", "yishui-2013", "yongxing-2014", "ziyang-2014", "zoucheng-2013")
KINDS = ("吃拿卡要", "推诿扯皮")
PLAIN = {"subject": "办证跑了三趟", "text": "窗口每次说的都不一样，三趟没有办成。"}


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


@row("R-233", "SG-01")
@pytest.mark.parametrize("nature", ["taking", "shirking"])
def test_it_is_held_from_the_first_moment_and_in_no_list(cast: Cast, nature: str) -> None:
    matter = a_matter(cast, now(), nature=nature, **PLAIN)
    assert (matter.held, matter.held_why) == (True, "nature")
    for reader in (cast.chen, cast.li, cast.ma, cast.luo, cast.zhao, cast.he, cast.tang):
        client = seat(reader)
        for address in ("/desk/matters/", f"/desk/search/?q={matter.code}", f"/desk/matters/{matter.code}/"):
            assert "跑了三趟" not in client.get(address, follow=True).content.decode(), (reader.name, address)
    assert f"/desk/held/{matter.code}/" in seat(cast.zhou).get("/desk/held/").content.decode()


@row("R-233", "SG-01")
@pytest.mark.parametrize("nature", ["taking", "shirking"])
def test_what_is_called_so_later_is_held_from_then_on(cast: Cast, nature: str) -> None:
    matter, at = a_matter(cast, now(), "accept", nature="problem", **PLAIN), now()
    assert not matter.held
    given = {"topic": "other", "nature": nature, "way": "pass_for_handling"}
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="classify", given=given)
    assert Matter.objects.get(id=matter.id).held


@row("R-233")
@pytest.mark.parametrize("name", COUNTIES)
def test_no_county_has_such_a_kind_that_goes_the_ordinary_way(name: str) -> None:
    for programme in load_county(county_folder(name)).programmes.values():
        page = programme.matters
        named = [(one.title, one.held) for one in page.natures.values()]
        named += [(one.title, one.held) for one in page.topics.values()]
        named += [(one.title, one.held) for one in page.headings.values()]
        loose = [title for title, held in named if any(kind in title for kind in KINDS) and not held]
        assert loose == [], name

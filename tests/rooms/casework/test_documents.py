"""What the five documents ask for beside their flows is there in the counties that follow them, not in the demo's alone."""

from datetime import timedelta
from typing import Any

import pytest

from huiyin.casework.actions import mediation
from huiyin.casework.actions.mediation import Told
from huiyin.casework.models import FollowUp, Matter
from huiyin.casework.queries.mediation import disputes
from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from huiyin.register.queries.days import today
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.flows import work_as
from tests.rows import row

pytestmark = pytest.mark.django_db
SIDES = {"a_name": "张丽华", "a_phone": ZHANG_PHONE, "a_words": "树根拱裂了我家的墙"}
SIDES |= {"b_name": "邓石头", "b_phone": "16000004321", "b_words": "树是爷爷那辈栽的"}
ABOUT = "两家之间有一棵核桃树，挨着院墙；墙上有一道裂缝。"


@row("R-221")
@pytest.mark.parametrize("name", ["zoucheng-2013", "yishui-2013", "hubin", "ziyang-2014", "general"])
def test_a_dispute_is_mediated_and_asked_about_where_the_document_speaks_of_disputes(cast: Cast, name: str) -> None:
    at = now() - timedelta(days=40)
    work_as(name, at)
    told = Told(sort="neighbours", place_code=HUAISHUPING, title="核桃树和院墙", about=ABOUT, channel="other", **SIDES)
    matter = mediation.register(by=cast.chen.viewer(at), at=at, told=told).matter
    assert (matter.kind, matter.nature, matter.held) == ("dispute", "dispute", False)
    mediation.name_mediator(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, mediator=cast.luo.person_id)
    luo: dict[str, Any] = {"by": cast.luo.viewer(at), "at": at, "matter_id": matter.id}
    mediation.meet(**luo, on=today(luo["by"], at), where="村委会", came="ab", note="说到了修墙的钱")
    mediation.agree(**luo, agreement="树修枝，墙两家各出一半。")
    later = now()
    due = FollowUp.objects.order_by("due_on").first()
    assert due is not None
    mediation.ask(by=cast.he.viewer(later), at=later, follow_up_id=due.id, letter="a", word="broken", words="墙没修")
    assert disputes(cast.zhou.viewer(later), "open", today(cast.zhou.viewer(later), later)).counts["open"] == 1
    assert Matter.objects.get().closed_at is None


@row("R-221")
def test_where_the_document_says_nothing_of_disputes_none_is_registered(cast: Cast) -> None:
    at = now()
    work_as("yongxing-2014", at)
    with pytest.raises(Refused, match="disputes_none"):
        told = Told(sort="neighbours", place_code=HUAISHUPING, title="树", about=ABOUT, channel="other", **SIDES)
        mediation.register(by=cast.chen.viewer(at), at=at, told=told)

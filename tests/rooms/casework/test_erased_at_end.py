"""Who is erased while a matter of theirs is open keeps their name in it until it ends, a sealed one too."""

from datetime import datetime, timedelta

from django.test import TestCase

from huiyin.casework.actions import erasing
from huiyin.casework.actions.aside import clear
from huiyin.casework.actions.erasing import ERASER, carry_out
from huiyin.casework.models import Matter, Party
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.viewer import Viewer
from huiyin.register.actions import erasure
from huiyin.register.queries.erasure import erasures
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row


@looking_as(OPEN)
def reporter(matter: Matter) -> Party:
    return Party.objects.get(matter=matter, role="reporter")


@row("SG-48", "SG-01")
def test_an_open_matter_keeps_its_reporter_until_it_ends_and_the_certificate_tells_of_no_sealed_one(
    cast: Cast, at: datetime
) -> None:
    plain = spine.opened(cast, at).matter
    held = spine.opened(cast, at, text="李卫东收了我的烟，水也没修。").matter
    assert held.held
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=cast.zhang_id, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert carry_out(by=ERASER, at=at, erasure_id=asked, person_id=cast.zhang_id) == 1
    assert [one.left for one in erasures(cast.ma.viewer(at)) if one.id == asked] == [1]
    assert reporter(plain).phone is not None and reporter(held).phone is not None, "they are needed for the answer"
    assert erasing.at_end(by=ERASER, at=at) == 0
    withdraw(by=Viewer.resident(), at=at, matter_id=plain.id)
    then = at + timedelta(minutes=1)
    assert erasing.at_end(by=ERASER, at=then) == 1
    gone = reporter(plain)
    assert gone.phone is None and gone.name is None and gone.phone_blind is None and gone.last_four is None
    assert reporter(held).phone is not None
    clear(by=cast.zhou.viewer(then), at=then, matter_id=held.id, note="说的不是干部")
    withdraw(by=Viewer.resident(), at=then, matter_id=held.id)
    assert erasing.at_end(by=ERASER, at=then) == 1 and erasing.at_end(by=ERASER, at=then) == 0
    assert reporter(held).phone is None and reporter(held).name is None

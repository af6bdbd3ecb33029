"""What a file is called is said by whoever gives it: a name that speaks of an official holds the matter (SG-01)."""

from datetime import datetime

import pytest

from huiyin.casework.actions.counter import Taken, take_words
from huiyin.casework.actions.files import give
from huiyin.casework.actions.intake import Words
from huiyin.casework.actions.more import add_heard
from huiyin.casework.models import Matter
from huiyin.core.files import Examined
from huiyin.core.viewer import Viewer
from tests.cast import GROUP_THREE, ZHANG_PHONE, Cast
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
TELLING = [Examined("application/pdf", "李卫东收红包的证据.pdf", b"%PDF-1.7 ")]
PLAIN = [Examined("application/pdf", "水表照片.pdf", b"%PDF-1.7 ")]


def seen(cast: Cast, matter: Matter, at: datetime) -> bool:
    """Whether the official it speaks of finds it."""
    return Matter.objects.reachable_by(cast.li.viewer(at)).filter(pk=matter.pk).exists()


@row("SG-01")
@pytest.mark.parametrize("door", ["public", "desk", "heard"])
def test_a_file_whose_name_speaks_of_an_official_holds_the_matter(cast: Cast, at: datetime, door: str) -> None:
    chen = cast.chen.viewer(at)
    for files, held in ((PLAIN, False), (TELLING, True)):
        if door == "desk":
            words = Words(text=spine.TEXT, channel="phone", place_code=GROUP_THREE, reporter_phone=ZHANG_PHONE)
            matter = take_words(by=chen, at=at, words=words, taken=Taken(), files=files).matter
        else:
            matter = spine.opened(cast, at).matter
            assert seen(cast, matter, at)
            if door == "public":
                give(by=Viewer.resident(), at=at, matter_id=matter.id, given=files)
            else:
                more = {"words": "又停水了。", "phone": ZHANG_PHONE, "files": files}
                add_heard(by=chen, at=at, matter_id=matter.id, **more)  # type: ignore[arg-type]  # named as it names them
        matter.refresh_from_db()
        assert matter.held is held
        assert seen(cast, matter, at) is not held

"""The sealed compartment: written by the server, read by people with keys (R-187, SG-01)."""

from datetime import datetime

import pytest

from huiyin.casework.queries import one, track
from tests.cast import Cast
from tests.rooms.casework.compartment import ABOUT_LI, page, sealed, two_custodians, with_keys
from tests.rows import row

pytestmark = pytest.mark.django_db


@row("R-187", "SG-01")
def test_a_complaint_that_goes_the_sealed_way_is_read_by_its_handler_and_custodians_only(
    cast: Cast, at: datetime
) -> None:
    two_custodians(cast, at)
    with_keys(cast.bai, at)
    matter, proof = sealed(cast, at)
    assert matter.locked
    assert (matter.title, matter.text, matter.topic) == ("", "", "")
    assert not matter.parties.exists()
    for member in (cast.zhou, cast.sun, cast.bai):
        assert page(member, matter, at).matter.text == ABOUT_LI
    assert one.by_code(cast.zhou.viewer(at), matter.code, at).matter.text == "", "without a key there are no words"
    assert track.by_proof(cast.zhou.viewer(at), proof, at).text == ABOUT_LI

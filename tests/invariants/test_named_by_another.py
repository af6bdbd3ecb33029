"""Nobody alone takes an ordinary matter out of figures and out of its owner's hands by saying whom it is about."""

from datetime import datetime

import pytest

from huiyin.casework.actions.aside import clear, name_subjects
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.more import add_heard, add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.casework.queries.held import held
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests.cast import GROUP_THREE, ZHANG_PHONE, Cast
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db


def name(cast: Cast, by: Viewer, at: datetime, matter: Matter) -> str:
    """What somebody hears who says whom it is about."""
    try:
        name_subjects(by=by, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    except Refused as refused:
        return refused.code
    return ""


@row("SG-01")
def test_who_classed_it_a_complaint_does_not_say_whom_it_is_about_nor_does_anybody_for_them(
    cast: Cast, at: datetime
) -> None:
    matter, zhou, sun = spine.accepted(cast, at), cast.zhou.viewer(at), cast.sun.viewer(at)
    take_step(by=zhou, at=at, matter_id=matter.id, step="classify", given={"nature": "complaint"})
    assert {name(cast, one, at, matter) for one in (zhou, sun.acting_for(cast.zhou.person_id))} == {"subject_own_class"}
    matter.refresh_from_db()
    assert (matter.held, matter.sealed) == (True, False), "it fails towards secrecy"
    assert matter.code in {one.code for one in held(sun, undecided=True).rows}
    assert name(cast, sun, at, matter) == ""
    matter.refresh_from_db()
    assert (matter.held, matter.sealed) == (False, True)


@row("SG-01")
def test_in_whose_stead_it_was_classed_does_not_say_it_either(cast: Cast, at: datetime) -> None:
    matter, zhou = spine.accepted(cast, at), cast.zhou.viewer(at)
    deputy = cast.sun.viewer(at).acting_for(cast.zhou.person_id)
    take_step(by=deputy, at=at, matter_id=matter.id, step="classify", given={"nature": "complaint"})
    assert {name(cast, one, at, matter) for one in (zhou, cast.sun.viewer(at))} == {"subject_own_class"}


@row("SG-01")
def test_words_a_dispatcher_wrote_down_for_a_caller_are_judged_by_another(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    zhou = cast.zhou.viewer(at)
    zhou = zhou.but(verbs=zhou.verbs | {"matter.open"})
    add_heard(by=zhou, at=at, matter_id=matter.id, phone=ZHANG_PHONE, words="李卫东收了我的钱")
    assert name(cast, zhou, at, matter) == "subject_own_class"
    assert name(cast, cast.sun.viewer(at), at, matter) == ""


@row("SG-01")
def test_who_took_it_down_and_had_its_proof_in_hand_does_not_judge_words_that_came_by_it(
    cast: Cast, at: datetime
) -> None:
    zhou = cast.zhou.viewer(at)
    zhou = zhou.but(verbs=zhou.verbs | {"matter.open"})
    matter = open_matter(by=zhou, at=at, words=Words(text=spine.TEXT, channel="phone", place_code=GROUP_THREE)).matter
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收了我的钱")
    assert name(cast, zhou, at, matter) == "subject_own_class"
    assert name(cast, cast.sun.viewer(at), at, matter) == ""


@row("SG-01")
def test_what_came_so_is_named_by_one_dispatcher_also_after_they_had_classed_it_otherwise(
    cast: Cast, at: datetime
) -> None:
    came = spine.opened(cast, at, text="李卫东收了我的钱，水也没修。").matter
    zhou = cast.zhou.viewer(at)
    clear(by=zhou, at=at, matter_id=came.id, note="先当一般的事")
    take_step(by=zhou, at=at, matter_id=came.id, step="accept", given={})
    given = {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    take_step(by=zhou, at=at, matter_id=came.id, step="classify", given=given)
    take_step(
        by=cast.chen.viewer(at), at=at, matter_id=came.id, step="classify", given={**given, "nature": "complaint"}
    )
    assert name(cast, zhou, at, came) == ""

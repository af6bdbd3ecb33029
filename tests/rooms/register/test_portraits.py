"""Photos of officials: small, without traces, of public posts only, gone with the post or at a word of theirs."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from huiyin.core import files, rulebook
from huiyin.core.models import Event, StoredFile
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import portraits as act
from huiyin.register.actions import staff
from huiyin.register.models import Portrait
from huiyin.register.queries import portraits as ask
from huiyin.register.queries import staff as ask_staff
from tests import factories as make
from tests.cast import HUAISHUPING, Cast, Member
from tests.rows import row

RESIDENT = Viewer.resident()
YEARS = 3  # of the tests' county


def a_picture(colour: str = "olive", size: tuple[int, int] = (900, 700), form: str = "JPEG", **options: Any) -> bytes:
    """A picture as a telephone makes it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def put_up(by: Member, at: datetime, of: Member, colour: str = "olive") -> Any:
    """Somebody puts up somebody's photo."""
    return act.put_up(by=by.viewer(at), at=at, person_id=of.person_id, picture=files.portrait(a_picture(colour)))


def told(of: Member, at: datetime) -> Any:
    """The photo the directory tells of an official; KeyError for who is not in it."""
    rows = ask.with_photos(RESIDENT, ask_staff.directory(RESIDENT, at, place_code=HUAISHUPING), at)
    return {one.person_id: one.photo for one in rows}[of.person_id]


@row("R-054")
def test_a_photo_is_made_small_upright_and_without_where_it_was_taken() -> None:
    where = Image.Exif()
    where[0x0110], where[0x0112] = "MyTelephone", 6  # device; lying on its side
    where.get_ifd(0x8825)[1] = "N"
    sent = a_picture(size=(900, 700), exif=where)
    assert b"MyTelephone" in sent
    made = files.portrait(sent)
    with Image.open(io.BytesIO(made.data)) as picture:
        assert (picture.size, picture.format, dict(picture.getexif())) == ((240, 320), "JPEG", {})
    assert b"MyTelephone" not in made.data
    assert len(made.data) < 40_000
    seen_through = io.BytesIO()
    Image.new("RGBA", (300, 400), (0, 0, 0, 0)).save(seen_through, "PNG")
    with Image.open(io.BytesIO(files.portrait(seen_through.getvalue()).data)) as picture:
        assert picture.getpixel((120, 160)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.4\n%%EOF", "file_photo"),
        (b"GIF89a" + b"0" * 50, "file_photo"),
        (b"a letter that is called photo.jpg", "file_photo"),
        (b"\xff\xd8\xff\xe0 no picture", "file_broken"),
        (a_picture(size=(239, 400)), "picture_small"),
    ],
)
def test_what_is_no_photo_is_refused(sent: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        files.portrait(sent)


@row("R-054", "R-337", "SG-24")
def test_who_keeps_the_register_puts_up_photos_of_public_posts_only(cast: Cast, at: datetime) -> None:
    first = put_up(cast.xu, at, cast.ma)
    assert told(cast.ma, at) == first
    assert files.portrait(a_picture()).data == ask.picture(RESIDENT, first, at)
    with pytest.raises(Missing):
        put_up(cast.xu, at, cast.li)  # not public
    with pytest.raises(Missing):
        put_up(cast.li, at, cast.li)  # nor by themselves
    with pytest.raises(Refused, match="not_allowed"):
        put_up(cast.chen, at, cast.ma)
    abroad = make.an_official(cast.bodies.foreign, name="远县长", role="leader", place_code="990102000000", listed=True)
    with pytest.raises(Missing):
        act.put_up(by=cast.xu.viewer(at), at=at, person_id=abroad.person_id, picture=files.portrait(a_picture("red")))
    assert Portrait.objects.count() == 1


@row("R-054")
def test_another_photo_takes_its_place_and_the_same_again_changes_nothing(cast: Cast, at: datetime) -> None:
    first = put_up(cast.xu, at, cast.ma)
    assert put_up(cast.xu, at, cast.ma) == first
    second = put_up(cast.ma, at, cast.ma, "navy")
    assert told(cast.ma, at) == second
    with pytest.raises(Missing):
        ask.picture(RESIDENT, first, at)
    assert StoredFile.objects.count() == 1
    assert (Portrait.objects.get(pk=first).ended, Portrait.objects.filter(ended="").count()) == ("replaced", 1)


@row("R-054", "SG-24", "SG-17")
def test_an_official_wants_no_photo_and_nobody_else_puts_one_up_again(cast: Cast, at: datetime) -> None:
    gone = put_up(cast.xu, at, cast.ma)
    for somebody in (cast.xu, cast.luo):
        with pytest.raises(Missing):
            act.withdraw(by=somebody.viewer(at), at=at, person_id=cast.ma.person_id)
    act.withdraw(by=cast.ma.viewer(at), at=at, person_id=cast.ma.person_id)
    act.withdraw(by=cast.ma.viewer(at), at=at, person_id=cast.ma.person_id)
    assert told(cast.ma, at) is None
    with pytest.raises(Missing):
        ask.picture(RESIDENT, gone, at)
    later = at + timedelta(minutes=1)
    with pytest.raises(Refused, match="photo_withdrawn"):
        put_up(cast.xu, later, cast.ma)
    assert told(cast.ma, later) is None
    assert ask.page(cast.xu.viewer(at), cast.ma.person_id, at).withdrawn is not None
    assert told(cast.ma, later) != put_up(cast.ma, later, cast.ma)
    act.withdraw(by=cast.tang.viewer(at), at=at, person_id=cast.tang.person_id)  # before there is any
    with pytest.raises(Refused, match="photo_withdrawn"):
        put_up(cast.xu, later, cast.tang)


@row("R-054", "SG-24", "SG-48")
def test_a_photo_goes_with_the_public_post_and_no_backup_shows_it(cast: Cast, at: datetime) -> None:
    shown = put_up(cast.xu, at, cast.ma)
    kept = Portrait.objects.get().file
    assert kept is not None
    path, subject = files.path_of(kept.pk), Portrait.objects.get().subject
    yesterday = path.read_bytes()
    assert ticks.end_photos(at) == 0
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.ma.post_id)
    with pytest.raises(Missing):
        ask.picture(RESIDENT, shown, at)  # at once, before the machine has come round
    with pytest.raises(KeyError):
        told(cast.ma, at)
    assert ticks.end_photos(at) == 2
    assert (Portrait.objects.get().ended, StoredFile.objects.count()) == ("post_ended", 0)
    assert not vault().exists(subject)
    with pytest.raises(Shredded):
        vault().open_bytes(subject, table="core.storedfile", column="content", row=str(kept.pk), sealed=yesterday)
    assert ticks.end_photos(at) == 0


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_a_photo_are_off_the_disk_when_it_is_taken_down(cast: Cast, at: datetime) -> None:
    put_up(cast.xu, at, cast.ma)
    kept = Portrait.objects.get().file
    assert kept is not None
    assert files.path_of(kept.pk).exists()
    act.take_down(by=cast.xu.viewer(at), at=at, person_id=cast.ma.person_id)
    assert not files.path_of(kept.pk).exists()
    told = Event.objects.count()
    act.take_down(by=cast.xu.viewer(at), at=at, person_id=cast.ma.person_id)
    assert Event.objects.count() == told  # said twice, it is said once
    put_up(cast.xu, at, cast.ma)


@row("R-337")
def test_a_photo_is_due_after_the_years_the_county_says(cast: Cast, at: datetime) -> None:
    put_up(cast.xu, at, cast.ma)

    def due(moment: datetime) -> bool:
        make.put_in_force(at=moment)
        return ask.shown(RESIDENT, [cast.ma.official_id], moment)[cast.ma.official_id].due

    assert not due(at + timedelta(days=365 * YEARS - 1))
    assert due(at + timedelta(days=365 * YEARS + 1))


@row("R-054")
def test_very_many_photos_end_a_few_at_a_time(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    put_up(cast.xu, at, cast.ma)
    put_up(cast.xu, at, cast.tang)
    for member in (cast.ma, cast.tang):
        staff.end_post(by=make.SYSTEM, at=at, post_id=member.post_id)
    monkeypatch.setattr(act, "SLICE", 1)
    assert [act.end_without_post(by=make.SYSTEM, at=at) for _ in range(3)] == [1, 1, 0]
    assert ticks.end_photos(at) == 2, "and their keys"


@row("R-054")
def test_a_county_that_shows_no_photos_takes_none_and_drops_those_it_has(cast: Cast, at: datetime) -> None:
    put_up(cast.xu, at, cast.ma)
    later = at + timedelta(minutes=1)
    book = make.county_book("wangchuan")
    without = book.model_copy(update={"county": book.county.model_copy(update={"photos": None})})
    rulebook.activate(by=make.SYSTEM, at=later, rulebook=without, in_force_from=later)
    assert told(cast.ma, later) is None
    with pytest.raises(Refused, match="photos_not_kept"):
        put_up(cast.xu, later, cast.ma)
    assert ticks.end_photos(later) == 2
    assert StoredFile.objects.count() == 0

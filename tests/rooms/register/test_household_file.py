"""The household file: categories, facts put right without losing anybody's work, sections, the household's own key."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from huiyin.casework import ticks
from huiyin.core.models import Event, Look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import categories, household_file, people, staff
from huiyin.register.actions.categories import Into
from huiyin.register.actions.household_file import Right
from huiyin.register.models import Correction, FileNote, Membership, Objection, Phone, Resident
from huiyin.register.queries import bodies
from huiyin.register.queries import household_file as ask
from huiyin.register.queries.days import today
from huiyin.register.rules.months import later
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, ZHANG_PHONE, Cast
from tests.rooms.casework import spine
from tests.rows import row

TODAY = date(2026, 11, 18)


def entered(cast: Cast, at: datetime, category: str, **more: object) -> UUID:
    """Zhang's household in a category, by its official."""
    into = Into("echo", category, "走访时本户说", **more)  # type: ignore[arg-type]  # named as Into names them
    return categories.enter(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, into=into)


def seen(cast: Cast, at: datetime, what: str, person: UUID | None = None) -> str:
    """What somebody who opens the page now sends along."""
    return ask.mark_of(cast.luo.viewer(at), cast.zhang_household, what, person, at)


@row("R-032")
def test_a_category_is_dated_has_a_source_is_reviewed_and_ends_by_itself(cast: Cast, at: datetime) -> None:
    one = entered(cast, at, "hazard")
    luo = cast.luo.viewer(at)
    shown = ask.household_file(luo, cast.zhang_household, at).categories[0]
    assert (shown.category, shown.source, shown.since) == ("hazard", "走访时本户说", TODAY)
    assert (shown.review_on, shown.until, shown.due) == (date(2027, 5, 18), date(2027, 11, 18), False)
    with pytest.raises(Refused, match="category_there"):
        entered(cast, at, "hazard")
    spring = at + timedelta(days=200)
    make.put_in_force(at=spring)
    assert [(one.category, home) for one, home in ask.due_reviews(cast.luo.viewer(spring), spring)] == [
        ("hazard", cast.zhang_household)
    ]
    again = categories.review(by=cast.luo.viewer(spring), at=spring, membership_id=one)
    assert Membership.objects.get(pk=one).replaced_at == spring
    assert Membership.objects.get(pk=again).since == TODAY
    assert ask.due_reviews(cast.luo.viewer(spring), spring) == ()
    later = at + timedelta(days=800)
    assert ask.household_file(cast.luo.viewer(later), cast.zhang_household, later).categories == ()


@row("SG-14")
def test_a_sensitive_category_needs_a_verb_and_a_reason_and_is_not_counted_out_below_ten(
    cast: Cast, at: datetime
) -> None:
    chen, luo = cast.chen.viewer(at), cast.luo.viewer(at)
    into = Into("echo", "hardship", "民政名单")
    with pytest.raises(Refused, match="not_allowed"):
        categories.enter(by=chen, at=at, household_id=cast.zhang_household, into=into)
    one = entered(cast, at, "hardship")
    assert ask.household_file(luo, cast.zhang_household, at).categories == ()
    assert Look.objects.count() == 0
    found = people.reveal_household(by=luo, at=at, household_id=cast.zhang_household, reason="核对低保")
    assert [row.category for row in found.categories] == ["hardship"]
    assert Look.objects.get().reason == "核对低保"
    plain = people.reveal_household(by=chen, at=at, household_id=cast.zhang_household, reason="回电话")
    assert plain.categories == ()
    assert ask.counted(luo, at) == (("echo", "hardship", None),)
    with pytest.raises(Refused, match="not_allowed"):
        categories.leave(by=chen, at=at, membership_id=one)
    for _ in range(9):
        other, _head = make.a_household(HUAISHUPING)
        categories.enter(by=luo, at=at, household_id=other, into=into)
    assert ask.counted(luo, at) == (("echo", "hardship", 10),)


@row("R-037", "SG-14")
def test_of_a_certificate_only_its_last_day_is_kept_and_somebody_looks_before_it_runs_out(
    cast: Cast, at: datetime
) -> None:
    luo, day = cast.luo.viewer(at), today(cast.luo.viewer(at), at)
    ends = day + timedelta(days=100)
    into = Into("echo", "disabled", "本人持证并同意登记", person_id=cast.zhang_id, paper_until=ends)
    one = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=into)
    row_ = Membership.objects.get(pk=one)
    assert (row_.paper_until, row_.review_on) == (ends, day + timedelta(days=40))
    soon = at + timedelta(days=40)
    make.put_in_force(at=soon)
    ((due, home),) = ask.due_reviews(cast.luo.viewer(soon), soon)
    assert (due.id, due.paper_over, home) == (one, False, cast.zhang_household)
    assert ask.due_reviews(cast.chen.viewer(soon), soon) == ()  # highly sensitive: not even that one is due
    old = categories.review(by=cast.luo.viewer(soon), at=soon, membership_id=one)
    assert Membership.objects.get(pk=old).review_on == ends
    over = at + timedelta(days=101)
    make.put_in_force(at=over)
    (shown,) = ask.high_of(cast.luo.viewer(over), cast.zhang_household, over)
    assert (shown.paper_over, shown.due) == (True, True)
    fresh = day + timedelta(days=1500)
    new = categories.review(by=cast.luo.viewer(over), at=over, membership_id=old, paper_until=fresh)
    row_ = Membership.objects.get(pk=new)
    assert (row_.paper_until, row_.review_on) == (fresh, later(today(luo, over), 12))
    columns = {field.name for field in Membership._meta.get_fields()}
    assert not {"number", "grade", "paper_number", "kind"} & columns
    plain = Into("echo", "capable", "走访", paper_until=ends)
    other = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=plain)
    assert Membership.objects.get(pk=other).paper_until is None


@row("SG-10", "SG-13")
def test_a_dispute_ends_with_its_matter_and_words_of_their_time_take_nobody(cast: Cast, at: datetime) -> None:
    for category, code in (
        ("birth", "category_closed"),
        ("dispute", "category_needs_matter"),
        ("x", "category_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            entered(cast, at, category)
    matter = spine.delivered(cast, at).id
    one = entered(cast, at, "dispute", matter_id=matter)
    assert ticks.categories_of_closed(at) == 0
    over = at + timedelta(days=3)
    spine.called(cast, matter, over)
    assert ticks.categories_of_closed(over) == 1
    assert Membership.objects.get(pk=one).until == (TODAY + timedelta(days=3))


@row("SG-12", "SG-17")
def test_what_is_never_kept_cannot_be_written_in_any_free_words(cast: Cast, at: datetime) -> None:
    luo = cast.luo.viewer(at)
    with pytest.raises(Refused, match="words_refused"):
        household_file.write(
            by=luo, at=at, household_id=cast.zhang_household, section="basics", words="老上访户", seen="-"
        )
    with pytest.raises(Refused, match="words_refused"):
        categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=Into("echo", "capable", "村里的钉子户"))
    assert not FileNote.objects.exists()


@row("R-029", "R-108")
def test_a_section_is_written_by_whoever_was_there_and_what_it_said_stays(cast: Cast, at: datetime) -> None:
    luo, home = cast.luo.viewer(at), cast.zhang_household
    household_file.write(by=luo, at=at, household_id=home, section="hardship", words="水压低", seen="-")
    note = FileNote.objects.get()
    assert "水压低".encode() not in bytes(note.body)
    tomorrow = at + timedelta(days=1)
    household_file.write(
        by=cast.luo.viewer(tomorrow),
        at=tomorrow,
        household_id=home,
        section="hardship",
        words="水好了",
        seen=str(note.pk),
    )
    now = {one.section: one.words for one in ask.household_file(luo, home, tomorrow).notes}
    assert (now["hardship"], now["basics"]) == ("水好了", "")
    then = ask.household_file(luo, home, tomorrow, day=TODAY)
    assert {one.section: one.words for one in then.notes}["hardship"] == "水压低"
    assert not then.at_home
    with pytest.raises(Refused, match="day_ahead"):
        ask.household_file(luo, home, at, day=TODAY + timedelta(days=2))


@row("R-059")
def test_a_correction_closes_the_record_and_inserts_another_with_its_reason(cast: Cast, at: datetime) -> None:
    luo, home, zhang = cast.luo.viewer(at), cast.zhang_household, cast.zhang_id
    right = Right("relation", "spouse", "户口本上写的是配偶", seen(cast, at, "relation", zhang), zhang)
    household_file.correct(by=luo, at=at, household_id=home, right=right)
    rows = Resident.objects.filter(person_id=zhang).order_by("recorded_at")
    assert [(one.relation, one.replaced_at) for one in rows] == [("head", at), ("spouse", None)]
    phone = Right("phone", "160-0000-5678", "原来记错一位", seen(cast, at, "phone", zhang), zhang)
    household_file.correct(by=luo, at=at, household_id=home, right=phone)
    assert [one.replaced_at for one in Phone.objects.filter(person_id=zhang).order_by("recorded_at")] == [at, None]
    door = Right("door", "三组13号", "门牌换新", seen(cast, at, "door"))
    household_file.correct(by=luo, at=at, household_id=home, right=door)
    told = ask.history(luo, home, at).corrections
    assert [(one.fact, one.before, one.after, one.by) for one in reversed(told)] == [
        ("relation", "head", "spouse", "罗大勇"),
        ("phone", "", "", "罗大勇"),
        ("door", "", "", "罗大勇"),
    ]
    kept = str(list(Event.objects.values_list("data", flat=True))) + str(
        [bytes(one.after) for one in Correction.objects.all()]
    )
    assert "5678" not in kept


def test_a_correction_needs_a_reason_a_known_fact_and_somebody_who_lives_there(cast: Cast, at: datetime) -> None:
    luo, home = cast.luo.viewer(at), cast.zhang_household
    mark = seen(cast, at, "door")
    for right, code in (
        (Right("door", "x", "", mark), "needs_note"),
        (Right("belief", "x", "y", mark), "value_unknown"),
        (Right("door", "槐树坪村三组12号", "一样", mark), "nothing_changed"),
        (Right("people_stated", "0", "数错", mark), "value_wrong"),
        (Right("people_stated", "00019999", "数错", mark), "value_wrong"),
        (Right("phone", ZHANG_PHONE, "x", "-", cast.luo.person_id), "person_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            household_file.correct(by=luo, at=at, household_id=home, right=right)
    with pytest.raises(Refused):
        household_file.correct(by=cast.wu.viewer(at), at=at, household_id=home, right=Right("door", "x", "y", mark))


def test_two_clerks_correct_the_same_household_and_the_second_is_shown_the_firsts_work(
    cast: Cast, at: datetime
) -> None:
    home, chen, luo = cast.zhang_household, cast.chen.viewer(at), cast.luo.viewer(at)
    both = seen(cast, at, "people_stated")
    household_file.correct(by=chen, at=at, household_id=home, right=Right("people_stated", "4", "电话里核对", both))
    with pytest.raises(Refused, match="file_changed"):
        household_file.correct(by=luo, at=at, household_id=home, right=Right("people_stated", "5", "上门核对", both))
    assert ask.household_file(luo, home, at).people_stated == 4
    household_file.write(by=chen, at=at, household_id=home, section="basics", words="四口人", seen="-")
    with pytest.raises(Refused, match="file_changed"):
        household_file.write(by=luo, at=at, household_id=home, section="basics", words="五口人", seen="-")
    again = seen(cast, at, "people_stated")
    household_file.correct(by=luo, at=at, household_id=home, right=Right("people_stated", "5", "上门核对", again))
    assert ask.household_file(luo, home, at).people_stated == 5


@row("SG-17")
def test_a_household_sees_its_whole_file_with_its_own_key_and_nobody_elses(cast: Cast, at: datetime) -> None:
    entered(cast, at, "hardship")
    people.reveal_household(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, reason="送证")
    key = household_file.make_key(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household)
    reader = Viewer.resident()
    file = ask.by_key(reader, key, at)
    assert [one.name for one in file.page.residents] == ["张丽华"]
    assert file.page.residents[0].phone == "160****1234"
    assert [one.category for one in file.categories] == ["hardship"]
    looks = [(one.name, one.reason) for one in ask.history_by_key(reader, key, at).looks]
    assert looks == [("陈静", ""), ("罗大勇", "送证")], "who gave the key out, and who looked before"
    for wrong in ("", "A" * 16, key[:-1], key.lower(), "AAAA BBBB"):
        with pytest.raises(Missing):
            ask.by_key(reader, wrong, at)
    with pytest.raises(Missing):
        ask.by_key(reader, key, at + timedelta(days=31))
    household_file.make_key(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household)
    with pytest.raises(Missing):
        ask.by_key(reader, key, at)
    assert key not in str(list(Event.objects.values_list("data", flat=True)))


@row("SG-01", "SG-14", "SG-17", "SG-49")
def test_whoever_gives_out_a_key_has_looked_and_an_official_of_the_household_gives_none(
    cast: Cast, at: datetime
) -> None:
    """A key opens more than the desk: who looked into the official and why, categories seen by a look only."""
    with pytest.raises(Refused, match="key_by_another"):
        household_file.make_key(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household)
    in_their_stead = cast.chen.viewer(at).acting_for(cast.luo.person_id)
    with pytest.raises(Refused, match="key_by_another"):
        household_file.make_key(by=in_their_stead, at=at, household_id=cast.zhang_household)
    key = household_file.make_key(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household)
    looks = ask.history_by_key(Viewer.resident(), key, at).looks
    assert [(one.name, one.kind) for one in looks] == [("陈静", "household.key")]


@row("SG-17")
def test_an_objection_has_an_owner_a_last_day_and_an_answer_the_household_sees(cast: Cast, at: datetime) -> None:
    key = household_file.make_key(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household)
    found = household_file.object_to(
        by=Viewer.resident(), at=at, household_id=cast.zhang_household, about="phones", words="这个号不是我的", key=key
    )
    row_ = Objection.objects.get(pk=found)
    assert (row_.door, row_.due_on, row_.owner_id) == ("proof", date(2026, 12, 3), cast.ma.person_id)
    with pytest.raises(Missing):
        household_file.object_to(by=Viewer.resident(), at=at, household_id=uuid4(), about="phones", words="x", key=key)
    ma, luo = cast.ma.viewer(at), cast.luo.viewer(at)
    assert [one.words for one in ask.open_objections(ma, at)] == ["这个号不是我的"]
    with pytest.raises(Missing):
        household_file.answer(by=luo, at=at, objection_id=found, outcome="kept", words="没错")
    household_file.answer(by=ma, at=at, objection_id=found, outcome="corrected", words="已改正")
    shown = ask.by_key(Viewer.resident(), key, at).objections[0]
    assert (shown.outcome, shown.answer, shown.owner) == ("corrected", "已改正", "马国强")
    with pytest.raises(Refused, match="objection_answered"):
        household_file.answer(by=ma, at=at, objection_id=found, outcome="kept", words="x")


def test_an_unanswered_objection_is_late_after_its_day(cast: Cast, at: datetime) -> None:
    chen = cast.chen.viewer(at)
    household_file.object_to(by=chen, at=at, household_id=cast.zhang_household, about="notes", words="没有这回事")
    late = at + timedelta(days=17)
    assert ask.open_objections(cast.ma.viewer(late), late)[0].late


def test_the_list_goes_on_where_it_stopped(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        make.a_household(GROUP_THREE)
    monkeypatch.setattr(ask, "PAGE", 2)
    luo, after, found = cast.luo.viewer(at), "", []
    for _ in range(4):
        page = ask.listed(luo, at, place_code=HUAISHUPING, after=after)
        found += [one.code for one in page.rows]
        after = page.after
        if not after:
            break
    assert len(found) == len(set(found)) == 5
    assert ask.listed(cast.wu.viewer(at), at).rows == ()


@row("R-041", "R-039")
def test_a_household_is_put_under_the_site_or_the_project_it_is_affected_by(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    for kind, name in (("hazard_site", "槐树坪后山滑坡点"), ("project", "沿江公路改建")):
        assert kind in bodies.kinds(xu, at)
        staff.add_body(by=xu, at=at, name=name, kind=kind, place_code=HUAISHUPING)
    with pytest.raises(Refused, match="category_needs_body"):
        entered(cast, at, "site")
    with pytest.raises(Refused, match="body_unknown"):
        entered(cast, at, "site", body="沿江公路改建")  # a project is no site
    entered(cast, at, "site", body="槐树坪后山滑坡点")
    entered(cast, at, "relocated", body="沿江公路改建")
    shown = ask.household_file(cast.luo.viewer(at), cast.zhang_household, at).categories
    assert {(one.category, one.body) for one in shown} == {
        ("site", "槐树坪后山滑坡点"),
        ("relocated", "沿江公路改建"),
    }

"""A question whose text is made once answers as one made anew, whoever asks, and refuses to keep what it reckoned."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, models
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from huiyin.core import questions
from huiyin.core.models import Account, Person
from huiyin.core.questions import Given, Reckoned, ask, in_all
from huiyin.core.viewer import Near, Viewer
from huiyin.register.models import Place, Post
from huiyin.register.models.periods import standing
from tests.cast import COUNTY, LIUWAN, PLACES, SHANGHE, Cast

NOBODY = Viewer.resident()


@pytest.fixture(autouse=True)
def nothing_is_made_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "_made", {})


def places(viewer: Viewer, low: str, *codes: str) -> QuerySet[Place, tuple[str, str]]:
    rows = Place.objects.filter(viewer.scope("code"), code__gte=low)
    if codes:
        rows = rows.filter(code__in=codes)
    return rows.order_by("code").values_list("code", "name")


def within(*ranges: tuple[str, str]) -> Viewer:
    return Viewer(scopes=ranges)


def test_two_of_one_shape_get_their_own_answers_and_one_text(cast: Cast) -> None:
    for viewer, low in (
        (within(("990101101", "990101102")), COUNTY),
        (within(("990101102", "990101103")), COUNTY),
        (within(("990101102", "990101103")), SHANGHE),
    ):
        found = ask("places", places, viewer, low)
        assert found
        assert found == list(places(viewer, low))
    assert len(questions._made) == 1


def test_texts_dropped_by_another_thread_meanwhile_are_made_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dropped(dict[object, object]):
        """As another thread leaves it that made one text too many at this moment."""

        def __contains__(self, shape: object) -> bool:
            there = super().__contains__(shape)
            self.clear()
            return there

        def __setitem__(self, shape: object, made: object) -> None:
            """Gone again before it is looked at."""

    viewer = within(("990101101", "990101102"))
    found = ask("places", places, viewer, COUNTY)
    monkeypatch.setattr(questions, "_made", Dropped(questions._made))
    assert ask("places", places, viewer, COUNTY) == found
    assert ask("places", places, viewer, COUNTY) == found


def test_one_text_too_many_takes_the_place_of_the_oldest_and_leaves_the_rest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MOST", 2)
    viewer, names = within(("990101101", "990101102")), ("first", "second", "third")
    for name in names:
        ask(name, places, viewer, COUNTY)
    assert [shape[0] for shape in questions._made] == ["second", "third"]  # type: ignore[index]  # a shape is a tuple
    assert ask("first", places, viewer, COUNTY) == list(places(viewer, COUNTY))


def test_another_shape_is_another_text(cast: Cast) -> None:
    one, two = within(("990101101", "990101102")), within(("990101101", "990101102"), ("990102101", "990102102"))
    assert ask("places", places, one, COUNTY) == list(places(one, COUNTY))
    assert ask("places", places, two, COUNTY) == list(places(two, COUNTY))
    assert ask("places", places, two, COUNTY, LIUWAN) == [(LIUWAN, "柳湾镇")]
    assert len(questions._made) == 3


def test_who_has_no_scope_finds_nothing_and_asks_nothing(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert ask("places", places, NOBODY, COUNTY) == ask("places", places, NOBODY, COUNTY) == []
    assert len(asked) == 0


def test_persons_days_and_moments_are_put_in_as_django_puts_them(cast: Cast, at: datetime) -> None:
    def posts(viewer: Viewer, day: date, person: UUID, *bodies: UUID) -> QuerySet[Post, tuple[object, ...]]:
        rows = Post.objects.filter(standing(day), official__person_id=person, body_id__in=bodies)
        return rows.order_by("pk").values_list("pk", "since", "official__person_id", "title")

    for member in (cast.li, cast.chen, cast.luo):
        for day in (at.date(), at.date() - timedelta(days=9_000)):
            given: list[Given] = [day, member.person_id, member.body_id, uuid4()]
            assert ask("posts", posts, NOBODY, *given) == list(posts(NOBODY, *given))  # type: ignore[arg-type]  # as asked
    assert len(questions._made) == 1

    def signed(viewer: Viewer, number: int, before: datetime) -> QuerySet[Account, tuple[object, ...]]:
        return Account.objects.filter(pk=number).exclude(last_login__gt=before).values_list("pk", "last_login")

    models.QuerySet(Account).filter(pk=cast.li.account_id).update(last_login=at)
    for number, before in ((cast.li.account_id, at), (cast.li.account_id, at - timedelta(days=1)), (0, at)):
        assert ask("signed", signed, NOBODY, number, before) == list(signed(NOBODY, number, before))


def test_what_is_left_out_is_another_shape_and_several_values_go_together(cast: Cast) -> None:
    def named(viewer: Viewer, one: UUID | None, many: tuple[UUID, ...]) -> QuerySet[Person, tuple[object, ...]]:
        rows = Person.objects.filter(pk__in=many)
        return (rows if one is None else rows.exclude(pk=one)).order_by("pk").values_list("pk", "name")

    three = (cast.li.person_id, cast.chen.person_id, cast.luo.person_id)
    for one, many in ((None, three), (cast.li.person_id, three), (cast.li.person_id, three[:1]), (None, ())):
        assert ask("named", named, NOBODY, one, many) == list(named(NOBODY, one, many))


def test_who_stands_near_is_put_in_too(cast: Cast) -> None:
    def near(viewer: Viewer) -> QuerySet[Person, tuple[object, ...]]:
        assert viewer.near is not None
        return Person.objects.filter(pk__in=viewer.near.today).order_by("pk").values_list("pk")

    for member in (cast.li, cast.chen):
        viewer = Viewer(near=Near(frozenset({member.person_id}), frozenset()))
        assert ask("near", near, viewer) == [(member.person_id,)]


def test_counts_over_all_are_one_row_also_where_there_is_nothing(cast: Cast) -> None:
    def counted(viewer: Viewer, low: str) -> QuerySet[Place, tuple[object, ...]]:
        return in_all(Place.objects.filter(code__gte=low).order_by("name"), [Count("pk"), Count("until")])

    assert ask("counted", counted, NOBODY, "0") == [(len(PLACES), 0)]
    assert ask("counted", counted, NOBODY, "~") == [(0, 0)]


def test_a_question_that_reckons_with_a_value_is_refused(cast: Cast) -> None:
    def first_sign(viewer: Viewer, low: str) -> QuerySet[Place, tuple[object, ...]]:
        return Place.objects.filter(code__gte=low[:1]).values_list("code")

    def years_later(viewer: Viewer, day: date) -> QuerySet[Post, tuple[object, ...]]:
        return Post.objects.filter(since__gte=date(day.year + 1, 1, 1)).values_list("pk")

    for make, given in ((first_sign, LIUWAN), (years_later, date(2026, 1, 1))):
        with pytest.raises(Reckoned):
            ask("reckoned", make, NOBODY, given)

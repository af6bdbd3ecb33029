"""The handbook: what holds today, printed for a village, handed out household by household, edition by edition."""

from datetime import date, datetime, timedelta

import pytest

from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.paper import make as paper
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.handbook import Chapter, Handbook, Question
from huiyin.register import ticks
from huiyin.register.actions import cards, handbook
from huiyin.register.actions.handbook import Round
from huiyin.register.models import HandbookCopy, PrintRun
from huiyin.register.queries import handbook as ask
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, LIUWAN, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db
RESIDENT = Viewer.resident()


def printed(cast: Cast, at: datetime) -> PrintRun:
    """A run of handbooks for the village, made by the worker's tick."""
    (key,) = cards.ask_for(by=cast.xu.viewer(at), at=at, kind="handbook", place_codes=[HUAISHUPING])
    assert ticks.print_runs(at) == 1
    return PrintRun.objects.get(pk=key)


@row("R-141")
def test_every_household_of_a_village_is_due_one_and_who_was_not_met_stays_due(cast: Cast, at: datetime) -> None:
    make.a_household(GROUP_THREE)
    run, xu = printed(cast, at), cast.xu.viewer(at)
    assert run.count == 2
    (group,) = ask.of_run(xu, run.pk)[1]
    assert (group.households, group.given, len(group.without)) == (2, 0, 2)
    missed = group.without[1]
    assert handbook.hand_out(by=xu, at=at, run_id=run.pk, done=Round([GROUP_THREE], but=[missed])) == 1
    (group,) = ask.of_run(xu, run.pk)[1]
    assert (group.given, group.without, group.days) == (1, (missed,), ((date(2026, 11, 18), 1),))
    assert handbook.hand_out(by=xu, at=at, run_id=run.pk, done=Round([GROUP_THREE])) == 1, "only who lacked one"
    with pytest.raises(Refused, match="nothing_changed"):
        handbook.hand_out(by=xu, at=at, run_id=run.pk, done=Round([GROUP_THREE]))
    (found,) = ask.reached(xu, LIUWAN, at)
    assert (found.edition, found.households, found.given) == (1, 2, 2)
    assert handbook.take_back(by=xu, at=at, run_id=run.pk, group=GROUP_THREE, on=date(2026, 11, 18)) == 2
    assert ask.reached(xu, LIUWAN, at)[0].given == 0
    assert HandbookCopy.objects.count() == 2, "what was written stays in the register as taken back"


@row("R-141")
def test_the_next_edition_is_due_to_everybody_anew(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    handbook.hand_out(by=xu, at=at, run_id=printed(cast, at).pk, done=Round([GROUP_THREE]))
    second = printed(cast, at)
    assert second.edition == 2
    (found,) = ask.reached(xu, LIUWAN, at)
    assert (found.run_id, found.edition, found.given) == (second.pk, 2, 0)


def test_what_is_wrong_with_a_delivery_is_refused(cast: Cast, at: datetime) -> None:
    run, xu, today = printed(cast, at), cast.xu.viewer(at), date(2026, 11, 18)
    for done, code in (
        (Round([]), "needs_group"),
        (Round([GROUP_THREE], on=today + timedelta(days=1)), "day_ahead"),
        (Round([GROUP_THREE], on=today - timedelta(days=1)), "period_wrong"),
        (Round([GROUP_THREE], but=["不是户号"]), "handbook_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            handbook.hand_out(by=xu, at=at, run_id=run.pk, done=done)
    with pytest.raises(Refused, match="not_allowed"):
        handbook.hand_out(by=cast.chen.viewer(at), at=at, run_id=run.pk, done=Round([GROUP_THREE]))
    with pytest.raises(Missing):
        handbook.take_back(by=xu, at=at, run_id=run.pk, group=GROUP_THREE, on=today)


@row("R-141")
def test_what_holds_no_more_is_neither_shown_nor_found(at: datetime) -> None:
    old = Question(ask="旧的", answer="过期", basis="旧办法", office="某处", until=date(2026, 1, 1))
    new = Question(ask="新的", answer="管用", basis="新办法", office="某处")
    chapters = (Chapter(title="一", questions=(old, new)), Chapter(title="二", questions=(old,)))
    book = Handbook(title="问答", edition="一", chapters=chapters)
    assert [one.title for one in book.holding(date(2025, 12, 31))] == ["一", "二"]
    (kept,) = book.holding(date(2026, 1, 1))
    assert [one.ask for one in kept.questions] == ["新的"]


@row("R-141")
def test_the_book_is_a_pdf_and_its_list_to_sign_names_nobody(cast: Cast, at: datetime) -> None:
    run, xu = printed(cast, at), cast.xu.viewer(at)
    made = paper.pdf(xu, run.pk, at, origin="https://example.test")
    assert made.startswith(b"%PDF") and len(made) > 10_000
    assert paper.book_pdf(RESIDENT, at, origin="https://example.test").startswith(b"%PDF")
    ((name, homes),) = ask.to_sign(xu, HUAISHUPING)
    assert name == "三组" and len(homes) == 1 and "张丽华" not in str(homes)


@row("R-141")
def test_a_search_finds_questions_by_their_words(at: datetime) -> None:
    make.put_in_force(at=at)
    every = ask.shown(RESIDENT, at)
    assert every is not None and len(every.chapters) == 3
    some = ask.shown(RESIDENT, at, words="残疾")
    assert some is not None and [q.ask for one in some.chapters for q in one.questions] == ["残疾人证怎么办？"]
    page = load_county(county_folder("wangchuan")).programmes["echo"].handbook
    assert page is not None and all(q.basis and q.office for one in page.chapters for q in one.questions)


@row("R-141")
@pytest.mark.parametrize(
    ("words", "first", "many"),
    [
        ("低保", "怎样申请最低生活保障（低保）？", 1),
        ("怎么申请低保", "怎样申请最低生活保障（低保）？", 1),
        ("吃低保要啥", "怎样申请最低生活保障（低保）？", 1),
        ("怎么样", "", 0),
        ("律师 请不起", "请不起律师怎么办？", 1),
        ("qq", "", 0),
    ],
)
def test_what_is_asked_in_ones_own_words_is_found(words: str, first: str, many: int) -> None:
    book = load_county(county_folder("wangchuan")).programmes["echo"].handbook
    assert book is not None
    told = [question.ask for chapter in ask.found(book.chapters, words) for question in chapter.questions]
    assert (told[:1], len(told)) == ([first] if first else [], many)

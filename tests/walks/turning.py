"""What a resident turns by their proof and what follows of it, in the model: taken back, and not after all; words about
an official; asked for anew; and an answer that was read out. As `model.py`: plain facts, no product."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.walks.county import due
from tests.walks.model import Case, No

THINKS = timedelta(hours=72)
"""So long after it was asked a matter that is taken back ends."""


def ask_back(case: Case, at: datetime) -> None:
    """The resident takes it back, once, where the flow lets it end so; a complaint cannot be taken back."""
    if case.held or case.sealed or case.county.taking("withdraw", case.state) is None or case.withdraw_at is not None:
        raise No
    case.withdraw_at = at + THINKS
    case.moves.append("withdraw_asked")


def stay(case: Case) -> None:
    """They changed their mind in time."""
    if case.withdraw_at is None:
        raise No
    case.withdraw_at = None
    case.moves.append("withdraw_undone")


def end(case: Case, at: datetime, others: Iterable[Case]) -> None:
    """What was taken back long enough ago ends, unless it is about an official or was answered meanwhile."""
    if case.withdraw_at is None or case.withdraw_at > at:
        return
    case.withdraw_at = None
    if case.held or case.sealed or case.county.taking("withdraw", case.state) is None:
        case.moves.append("withdraw_void")
        return
    case.take("withdraw", at, {}, resident=True)
    _pass_on(case, others)


def withdraw(case: Case, at: datetime, others: Iterable[Case]) -> None:
    """Taken back so long ago that it ends now."""
    ask_back(case, at - THINKS)
    end(case, at, others)


def _pass_on(lead: Case, others: Iterable[Case]) -> None:
    """Of what followed it the one that came first leads now, and the others follow that one."""
    follow = sorted((one for one in others if one.follows is lead), key=lambda one: one.at)
    able = [one for one in follow if one.closed is None and not (one.held or one.sealed)]
    for one in follow:
        one.follows = None
    for one in able:
        one.moves.append("split")
    for one in able[1:]:
        one.follows = able[0]
        one.moves.append("join")


def accuse(case: Case, at: datetime) -> None:
    """Words about an official are added: it is held, and goes on whatever was asked before."""
    case.more(at)
    if not case.sealed and not case.held:
        case.held = case.raised = True
        case.withdraw_at = None


def accuse_and_ask_back(case: Case, at: datetime) -> None:
    """Whoever takes it back with words about an official does not end it by them."""
    if case.held or case.sealed or case.county.taking("withdraw", case.state) is None:
        raise No
    accuse(case, at)


def over_long_ago(case: Case, at: datetime) -> bool:
    """Whether an ordinary matter may not be taken up again any more."""
    if case.held or case.sealed or case.closed is None or case.state in ("retained", "joined"):
        return False
    return at >= due(case.closed, case.county.reopen_days, "calendar_days")


def ask_afresh(case: Case, at: datetime, others: Iterable[Case]) -> None:
    """A new one after it, as long as none is open."""
    if not over_long_ago(case, at) or any(one.earlier is case and one.closed is None for one in others):
        raise No


def anew(old: Case, place: str, at: datetime) -> Case:
    """The new one: same place, same topic, same resident as far as they are known; its own dates."""
    topic = {"topic": old.classed["topic"]} if old.classed.get("topic") else {}
    made = Case(old.county, old.reporter, place, at, None, classed=topic)
    made.reopened, made.named, made.earlier = old.reopened + 1, old.named, old
    made.wind_open(at)
    return made


def read_out(case: Case, who: str, second: str, at: datetime) -> None:
    """Read to the resident beside somebody else, who says at once that they were there: that is its delivery."""
    case.need(who)
    line = case.county.taking("deliver", case.state)
    if case.latest().delivered or line is None or case.held or line.by not in case.verbs(who):
        raise No
    if (
        second == who
        or second in case.kept_from()
        or (case.sealed and second not in (case.parts["handler"], case.parts["supervisor"]))
    ):
        raise No
    case.moves.append("read_out")
    case.take("deliver", at, {})
    case.answers[-1].delivered = True

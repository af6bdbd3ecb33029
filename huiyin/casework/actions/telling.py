"""What residents are told on the way, by the wire they asked for or wrote by, each once (R-172, R-209, SG-35).

Asked for more, handed back, taken a level up, given more time, to be taken back, ended. Of a matter that is held or
sealed nothing but that there is something new. Whoever wrote STOP gets none of it (`outbox.send`); without a gateway
nothing is sent, and the resident's page says the same.
"""

from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.actions.messages import way_to
from huiyin.casework.models import Extension, Matter, Move
from huiyin.casework.queries.books import WITHDRAW_ASKED
from huiyin.casework.queries.messages import county_words
from huiyin.casework.rules import codes
from huiyin.channels.actions import outbox
from huiyin.channels.queries import lines
from huiyin.channels.rules import sms
from huiyin.core.actions import action
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import WorkingDays, due
from huiyin.programme.words import label, phrase

TOLD = {
    "ask_more": "more",
    "transfer": "transfer",
    "climb": "climb",
    "take_up": "climb",
    "raise": "climb",
    "close": "close",
    WITHDRAW_ASKED: "take_back",
}
"""Steps a resident is told of, and the words. Answers, and the reasons of other ends, go out as answers do."""
ASIDE = frozenset({"more", "close"})
"""Of these also the resident of a held or sealed matter hears: that there is something new, and no word of what."""


@looking_as(OPEN)
@action
def step_taken(*, by: Viewer, at: datetime, matter_id: UUID, seq: int) -> bool:
    """Tell the resident of a step; False where it is none they are told of, or there is no way to them."""
    matter = Matter.objects.get(id=matter_id)
    move = Move.objects.get(matter=matter, seq=seq)
    what = TOLD.get(move.step)
    if what is None or (move.step == "take_up" and move.source != "applied"):
        return False
    values = {"note": move.note, "level": label("level", matter.level)}
    if what == "close":
        values["until"] = _until(matter, move)
    if what == "take_back":
        if matter.withdraw_at is None:
            return False  # undone already
        values["day"] = _day(matter, matter.withdraw_at)
    return _tell(by, at, matter, what, f"told:{move.id}", values)


@looking_as(OPEN)
@action
def extended(*, by: Viewer, at: datetime, matter_id: UUID, clock_id: UUID, decided_at: datetime) -> bool:
    """Tell the resident of more time: until when now, until when before, and why. False as above."""
    row = Extension.objects.select_related("clock").get(clock_id=clock_id, approved=True, decided_at=decided_at)
    matter = Matter.objects.get(id=matter_id)
    granted = Extension.objects.filter(clock_id=clock_id, approved=True, decided_at__lt=decided_at)
    before = granted.order_by("-decided_at").values_list("new_due_at", flat=True).first()
    values = {
        "reason": row.reason,
        "day": _day(matter, row.new_due_at or row.clock.due_at),
        "before": _day(matter, before or row.clock.first_due_at),
    }
    return _tell(by, at, matter, "extended", f"told:{row.id}", values)


def _tell(by: Viewer, at: datetime, matter: Matter, what: str, key: str, values: dict[str, str]) -> bool:
    channel, address, answered = way_to(by, matter)
    if matter.history or not address or not lines.is_on(by, channel):
        return False
    words = {**county_words(by, at), "code": codes.spoken(matter.code), **values}
    apart = matter.held or matter.sealed
    if apart and what not in ASIDE:
        return False
    body = phrase("messages", "news_apart" if apart else f"{what}_{channel}", **words)
    if channel == "sms" and not sms.fits(body):
        body = phrase("messages", "news_long", **words)
    return outbox.send(
        by=by,
        at=at,
        channel=channel,
        purpose="ask_more" if what == "more" and not apart else "notice",
        about=f"matter:{matter.id}",
        key=key,
        address=address,
        title=phrase("messages", "title_apart" if apart else "title_news", **words),
        body=body,
        answers=answered,
    )


def _until(matter: Matter, move: Move) -> str:
    """The last day on which a closed matter may be taken up again by the resident's word."""
    book = version(matter.rulebook_id)
    rule = book.flow(matter.programme, matter.kind).reopen
    return _day(matter, due(move.at, rule.within, book.county.tz, WorkingDays((), ())).at)


def _day(matter: Matter, moment: datetime) -> str:
    """The last day a moment allows, in the county's calendar."""
    on = (moment - timedelta(microseconds=1)).astimezone(version(matter.rulebook_id).county.tz).date()
    return phrase("messages", "a_day", month=on.month, day=on.day)

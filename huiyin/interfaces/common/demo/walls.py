"""What people of the invented county say under the newest entries of the wall: answered, to be answered, kept off."""

from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.demo.story import Telling
from huiyin.publication.actions import comments
from huiyin.publication.queries import desk_comments


def said_on_walls(telling: Telling) -> int:
    """Residents say what the story's page has them say, each under another entry. Returns how many words there are."""
    at = telling.now
    by = telling.viewer(telling.county.of("dispatcher")[0], at)
    entries, _ = desk_comments.entries(by, at)
    pairs = list(zip([one for one in entries if one.body and not one.own], telling.data["comments"], strict=False))
    for number, (entry, words) in enumerate(pairs):
        slip = f"{telling.chance.getrandbits(128):032x}"
        row = comments.say(by=Viewer.resident(), at=at, notice_id=entry.id, said=words["text"], slip=slip)
        if row is None or number == len(pairs) - 1:  # the last one waits to be looked at
            continue
        if words.get("reason"):
            comments.refuse(by=by, at=at, comment_id=row.id, reason=words["reason"])
            continue
        comments.show(by=by, at=at, comment_id=row.id)
        answering = telling.county.of("handler", entry.body)
        if words.get("answer") and answering:
            who = telling.viewer(answering[0], at)
            comments.answer(by=who, at=at, comment_id=row.id, said=words["answer"])
    return len(pairs)

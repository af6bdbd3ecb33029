"""What falls due by time in this room."""

from datetime import datetime, timedelta

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.core.worker import slices, tick
from huiyin.publication.actions import comments

ERASER = Viewer.system("comments")


@tick(every=timedelta(hours=1))
def refused_words_no_longer_kept(at: datetime) -> int:
    """The words of comments that were kept off long enough ago go, in slices until nothing is left."""
    return slices(at, lambda moment: comments.forget(by=ERASER, at=moment)) if rulebook.versions() else 0

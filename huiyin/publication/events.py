"""What publication tells: ids only, the words stand in the rows."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class NoticeDrafted(Fact):
    """The public account of a matter was drafted; nobody outside sees it yet (R-346)."""

    NAME: ClassVar[str] = "publication.notice_drafted"
    matter: str


@dataclass(frozen=True, kw_only=True)
class NoticeEdited(Fact):
    """The words of a draft were changed before publication."""

    NAME: ClassVar[str] = "publication.notice_edited"


@dataclass(frozen=True, kw_only=True)
class NoticePublished(Fact):
    """A named person put a matter on the wall (R-339)."""

    NAME: ClassVar[str] = "publication.notice_published"
    matter: str


@dataclass(frozen=True, kw_only=True)
class NoticeWithdrawn(Fact):
    """A notice was taken off the wall, or a draft given up; the reason stands in the row."""

    NAME: ClassVar[str] = "publication.notice_withdrawn"
    matter: str


@dataclass(frozen=True, kw_only=True)
class IssueShown(Fact):
    """What the county says in public of a common issue was published, or put into other words. Subject: the issue."""

    NAME: ClassVar[str] = "publication.issue_shown"


@dataclass(frozen=True, kw_only=True)
class IssueHidden(Fact):
    """It was taken down. Subject: the issue."""

    NAME: ClassVar[str] = "publication.issue_hidden"


@dataclass(frozen=True, kw_only=True)
class CommentMade(Fact):
    """Somebody said something under an entry of a wall; it waits to be looked at (R-348). Subject: the comment."""

    NAME: ClassVar[str] = "publication.comment_made"
    notice: str


@dataclass(frozen=True, kw_only=True)
class CommentJudged(Fact):
    """A named person without a part in the matter looked at a comment; what became of it stands in the row only."""

    NAME: ClassVar[str] = "publication.comment_judged"


@dataclass(frozen=True, kw_only=True)
class CommentAnswered(Fact):
    """The unit in charge answered a comment in public."""

    NAME: ClassVar[str] = "publication.comment_answered"

"""handbook.toml: questions and answers on policies and the law, for every household (R-141)."""

from datetime import date
from typing import Annotated

from pydantic import Field

from huiyin.programme.schema.base import Strict, Title

Words = Annotated[str, Field(min_length=1, max_length=2000)]


class Question(Strict):
    """What people ask, what is answered, on what ground, and who does it."""

    ask: Title
    answer: Words
    basis: Title
    """The law, rule or notice the answer stands on."""
    office: Title
    """Who is to be asked, and where."""
    until: date | None = None
    """The first day on which it holds no more; from then on it is neither shown nor printed."""


class Chapter(Strict):
    """Questions that belong together."""

    title: Title
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Handbook(Strict):
    """The page handbook.toml."""

    title: Title
    edition: Title
    """What people call this edition: 2026年版."""
    chapters: Annotated[tuple[Chapter, ...], Field(min_length=1)]

    def holding(self, day: date) -> tuple[Chapter, ...]:
        """What holds on a day; chapters of which nothing does are left out."""
        kept = [(one, tuple(q for q in one.questions if q.until is None or day < q.until)) for one in self.chapters]
        return tuple(Chapter(title=one.title, questions=some) for one, some in kept if some)
